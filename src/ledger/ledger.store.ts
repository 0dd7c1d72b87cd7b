import { arrayLiteral, type Column, columnsOf } from '../platform/database/arrays.js';
import type { Sql, Statement } from '../platform/database/sql.js';
import type { JournalEntry } from './journal-entry.js';
import { isRareSql } from './operation.js';
import type { LedgerAccount, Position, Transfer } from './posting.js';

const insertOperations: Statement = {
  name: 'insert_operations',
  text: `insert into ledger_operations (account_id, created_at, seq, type, description, metadata, occurred_at, credits,
      money_amount, money_currency, payment_id, refund_id, hold_id, available_after, held_after, owed_after, hash,
      debit_account, credit_account, amount, lot_id)
    select account_id, created_at, seq, type, description, metadata::json, occurred_at, credits, money_amount,
      money_currency, payment_id, refund_id, hold_id, available_after, held_after, owed_after, decode(hash, 'hex'),
      debit_account, credit_account, amount, lot_id
    from unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
      $8::bigint[], $9::bigint[], $10::text[], $11::uuid[], $12::uuid[], $13::uuid[], $14::bigint[], $15::bigint[],
      $16::bigint[], $17::text[], $18::ledger_account[], $19::ledger_account[], $20::bigint[], $21::uuid[])
      as new (account_id, created_at, seq, type, description, metadata, occurred_at, credits, money_amount,
        money_currency, payment_id, refund_id, hold_id, available_after, held_after, owed_after, hash,
        debit_account, credit_account, amount, lot_id)`,
};
const insertFurtherTransfers: Statement = {
  name: 'insert_further_transfers',
  text: `insert into ledger_further_transfers
      (account_id, operation_seq, line, created_at, debit_account, credit_account, amount, lot_id)
    select * from unnest($1::text[], $2::bigint[], $3::smallint[], $4::timestamptz[], $5::ledger_account[],
      $6::ledger_account[],      $7::bigint[], $8::uuid[])`,
};
/** The index of rare operations finds one by its number, without its instant. */
const readTransfers: Statement = {
  name: 'read_transfers',
  text: `select 0 as line, debit_account, credit_account, amount, lot_id from ledger_operations
    where account_id = $1 and seq = $2 and ${isRareSql} and amount is not null
    union all
    select line, debit_account, credit_account, amount, lot_id from ledger_further_transfers
    where account_id = $1 and operation_seq = $2
    order by line`,
};
/** The index of rare operations, once for each number. */
const sumDraws: Statement = {
  name: 'sum_draws_from_lot',
  text: `select coalesce(sum(amount), 0) as drawn from (
      select amount from ledger_operations
      where account_id = $1 and seq = any($3::bigint[]) and ${isRareSql} and lot_id = $2
        and debit_account = 'available'
      union all
      select amount from ledger_further_transfers
      where account_id = $1 and operation_seq = any($3::bigint[]) and lot_id = $2
        and debit_account = 'available'
    ) draws`,
};
const readOperationAt: Statement = {
  name: 'read_operation_at',
  text: `select seq, available_after, held_after, owed_after, created_at from ledger_operations
    where account_id = $1 and created_at <= $2 order by created_at desc, seq desc limit 1`,
};
/** Where all of an account's operations were detached, the first that is kept is the one that comes next. */
const readFirstKept: Statement = {
  name: 'read_first_kept',
  text: `select coalesce(
      (select seq from ledger_operations where account_id = $1 order by created_at, seq limit 1),
      (select last_seq + 1 from credit_balances where account_id = $1)) as seq`,
};
const ensureMonth: Statement = {
  name: 'ensure_journal_month',
  text: 'select ensure_journal_month($1) as was_there',
};

interface TransferRow {
  readonly debit_account: LedgerAccount;
  readonly credit_account: LedgerAccount;
  readonly amount: string;
  readonly lot_id: string | null;
}

interface PositionRow {
  readonly seq: string;
  readonly available_after: string;
  readonly held_after: string;
  readonly owed_after: string;
  readonly created_at: string;
}

/** An account's position right after one of its operations. */
export interface PastPosition {
  readonly seq: bigint;
  readonly position: Position;
  readonly at: Date;
}

const detached = (accountId: string, seq: bigint): Error =>
  new Error(`Operation ${seq} of account ${accountId} is in a month that was detached: attach it again.`);

const monthOf = (at: Date): string => at.toISOString().slice(0, 'YYYY-MM'.length);

/** Appends to the journal, and reads it by operation. */
export class LedgerStore {
  /** Months whose partitions are committed. */
  readonly #months = new Set<string>();

