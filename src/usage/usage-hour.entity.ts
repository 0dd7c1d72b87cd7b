import { BigIntType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/**
 * What an account used of one model in one hour, by when it happened: a sum of the journal up to the account's
 * `UsageMark`, so that a chart need not read what it sums up.
 */
@Entity({ tableName: 'usage_hours' })
export class UsageHour {
  @PrimaryKey({ type: 'text' })
  accountId!: string;

  /** When it begins. */
  @PrimaryKey({ type: 'datetime', columnType: 'timestamptz' })
  hour!: Date;

  /** Empty where unknown, as is the model. */
  @PrimaryKey({ type: 'text' })
  provider!: string;

  @PrimaryKey({ type: 'text' })
  model!: string;

  /** Micro-credits. This and the sums of tokens may be more than a bigint holds. */
  @Property({ type: 'string', columnType: 'numeric' })
  credits!: string;

  @Property({ type: new BigIntType('bigint') })
  calls!: bigint;

  @Property({ type: 'string', columnType: 'numeric' })
  inputTokens!: string;

  @Property({ type: 'string', columnType: 'numeric' })
  outputTokens!: string;

  /** When its first and its last usage took effect in the journal: between the two lies all that is summed up here. */
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  firstBookedAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  lastBookedAt!: Date;
}
