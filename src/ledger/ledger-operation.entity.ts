import { BigIntType } from '@mikro-orm/core';
import { Check, Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { holdTypes, type OperationType } from './operation.js';

/** The types of which an account has few: between them and the next may lie millions of the others. */
export const frequentTypes = ['USAGE', ...holdTypes] as const;
export const isRareSql = `type not in (${frequentTypes.map((type) => `'${type}'`).join(', ')})`;

/**
 * One thing that happened to an account's credits or payments, and the balance after it. Append-only: a
 * trigger refuses UPDATE and DELETE. `seq` is given out under the lock of the account's balance, so it has
 * no gaps and its order is the order of commits and of `createdAt`: pages of history stay stable while entries
 * arrive. Partitioned by the month of `createdAt`.
 */
@Entity({ tableName: 'ledger_operations' })
@Check({
  name: 'ledger_operations_balance_check',
  expression: 'available_after >= 0 and held_after >= 0 and owed_after >= 0',
})
@Check({
  name: 'ledger_operations_money_check',
  expression: '(money_amount is null) = (money_currency is null)',
})
@Index({
  name: 'ledger_operations_rare',
  expression: `create index ledger_operations_rare on ledger_operations (account_id, created_at, seq) where ${isRareSql}`,
})
export class LedgerOperation {
  @PrimaryKey({ type: 'text' })
  accountId!: string;

  /** When it took effect: when it was booked, or, for what fell due, the instant at which it did. */
  @PrimaryKey({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  @PrimaryKey({ type: new BigIntType('bigint') })
  seq!: bigint;

  @Property({ type: 'text' })
  type!: OperationType;

  /** For people. */
  @Property({ type: 'text' })
  description!: string;

  /** JSON, kept to the letter: its text is in the hash. */
  @Property({ type: 'json', columnType: 'json', nullable: true })
  metadata!: unknown;

  /** When the usage happened, where that is not when it was booked. */
  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  occurredAt!: Date | null;

  /** Micro-credits, signed: the change of available + held − owed. */
  @Property({ type: new BigIntType('bigint') })
  credits!: bigint;

  /** Minor units, signed from the account's view of what was paid: positive for a purchase. */
  @Property({ type: new BigIntType('bigint'), nullable: true })
  moneyAmount!: bigint | null;

  @Property({ type: 'text', nullable: true })
  moneyCurrency!: string | null;

  /** The payment, the refund and the hold it belongs to. */
  @Property({ type: 'uuid', nullable: true })
  paymentId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  refundId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  holdId!: string | null;

  @Property({ type: new BigIntType('bigint') })
  availableAfter!: bigint;

  @Property({ type: new BigIntType('bigint') })
  heldAfter!: bigint;

  @Property({ type: new BigIntType('bigint') })
  owedAfter!: bigint;

  /** Over the hash of the operation before it and all of this one; see chain.ts. */
  @Property({ type: 'blob' })
  hash!: Buffer;
}
