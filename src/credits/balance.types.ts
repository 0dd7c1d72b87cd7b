import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../graphql/enum.js';
import { GraphQLCredits } from '../graphql/scalars/scalars.js';
import { type MicroCredits, microCreditsPerCredit } from '../platform/credits.js';
import { unitPrice } from '../platform/money.js';
import type { BalanceSnapshot } from './balance-reader.js';
import { type CreditSource, creditSources, type Lot } from './lot.js';

export const CreditSourceEnum = enumOf(creditSources);
registerEnumType(CreditSourceEnum, {
  name: 'CreditSource',
  description: 'Where credits came from.',
  valuesConfig: {
    PURCHASE: { description: 'Bought; refundable while unspent.' },
    PROMOTION: { description: 'Given away; never paid out.' },
    SUBSCRIPTION: { description: 'Part of a plan.' },
    ADJUSTMENT: {
      description: 'A correction by support, or credits returned that have no lot to return to.',
    },
  },
});

@ObjectType('CreditLot', { description: 'Credits that were granted together, and what is left of them.' })
export class CreditLotType {
  @Field(() => ID, { description: 'Names the lot.' })
  readonly id: string;

  @Field(() => CreditSourceEnum, { description: 'Where the credits came from.' })
  readonly source: CreditSource;

  @Field(() => GraphQLCredits, { description: 'How many were granted.' })
  readonly granted: MicroCredits;

  @Field(() => GraphQLCredits, { description: 'How many are left to spend.' })
  readonly remaining: MicroCredits;

  @Field(() => GraphQLCredits, { description: 'How many are set aside by holds.' })
  readonly held: MicroCredits;

  @Field(() => Int, { description: 'Lots with a lower number are spent first.' })
  readonly priority: number;

  @Field(() => String, {
    nullable: true,
    description: 'What one credit of it cost, in major units, e.g. "0.090"; null where they were not bought.',
  })
  readonly unitPrice: string | null;

  @Field(() => Date, { description: 'From this instant on they may be spent.' })
  readonly effectiveAt: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'From this instant on what is left is gone; null: never.',
  })
  readonly expiresAt: Date | null;

  @Field(() => Date, { description: 'When the credits were granted.' })
  readonly createdAt: Date;

  constructor(lot: Lot) {
    this.id = lot.id;
    this.source = lot.source;
    this.granted = lot.granted;
    this.remaining = lot.remaining;
    this.held = lot.held;
    this.priority = lot.priority;
    this.unitPrice = lot.price && unitPrice(lot.price, lot.granted / microCreditsPerCredit);
    this.effectiveAt = lot.effectiveAt;
    this.expiresAt = lot.expiresAt;
    this.createdAt = lot.createdAt;
  }
}

/** `lots` is added by the resolver, for those who ask for it. */
@ObjectType('Balance', { description: "An account's credits at one moment." })
export class BalanceType {
  readonly accountId: string;
  /** The moment, for the lots; null: now. */
  readonly asOf: Date | null;

  @Field(() => GraphQLCredits, { description: 'May be spent now.' })
  readonly available: MicroCredits;

  @Field(() => GraphQLCredits, { description: 'Authorized by holds and not yet captured.' })
  readonly held: MicroCredits;

  @Field(() => GraphQLCredits, {
    description:
      'Debt: taken back beyond what was left. It blocks spending, and the next credits pay it first.',
  })
  readonly owed: MicroCredits;

  @Field(() => Date, { description: 'When the balance last changed.' })
  readonly updatedAt: Date;

  constructor(accountId: string, balance: BalanceSnapshot, asOf: Date | null = null) {
    this.accountId = accountId;
    this.asOf = asOf;
    this.available = balance.available;
    this.held = balance.held;
    this.owed = balance.owed;
    this.updatedAt = balance.updatedAt;
  }
}
