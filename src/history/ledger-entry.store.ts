import type { OperationType } from '../ledger/operation.js';
import type { LedgerAccount, Position, Transfer } from '../ledger/posting.js';
import { Coalescer } from '../platform/coalesce.js';
import type { MicroCredits } from '../platform/credits.js';
import type { Sql, Statement } from '../platform/database/sql.js';
import { type JournalPosition, parametersOf } from './journal-position.js';

/** One operation as the journal has it. */
export interface LedgerEntry {
  readonly seq: bigint;
  readonly type: OperationType;
  readonly description: string;
  /** Signed. */
  readonly credits: MicroCredits;
  /** The position right after it. */
  readonly after: Position;
  readonly holdId: string | null;
  readonly stripePaymentIntentId: string | null;
  readonly stripeRefundId: string | null;
  readonly metadata: Record<string, unknown> | null;
  /** When the usage happened, where that is not when it was booked. */
  readonly occurredAt: Date | null;
  readonly createdAt: Date;
  /** In hex. */
  readonly hash: string;
  /** Null where it moved nothing; the further ones are read only where they are asked for. */
  readonly firstTransfer: Transfer | null;
}

export interface LedgerEntryQuery {
  readonly accountId: string;
  /** Only entries older than this one. */
  readonly before: JournalPosition | null;
  readonly limit: number;
}

/** Names one operation. */
export interface OperationKey extends JournalPosition {
  readonly accountId: string;
}

/** A transfer as its columns say. */
interface TransferColumns {
  readonly debit_account: LedgerAccount;
  readonly credit_account: LedgerAccount;
  readonly amount: string;
  readonly lot_id: string | null;
}

type NoTransferColumns = { readonly [Column in keyof TransferColumns]: null };

type EntryRow = (TransferColumns | NoTransferColumns) & {
  readonly seq: string;
  readonly type: OperationType;
  readonly description: string;
  readonly credits: string;
  readonly available_after: string;
  readonly held_after: string;
  readonly owed_after: string;
  readonly hold_id: string | null;
  readonly stripe_payment_intent_id: string | null;
  readonly stripe_refund_id: string | null;
  readonly metadata: string | null;
  readonly occurred_at: string | null;
  readonly created_at: string;
  readonly hash: string;
};

interface FurtherRow extends TransferColumns {
  /** Which of the operations it belongs to, from 1. */
  readonly place: string;
}

/** Backwards by the key, with one plan and no sort, as a page of the billing history: see there. */
const readEntries: Statement = {
  name: 'read_ledger_entries',
  text: `select entry.*
    from (select $1::text as account_id, $2::timestamptz as before_at, $3::bigint as before_seq, $4::int as rows
      offset 0) asked
    cross join lateral (
      select seq, type, description, credits, available_after, held_after, owed_after, hold_id,
        (select p.stripe_payment_intent_id from payments p where p.id = payment_id) as stripe_payment_intent_id,
        (select r.stripe_refund_id from refunds r where r.id = refund_id) as stripe_refund_id,
        metadata::text as metadata, occurred_at, created_at, encode(hash, 'hex') as hash,
        debit_account, credit_account, amount, lot_id
      from ledger_operations
      where account_id = asked.account_id
        and created_at <= asked.before_at and (created_at, seq) < (asked.before_at, asked.before_seq)
      order by created_at desc, seq desc
      limit asked.rows) entry
    order by entry.created_at desc, entry.seq desc`,
};

/** By key, each in the partition of its operation. */
const readFurtherTransfers: Statement = {
  name: 'read_further_transfers',
  text: `select asked.place, further.*
    from unnest((select $1::text[]), (select $2::timestamptz[]), (select $3::bigint[])) with ordinality
      as asked (account_id, at, seq, place)
    cross join lateral (
      select debit_account, credit_account, amount, lot_id, line
      from ledger_further_transfers
      where account_id = asked.account_id and operation_seq = asked.seq and created_at = asked.at
      order by line) further
    order by asked.place, further.line`,
};

/** Reads the journal as it is, holds and hashes included. */
export class LedgerEntryStore {
  /** What is asked for together, as the entries of a page are, is read by one statement. */
  readonly #further = new Coalescer((keys: readonly OperationKey[]) => this.#readFurther(keys));

  constructor(private readonly sql: Sql) {}

  /** Newest first. */
  async page({ accountId, before, limit }: LedgerEntryQuery): Promise<LedgerEntry[]> {
    const values = [accountId, ...parametersOf(before), limit];
    return (await this.sql.query<EntryRow>(readEntries, values)).map(toEntry);
  }

  /** All but the first, in the order in which they were posted. */
  furtherTransfers(key: OperationKey): Promise<readonly Transfer[]> {
    return this.#further.ask(key);
  }

  async #readFurther(keys: readonly OperationKey[]): Promise<Transfer[][]> {
    const found: Transfer[][] = keys.map(() => []);
    const rows = await this.sql.query<FurtherRow>(readFurtherTransfers, [
      keys.map(({ accountId }) => accountId),
      // The driver writes Dates in local time, and slowly.
      keys.map(({ at }) => at.toISOString()),
      keys.map(({ seq }) => seq),
    ]);
    for (const row of rows) found[Number(row.place) - 1]?.push(toTransfer(row));
    return found;
  }
}

const toEntry = (row: EntryRow): LedgerEntry => ({
  seq: BigInt(row.seq),
  type: row.type,
  description: row.description,
  credits: BigInt(row.credits),
  after: {
    available: BigInt(row.available_after),
    held: BigInt(row.held_after),
    owed: BigInt(row.owed_after),
  },
  holdId: row.hold_id,
  stripePaymentIntentId: row.stripe_payment_intent_id,
  stripeRefundId: row.stripe_refund_id,
  metadata: row.metadata === null ? null : JSON.parse(row.metadata),
  occurredAt: row.occurred_at === null ? null : new Date(row.occurred_at),
  createdAt: new Date(row.created_at),
  hash: row.hash,
  firstTransfer: row.amount === null ? null : toTransfer(row),
});

const toTransfer = (row: TransferColumns): Transfer => ({
  debit: row.debit_account,
  credit: row.credit_account,
  amount: BigInt(row.amount),
  lotId: row.lot_id,
});
