import { BigIntType } from '@mikro-orm/core';
import { Check, Entity, Enum, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { isRareSql, type OperationType } from './operation.js';
import { type LedgerAccount, ledgerAccounts } from './posting.js';

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
@Check({
  name: 'ledger_operations_transfer_check',
  expression:
    'num_nulls(debit_account, credit_account, amount) in (0, 3) and (amount is not null or lot_id is null) and amount > 0 and debit_account <> credit_account',
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

  /** Its first transfer, and for nearly all its only one; null where it moved nothing. The others are in a table of their own. */
  @Enum({ items: () => [...ledgerAccounts], nativeEnumName: 'ledger_account', nullable: true })
  debitAccount!: LedgerAccount | null;

  @Enum({ items: () => [...ledgerAccounts], nativeEnumName: 'ledger_account', nullable: true })
  creditAccount!: LedgerAccount | null;

  /** Micro-credits. */
  @Property({ type: new BigIntType('bigint'), nullable: true })
  amount!: bigint | null;

  /** The lot the credits belong to; null for debt. */
  @Property({ type: 'uuid', nullable: true })
  lotId!: string | null;

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