  /** The statements that append these operations, in the order in which they must be sent, with their parameters made. */
  appending(sql: Sql, entries: readonly JournalEntry[]): (() => Promise<unknown>)[] {
    if (entries.length === 0) return [];
    const operations = columnsOf(entries, operationColumns);
    const months: (() => Promise<unknown>)[] = this.#newMonths(entries).map(
      (at) => () => this.#ensureMonth(sql, at),
    );
    const further = entries.filter(({ transfers }) => transfers.length > 1).flatMap(furtherTransfers);
    const furtherColumns = columnsOf(further, transferColumns);
    return [
      ...months,
      () => sql.query(insertOperations, operations),
      ...(further.length > 0 ? [() => sql.query(insertFurtherTransfers, furtherColumns)] : []),
    ];
  }

  /**
   * The transfers of an operation that is neither usage nor of a hold, in the order they were posted.
   * @throws Error where its month was detached: not knowing them is not the same as there being none
   */
  async transfersOf(sql: Sql, accountId: string, seq: bigint): Promise<readonly Transfer[]> {
    const rows = await sql.query<TransferRow>(readTransfers, [accountId, seq]);
    if (rows.length === 0 && seq < (await this.#firstKept(sql, accountId))) throw detached(accountId, seq);
    return rows.map((row) => ({
      debit: row.debit_account,
      credit: row.credit_account,
      amount: BigInt(row.amount),
      lotId: row.lot_id,
    }));
  }

  /**
   * What operations that are neither usage nor of a hold took out of a lot, so that it could no longer be spent.
   * @throws Error where the month of one was detached
   */
  async drawnFromLot(sql: Sql, accountId: string, lotId: string, seqs: readonly bigint[]): Promise<bigint> {
    if (seqs.length === 0) return 0n;
    const firstKept = await this.#firstKept(sql, accountId);
    for (const seq of seqs) if (seq < firstKept) throw detached(accountId, seq);
    const numbers = arrayLiteral(seqs, (seq) => seq);
    const [row] = await sql.query<{ drawn: string }>(sumDraws, [accountId, lotId, numbers]);
    return BigInt(row?.drawn ?? 0);
  }

  /** The newest operation that had taken effect at an instant; null where there was none, or it is no longer kept. */
  async operationAt(sql: Sql, accountId: string, at: Date): Promise<PastPosition | null> {
    const [row] = await sql.query<PositionRow>(readOperationAt, [accountId, at]);
    if (!row) return null;
    return {
      seq: BigInt(row.seq),
      position: {
        available: BigInt(row.available_after),
        held: BigInt(row.held_after),
        owed: BigInt(row.owed_after),
      },
      at: new Date(row.created_at),
    };
  }

  /** Whether the account's first operations are in partitions that were detached. */
  async isCutOff(sql: Sql, accountId: string): Promise<boolean> {
    return (await this.#firstKept(sql, accountId)) > 1n;
  }

  async #firstKept(sql: Sql, accountId: string): Promise<bigint> {
    const [first] = await sql.query<{ seq: string | null }>(readFirstKept, [accountId]);
    return BigInt(first?.seq ?? 1);
  }

  #newMonths(entries: readonly JournalEntry[]): Date[] {
    const unknown = new Map<string, Date>();
    let last: Date | null = null;
    for (const { at } of entries) {
      if (at === last) continue;
      last = at;
      const month = monthOf(at);
      if (!this.#months.has(month)) unknown.set(month, at);
    }
    return [...unknown.values()];
  }

  /** Makes a month's partitions where they are missing. Only those that others can see already are remembered. */
  async #ensureMonth(sql: Sql, at: Date): Promise<void> {
    const [row] = await sql.query<{ was_there: boolean }>(ensureMonth, [at]);
    if (row?.was_there) this.#months.add(monthOf(at));
  }
}

const operationColumns: readonly Column<JournalEntry>[] = [
  (entry) => entry.accountId,
  (entry) => entry.at,
  (entry) => entry.seq,
  (entry) => entry.info.type,
  (entry) => entry.info.description,
  (entry) => entry.info.metadata ?? null,
  (entry) => entry.info.occurredAt ?? null,
  (entry) => entry.credits,
  (entry) => entry.info.money?.amount ?? null,
  (entry) => entry.info.money?.currency ?? null,
  (entry) => entry.info.paymentId ?? null,
  (entry) => entry.info.refundId ?? null,
  (entry) => entry.info.holdId ?? null,
  (entry) => entry.position.available,
  (entry) => entry.position.held,
  (entry) => entry.position.owed,
  (entry) => entry.hash,
  ({ transfers: [first] }) => first?.debit ?? null,
  ({ transfers: [first] }) => first?.credit ?? null,
  ({ transfers: [first] }) => first?.amount ?? null,
  ({ transfers: [first] }) => first?.lotId ?? null,
];

interface NumberedTransfer {
  readonly entry: JournalEntry;
  readonly line: number;
  readonly transfer: Transfer;
}

const furtherTransfers = (entry: JournalEntry): NumberedTransfer[] =>
  entry.transfers.slice(1).map((transfer, i) => ({ entry, line: i + 1, transfer }));

const transferColumns: readonly Column<NumberedTransfer>[] = [
  ({ entry }) => entry.accountId,
  ({ entry }) => entry.seq,
  ({ line }) => line,
  ({ entry }) => entry.at,
  ({ transfer }) => transfer.debit,
  ({ transfer }) => transfer.credit,
  ({ transfer }) => transfer.amount,
  ({ transfer }) => transfer.lotId,
];
