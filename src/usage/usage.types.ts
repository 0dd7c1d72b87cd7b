import { Field, ID, Int, ObjectType } from 'type-graphql';
import { BalanceType } from '../credits/balance.types.js';
import { GraphQLCredits, GraphQLJSONObject } from '../graphql/scalars/scalars.js';
import type { MicroCredits } from '../platform/credits.js';
import type { RecordedUsage, Refusal, UsageRecord } from './record-usage.js';

@ObjectType({ description: 'Why a record was refused.' })
export class UsageRefusal {
  @Field(() => String, { description: 'As `extensions.code` of an error, e.g. INSUFFICIENT_CREDITS.' })
  readonly code: string;

  @Field(() => String, { description: 'The same for people.' })
  readonly message: string;

  @Field(() => GraphQLJSONObject, {
    description: 'What else `extensions` would say, e.g. available, held or owed.',
  })
  readonly details: Record<string, unknown>;

  constructor({ code, message, details }: Refusal) {
    this.code = code;
    this.message = message;
    this.details = { ...details };
  }
}

@ObjectType({ description: 'What came of one record.' })
export class UsageOutcome {
  @Field(() => ID, { description: "The record's account." })
  readonly accountId: string;

  @Field(() => String, { description: "The record's key." })
  readonly idempotencyKey: string;

  @Field(() => GraphQLCredits, {
    nullable: true,
    description: 'What was spent under this key; null where it was refused.',
  })
  readonly debited: MicroCredits | null;

  @Field(() => Boolean, { description: 'Whether an earlier call with the same key had spent it already.' })
  readonly replayed: boolean;

  @Field(() => BalanceType, {
    nullable: true,
    description: 'The balance after it; null where it was refused.',
  })
  readonly balance: BalanceType | null;

  @Field(() => UsageRefusal, { nullable: true, description: 'Why it was refused; null where it was not.' })
  readonly refusal: UsageRefusal | null;

  constructor({ accountId, idempotencyKey }: UsageRecord, recorded: RecordedUsage) {
    this.accountId = accountId;
    this.idempotencyKey = idempotencyKey;
    const debit = 'result' in recorded ? recorded.result : null;
    this.debited = debit?.debited ?? null;
    this.replayed = debit?.replayed ?? false;
    this.balance = debit && new BalanceType(accountId, debit.balance);
    this.refusal = 'refusal' in recorded ? new UsageRefusal(recorded.refusal) : null;
  }
}

@ObjectType({ description: 'What came of the records.' })
export class RecordUsagePayload {
  @Field(() => [UsageOutcome], { description: 'One for each record, in their order.' })
  readonly outcomes: readonly UsageOutcome[];

  @Field(() => Int, { description: 'How many were refused.' })
  readonly refused: number;

  constructor(outcomes: readonly UsageOutcome[]) {
    this.outcomes = outcomes;
    this.refused = outcomes.filter(({ refusal }) => refusal !== null).length;
  }
}
