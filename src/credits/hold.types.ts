import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../graphql/enum.js';
import { GraphQLCredits } from '../graphql/scalars/scalars.js';
import type { MicroCredits } from '../platform/credits.js';
import { BalanceType } from './balance.types.js';
import { type Hold, type HoldStatus, holdStatuses } from './hold.js';
import type { HoldResult } from './spending.service.js';

export const HoldStatusEnum = enumOf(holdStatuses);
registerEnumType(HoldStatusEnum, {
  name: 'HoldStatus',
  description: 'What has become of a hold.',
  valuesConfig: {
    ACTIVE: { description: 'Its credits are set aside.' },
    CAPTURED: { description: 'Charged, in whole or in part; the rest was released.' },
    RELEASED: { description: 'Given back, but for what had been captured before.' },
    EXPIRED: {
      description: 'Its time ran out and its credits are available again. It may still be captured.',
    },
  },
});

@ObjectType('Hold', { description: 'Credits set aside for a call whose cost is not known yet.' })
export class HoldType {
  @Field(() => ID, { description: 'Names the hold.' })
  readonly id: string;

  @Field(() => HoldStatusEnum, { description: 'What has become of it.' })
  readonly status: HoldStatus;

  @Field(() => GraphQLCredits, { description: 'How many were set aside, extensions among them.' })
  readonly credits: MicroCredits;

  @Field(() => GraphQLCredits, {
    description: 'How many were charged; more than `credits` where the call cost more.',
  })
  readonly captured: MicroCredits;

  @Field(() => Date, { description: 'From this instant on it no longer sets anything aside.' })
  readonly expiresAt: Date;

  constructor(hold: Hold) {
    this.id = hold.id;
    this.status = hold.status;
    this.credits = hold.credits;
    this.captured = hold.captured;
    this.expiresAt = hold.expiresAt;
  }
}

@ObjectType({ description: 'What came of a change to a hold.' })
export class HoldPayload {
  @Field(() => HoldType, { description: 'The hold as it is now.' })
  readonly hold: HoldType;

  @Field(() => BalanceType, { description: 'The balance now.' })
  readonly balance: BalanceType;

  constructor(accountId: string, { hold, balance }: HoldResult) {
    this.hold = new HoldType(hold);
    this.balance = new BalanceType(accountId, balance);
  }
}
