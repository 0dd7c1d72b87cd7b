import { type CursorQuery, queued, RowCursor } from '../platform/database/row-cursor.js';
import type { Sql, Statement } from '../platform/database/sql.js';
import { usageAmong, usageByHour } from '../usage/used.js';
import { type Instant, instantOf } from './instant.js';
import type {
  AccountRow,
  FurtherTransferRow,
  HoldEventRow,
  HoldRow,
  LotRow,
  OperationRow,
  UsageDifferenceRow,
} from './rows.js';

/** Bounds what is in memory: a row is about a kilobyte, and two batches of each of seven cursors are. */
const rowsPerBatch = 2_000;

/** An audit reads all there is: what is quickest in the end is better than what begins soon. */
const readEverything: Statement = { text: 'set local cursor_tuple_fraction = 1' };
/** So that instants are text of one form, whatever the connection is set to. */
const writeUtc: Statement = { text: "set local timezone = 'UTC'" };
const writeIso: Statement = { text: "set local datestyle = 'ISO'" };

const journalBegin = `select min(to_timestamp(right(part.relname, 7), 'YYYY_MM')) as begins_at
  from pg_inherits i join pg_class part on part.oid = i.inhrelid
  where i.inhparent = 'ledger_operations'::regclass`;
const readJournalBegin: Statement = { text: `select begins_at::text from (${journalBegin}) journal` };

const tables = [
  '(select id as account_id from accounts)',
  'credit_balances',
  'credit_lots',
  'credit_holds',
  'ledger_operations',
  'ledger_further_transfers',
  'usage_hours',
  'usage_marks',
];
/** Every account that any table names, whether it was opened or not. Of one account, a row of each tells. */
const namedAccounts = (which: string) =>
  tables
    .map((table) => `(select k.account_id from ${table} k ${which}${which && ' limit 1'})`)
    .join(' union ');

const selectAccounts = (which: string) => `
  select k.account_id, a.created_at::text as opened_at, b.available, b.held, b.owed, b.last_seq,
    encode(b.head_hash, 'hex') as head_hash, b.next_change_at::text, b.updated_at::text
  from (${namedAccounts(which)}) k
    left join accounts a on a.id = k.account_id
    left join credit_balances b on b.account_id = k.account_id
  order by k.account_id`;

const selectOperations = (which: string) => `
  select k.account_id, created_at::text, seq, type, description, metadata::text, occurred_at::text, credits,
    money_amount, money_currency, payment_id, refund_id, hold_id, debit_account, credit_account, amount, lot_id,
    available_after, held_after, owed_after, encode(hash, 'hex') as hash
  from ledger_operations k ${which} order by k.account_id, k.created_at, k.seq`;

const selectFurtherTransfers = (which: string) => `
  select k.account_id, operation_seq, line, created_at::text, debit_account, credit_account, amount, lot_id
  from ledger_further_transfers k ${which} order by k.account_id, k.operation_seq, k.line, k.created_at`;

const selectHolds = (which: string) => `
  select k.account_id, id, status, credits, captured, lot_ids, lot_amounts, expires_at::text, created_at::text
  from credit_holds k ${which} order by k.account_id, k.id`;

const selectHoldEvents = (which: string) => `
  select k.account_id, k.hold_id, k.seq, k.type, k.metadata::text, k.created_at::text, k.debit_account,
    k.credit_account, k.amount, k.lot_id, f.debit_account as further_debit_account,
    f.credit_account as further_credit_account, f.amount as further_amount, f.lot_id as further_lot_id
  from (select * from ledger_operations where hold_id is not null) k
    left join ledger_further_transfers f
      on f.account_id = k.account_id and f.operation_seq = k.seq and f.created_at = k.created_at
  ${which} order by k.account_id, k.hold_id, k.seq, f.line`;

const selectLots = (which: string) => `
  select k.account_id, id, source, granted, remaining, held, pending, priority, effective_at::text, expires_at::text,
    payment_id, price_amount, price_currency, open, created_at::text
  from credit_lots k ${which} order by k.account_id, k.id`;

