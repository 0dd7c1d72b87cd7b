import { Field, ObjectType } from 'type-graphql';
import { GraphQLCredits } from '../graphql/scalars/scalars.js';
import type { MicroCredits } from '../platform/credits.js';
import { BalanceType, CreditLotType } from './balance.types.js';

@ObjectType({ description: 'What came of a debit.' })
export class DebitCreditsPayload {
  @Field(() => GraphQLCredits, { description: 'What was spent under this idempotency key.' })
  debited!: MicroCredits;

  @Field(() => BalanceType, { description: 'The balance now.' })
  balance!: BalanceType;

  @Field(() => Boolean, { description: 'Whether an earlier call with the same key had spent it already.' })
  replayed!: boolean;
}

@ObjectType({ description: 'What came of a grant.' })
export class GrantCreditsPayload {
  @Field(() => CreditLotType, { description: 'The lot that holds the credits, as it is now.' })
  lot!: CreditLotType;

  @Field(() => BalanceType, { description: 'The balance now.' })
  balance!: BalanceType;
}
