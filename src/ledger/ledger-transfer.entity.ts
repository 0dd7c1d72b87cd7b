import { BigIntType } from '@mikro-orm/core';
import { Check, Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { type LedgerAccount, ledgerAccounts } from './posting.js';

const accountList = ledgerAccounts.map((account) => `'${account}'`).join(', ');

/**
 * One movement of an operation, with both its sides in one row: the books of every account sum to zero by
 * construction. Append-only and partitioned, like its operation.
 */
@Entity({ tableName: 'ledger_transfers' })
@Check({ name: 'ledger_transfers_amount_check', expression: 'amount > 0' })
@Check({ name: 'ledger_transfers_sides_check', expression: 'debit_account <> credit_account' })
@Check({ name: 'ledger_transfers_debit_account_check', expression: `debit_account in (${accountList})` })
@Check({ name: 'ledger_transfers_credit_account_check', expression: `credit_account in (${accountList})` })
export class LedgerTransfer {
  @PrimaryKey({ type: 'text' })
  accountId!: string;

  /** The operation that caused it. */
  @PrimaryKey({ type: new BigIntType('bigint') })
  operationSeq!: bigint;

  @PrimaryKey({ type: 'smallint' })
  line!: number;

  /** The operation's. */
  @PrimaryKey({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  @Property({ type: 'text' })
  debitAccount!: LedgerAccount;

  @Property({ type: 'text' })
  creditAccount!: LedgerAccount;

  /** Micro-credits. */
  @Property({ type: new BigIntType('bigint') })
  amount!: bigint;

  /** The lot the credits belong to; null for debt. */
  @Property({ type: 'uuid', nullable: true })
  lotId!: string | null;
}