const sums = 'credits, calls, input_tokens, output_tokens, first_booked_at, last_booked_at';
const inWords = (sum: string) =>
  `nullif(concat_ws(' ', ${sums
    .split(', ')
    .map((name) => `'${name} ' || ${sum}.${name}`)
    .join(', ')}), '')`;
/**
 * Sums of usage that are not what the journal comes to up to the account's mark, and marks at no operation. The months
 * that are attached have all that was used in them. Only of their first hour, some may have been booked ahead of it, by
 * a gateway whose clock is ahead: then that hour's sum says so, and is left alone.
 */
const selectUsageDifferences = (which: string) => `
  with journal as (${journalBegin}),
  counted as (${usageByHour(
    usageAmong(`from ledger_operations k join usage_marks m using (account_id)
      ${which || 'where true'} and (created_at, seq) <= (through_at, through_seq)`),
  )}),
  known as (select k.* from usage_hours k cross join journal ${which || 'where true'} and hour >= begins_at)
  select account_id, subject, coalesce(expected, 'none') as expected, coalesce(found, 'none') as found from (
    select account_id, concat_ws(' ', 'usage of', hour, provider, model) as subject,
      ${inWords('counted')} as expected, ${inWords('known')} as found
    from counted full join known using (account_id, hour, provider, model), journal
    where hour > begins_at or least(hour, known.first_booked_at) >= begins_at
    union all
    select account_id, 'usage mark', 'an operation', concat_ws(' ', through_seq, 'at', through_at)
    from usage_marks k cross join journal
    ${which || 'where true'} and through_at >= begins_at and not exists (
      select from ledger_operations o
      where o.account_id = k.account_id and (o.created_at, o.seq) = (k.through_at, k.through_seq))) differing
  where expected is distinct from found
  order by account_id, subject`;

/** Whose rows, and how many of each kind at most. */
export interface ReadScope {
  /** Null: of all accounts. */
  readonly accountId: string | null;
  /** Null: all there are. */
  readonly maxRows: number | null;
}

/** Everything of the accounts that are audited, each in the order of the accounts. */
export interface AuditCursors {
  readonly accounts: RowCursor<AccountRow>;
  readonly operations: RowCursor<OperationRow>;
  readonly furtherTransfers: RowCursor<FurtherTransferRow>;
  readonly holds: RowCursor<HoldRow>;
  readonly holdEvents: RowCursor<HoldEventRow>;
  readonly lots: RowCursor<LotRow>;
  readonly usageDifferences: RowCursor<UsageDifferenceRow>;
}

/** What an audit reads: everything, in batches and from one state of the database. */
export class AuditStore {
  /** Where the months begin that are attached to the journal; null where there are none. */
  async journalBeginsAt(sql: Sql): Promise<Instant | null> {
    await sql.query(writeUtc, []);
    await sql.query(writeIso, []);
    const [row] = await sql.query<{ begins_at: string | null }>(readJournalBegin, []);
    return row?.begins_at == null ? null : instantOf(row.begins_at);
  }

  /** Lends `work` the rows. In a transaction that has one snapshot. */
  async reading<T>(
    sql: Sql,
    { accountId, maxRows }: ReadScope,
    work: (cursors: AuditCursors) => Promise<T>,
  ): Promise<T> {
    const inTurn = queued(sql);
    if (maxRows === null) await inTurn.query(readEverything, []);
    const which = accountId === null ? '' : 'where k.account_id = $1';
    const limit = maxRows === null ? '' : ` limit ${maxRows}`;
    const open = <Row>(name: string, select: (which: string) => string) => {
      const query: CursorQuery = {
        name: `audit_${name}`,
        text: select(which) + limit,
        values: accountId === null ? [] : [accountId],
      };
      return new RowCursor<Row>(inTurn, query, rowsPerBatch);
    };
    const cursors: AuditCursors = {
      accounts: open('accounts', selectAccounts),
      operations: open('operations', selectOperations),
      furtherTransfers: open('further_transfers', selectFurtherTransfers),
      holds: open('holds', selectHolds),
      holdEvents: open('hold_events', selectHoldEvents),
      lots: open('lots', selectLots),
      usageDifferences: open('usage_differences', selectUsageDifferences),
    };
    try {
      return await work(cursors);
    } finally {
      for (const cursor of Object.values(cursors)) await cursor.close();
    }
  }
}
