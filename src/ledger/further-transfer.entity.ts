import { BigIntType } from '@mikro-orm/core';
import { Check, Entity, Enum, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { type LedgerAccount, ledgerAccounts } from './posting.js';

/**
 * A movement of an operation beyond its first. Each has both its sides in one row: the books of every account sum to
 * zero by construction. Append-only and partitioned, like its operation. The view `ledger_transfers` shows the
 * first ones and these as what they are: one list.
 */
@Entity({ tableName: 'ledger_further_transfers' })
@Check({ name: 'ledger_further_transfers_line_check', expression: 'line > 0' })
@Check({ name: 'ledger_further_transfers_amount_check', expression: 'amount > 0' })
@Check({ name: 'ledger_further_transfers_sides_check', expression: 'debit_account <> credit_account' })
export class FurtherTransfer {
  @PrimaryKey({ type: 'text' })
  accountId!: string;

  /** The operation that caused it. */
  @PrimaryKey({ type: new BigIntType('bigint') })
  operationSeq!: bigint;

  /** 1, 2, 3 … in the order they were posted. */
  @PrimaryKey({ type: 'smallint' })
  line!: number;

  /** The operation's. */
  @PrimaryKey({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  @Enum({ items: () => [...ledgerAccounts], nativeEnumName: 'ledger_account' })
  debitAccount!: LedgerAccount;

  @Enum({ items: () => [...ledgerAccounts], nativeEnumName: 'ledger_account' })
  creditAccount!: LedgerAccount;

  /** Micro-credits. */
  @Property({ type: new BigIntType('bigint') })
  amount!: bigint;

  /** The lot the credits belong to; null for debt. */
  @Property({ type: 'uuid', nullable: true })
  lotId!: string | null;
}
