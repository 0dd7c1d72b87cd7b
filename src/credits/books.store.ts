import type { LedgerStore, PastPosition } from '../ledger/ledger.store.js';
import { arrayLiteral, type Column, columnsOf } from '../platform/database/arrays.js';
import { inTurn, type Sql, type Statement } from '../platform/database/sql.js';
import type { Books, BooksChanges, BooksState } from './books.js';
import type { Hold, HoldStatus } from './hold.js';
import type { CreditSource, Lot } from './lot.js';

/** A hold or a lot, by its account and id. */
export type Reference = readonly [accountId: string, id: string];

export interface NamedRows {
  /** Holds that the work names, whatever their status. */
  readonly holds: readonly Reference[];
  /** Lots that the work names, besides those with anything in them. */
  readonly lots: readonly Reference[];
}

export interface OpeningRequest extends NamedRows {
  readonly accountIds: readonly string[];
  readonly now: Date;
}

interface BalanceRow {
  readonly account_id: string;
  readonly available: string;
  readonly held: string;
  readonly owed: string;
  readonly last_seq: string;
  readonly head_hash: string;
  readonly next_change_at: string | null;
  readonly updated_at: string;
}

interface LotRow {
  readonly account_id: string;
  readonly id: string;
  readonly source: CreditSource;
  readonly granted: string;
  readonly remaining: string;
  readonly held: string;
  readonly pending: string;
  readonly priority: number;
  readonly effective_at: string;
  readonly expires_at: string | null;
  readonly payment_id: string | null;
  readonly price_amount: string | null;
  readonly price_currency: string | null;
  readonly created_at: string;
}

interface HoldRow {
  readonly account_id: string;
  readonly id: string;
  readonly status: HoldStatus;
  readonly credits: string;
  readonly captured: string;
  readonly lot_ids: readonly string[];
  readonly lot_amounts: readonly string[];
  readonly expires_at: string;
  readonly created_at: string;
}

const balanceColumns = `account_id, available, held, owed, last_seq, encode(head_hash, 'hex') as head_hash,
  next_change_at, updated_at`;
const lotColumns = `l.account_id, l.id, l.source, l.granted, l.remaining, l.held, l.pending, l.priority, l.effective_at,
  l.expires_at, l.payment_id, l.price_amount, l.price_currency, l.created_at`;
const holdColumns = `h.account_id, h.id, h.status, h.credits, h.captured, h.lot_ids, h.lot_amounts, h.expires_at,
  h.created_at`;

/** In the order of their ids, so that of two transactions that want the same accounts neither waits for the other. */
const lockBalances: Statement = {
  name: 'lock_balances',
  text: `select ${balanceColumns} from credit_balances where account_id = any ($1::text[])
    order by account_id for update`,
};
const readBalances: Statement = {
  name: 'read_balances',
  text: `select ${balanceColumns} from credit_balances where account_id = any ($1::text[])`,
};
const readOpenLots: Statement = {
  name: 'read_open_lots',
  text: `select ${lotColumns} from credit_lots l where l.account_id = any ($1::text[]) and l.open`,
};
const readNamedLots: Statement = {
  name: 'read_named_lots',
  text: `select ${lotColumns} from unnest($1::text[], $2::uuid[]) as named (account_id, id)
    join credit_lots l using (account_id, id)`,
};
/** Of a lot, by the column, the account of the books that says how much it is. */
const lotAccounts = { remaining: 'available', held: 'held', pending: 'scheduled' } as const;
const movedSince = Object.entries(lotAccounts).map(
  ([column, account]) =>
    `sum(case when credit_account = '${account}' then amount when debit_account = '${account}' then -amount else 0 end)
      as ${column}`,
);
const lotColumnsThen = Object.keys(lotAccounts).reduce(
  (text, column) => text.replace(`l.${column}`, `l.${column} - coalesce(since.${column}, 0) as ${column}`),
  lotColumns,
);
/** All lots that there were then, with what was in them: today's, less what has moved since. */
const readLotsAfter: Statement = {
  name: 'read_lots_after',
  text: `select ${lotColumnsThen}
    from credit_lots l
      left join (
        select lot_id, ${movedSince.join(', ')}
        from ledger_transfers
        where account_id = $1 and created_at >= $2 and operation_seq > $3 and lot_id is not null
        group by lot_id
      ) since on since.lot_id = l.id
    where l.account_id = $1`,
};
const readNamedHolds: Statement = {
  name: 'read_named_holds',
  text: `select ${holdColumns} from unnest($1::text[], $2::uuid[]) as named (account_id, id)
    join credit_holds h using (account_id, id)`,
};
/** The holds that have expired, and of each account the one that expires next. */
const readDueHolds: Statement = {
  name: 'read_due_holds',
  text: `select due.* from unnest($1::text[], $2::timestamptz[]) as account (id, now)
    cross join lateral (
      (select ${holdColumns} from credit_holds h
       where h.account_id = account.id and h.status = 'ACTIVE' and h.expires_at <= account.now)
      union all
      (select ${holdColumns} from credit_holds h
       where h.account_id = account.id and h.status = 'ACTIVE' and h.expires_at > account.now
       order by h.expires_at limit 1)
    ) due`,
};
const readDueAccounts: Statement = {
  name: 'read_due_accounts',
  text: 'select account_id from credit_balances where next_change_at <= $1 order by next_change_at limit $2',
};

/** Takes no lock beyond the statement itself, and waits for none. */
const readLockedAccounts: Statement = {
  name: 'read_locked_accounts',
  text: `with free as (
      select account_id from credit_balances where account_id = any ($1::text[]) for update skip locked
    )
    select account_id from credit_balances where account_id = any ($1::text[])
    except select account_id from free`,
};

const insertBalance: Statement = {
  name: 'insert_balance',
  text: `insert into credit_balances (account_id, available, held, owed, last_seq, head_hash, updated_at)
    values ($1, 0, 0, 0, 0, '', $2) on conflict do nothing`,
};
const insertLots: Statement = {
  name: 'insert_lots',
  text: `insert into credit_lots (account_id, id, source, granted, remaining, held, pending, priority, effective_at,
      expires_at, payment_id, price_amount, price_currency, created_at, open)
    select *, remaining + held + pending > 0
    from unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
      $8::smallint[], $9::timestamptz[], $10::timestamptz[], $11::uuid[], $12::bigint[], $13::text[],
      $14::timestamptz[])
      as new (account_id, id, source, granted, remaining, held, pending, priority, effective_at, expires_at,
        payment_id, price_amount, price_currency, created_at)`,
};
const updateLots: Statement = {
  name: 'update_lots',
  text: `update credit_lots l set remaining = c.remaining, held = c.held, pending = c.pending,
      open = c.remaining + c.held + c.pending > 0
    from unnest($1::text[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[])
      as c (account_id, id, remaining, held, pending)
    where l.account_id = c.account_id and l.id = c.id`,
};
const insertHolds: Statement = {
  name: 'insert_holds',
  text: `insert into credit_holds
      (account_id, id, status, credits, captured, lot_ids, lot_amounts, expires_at, created_at)
    select account_id, id, status, credits, captured, lot_ids::uuid[], lot_amounts::bigint[], expires_at, created_at
    from unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
      $8::timestamptz[], $9::timestamptz[])
      as new (account_id, id, status, credits, captured, lot_ids, lot_amounts, expires_at, created_at)`,
};
const updateHolds: Statement = {
  name: 'update_holds',
  text: `update credit_holds h set status = c.status, credits = c.credits, captured = c.captured,
      lot_ids = c.lot_ids::uuid[], lot_amounts = c.lot_amounts::bigint[], expires_at = c.expires_at
    from unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
      $8::timestamptz[]) as c (account_id, id, status, credits, captured, lot_ids, lot_amounts, expires_at)
    where h.account_id = c.account_id and h.id = c.id`,
};
/**
 * Where an account is not at the operation that it was read at, somebody wrote without its lock: then it divides by
 * zero. The statement itself has to fail, for the commit may be on its way before we hear what it did.
 */
const updateBalances: Statement = {
  name: 'update_balances',
  text: `with updated as (
      update credit_balances b set available = c.available, held = c.held, owed = c.owed, last_seq = c.seq,
        head_hash = decode(c.hash, 'hex'), next_change_at = c.next_change_at, updated_at = c.updated_at
      from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[],
        $8::timestamptz[], $9::timestamptz[])
        as c (account_id, seq_before, available, held, owed, seq, hash, next_change_at, updated_at)
      where b.account_id = c.account_id and b.last_seq = c.seq_before
      returning 1
    )
    select 1 / (count(*) = cardinality($1::text[]))::int as all_updated from updated`,
};

/** The books of many accounts in native SQL: read under their locks, and written back, each table in one statement. */
export class BooksStore {
  constructor(private readonly ledger: LedgerStore) {}

  /** Where there is none yet. */
  async insertBalance(sql: Sql, accountId: string, now: Date): Promise<void> {
    await sql.query(insertBalance, [accountId, now]);
  }

  /** Accounts where something has fallen due and was not booked yet, up to `limit`. */
  async dueAccounts(sql: Sql, now: Date, limit: number): Promise<string[]> {
    const rows = await sql.query<{ account_id: string }>(readDueAccounts, [now, limit]);
    return rows.map((row) => row.account_id);
  }

  /** Those among these accounts whose locks somebody holds right now. */
  async lockedAccounts(sql: Sql, accountIds: readonly string[]): Promise<string[]> {
    const rows = await sql.query<{ account_id: string }>(readLockedAccounts, [accountIds]);
    return rows.map((row) => row.account_id);
  }

  /** Takes the accounts' locks until the transaction ends, and reads their books. Accounts that are not there are left out. */
  lock(sql: Sql, request: OpeningRequest): Promise<Map<string, BooksState>> {
    return read(sql, lockBalances, request);
  }

  /** The same without locks, to look at. In one snapshot if the transaction has one. */
  look(sql: Sql, request: OpeningRequest): Promise<Map<string, BooksState>> {
    return read(sql, readBalances, request);
  }

  /** The lots of an account as they were right after one of its operations. */
  async lotsAfter(
    sql: Sql,
    accountId: string,
    { at, seq }: Pick<PastPosition, 'at' | 'seq'>,
  ): Promise<Lot[]> {
    return (await sql.query<LotRow>(readLotsAfter, [accountId, at, seq])).map(lotOf);
  }

  /** Reads rows of books that were read already. */
  async readNamed(sql: Sql, states: ReadonlyMap<string, BooksState>, named: NamedRows): Promise<void> {
    const rows: Rows = { balances: [], lots: [], holds: [] };
    await inTurn(sql, readingNamed(rows, sql, named));
    addTo(states, rows);
  }

  /** Writes what has happened in books that were read by `lock` in the same transaction. */
  async save(sql: Sql, books: Iterable<Books>): Promise<void> {
    await inTurn(sql, this.saving(sql, books));
  }

  /** The statements that do so, in the order in which they must be sent, with their parameters made. */
  saving(sql: Sql, books: Iterable<Books>): (() => Promise<unknown>)[] {
    const changes: BooksChanges[] = [];
    for (const one of books) {
      const change = one.takeChanges();
      if (change) changes.push(change);
    }
    if (changes.length === 0) return [];
    return [
      ...this.ledger.appending(
        sql,
        changes.flatMap(({ entries }) => entries),
      ),
      ...writing(sql, insertLots, owned(changes, 'newLots'), newLotColumns),
      ...writing(sql, updateLots, owned(changes, 'changedLots'), lotColumnsThatChange),
      ...writing(sql, insertHolds, owned(changes, 'newHolds'), newHoldColumns),
      ...writing(sql, updateHolds, owned(changes, 'changedHolds'), holdColumnsThatChange),
      ...writing(sql, updateBalances, changes, balanceColumnsThatChange),
    ];
  }
}

async function read(
  sql: Sql,
  readBalances: Statement,
  request: OpeningRequest,
): Promise<Map<string, BooksState>> {
  const { accountIds, now } = request;
  const rows: Rows = { balances: [], lots: [], holds: [] };
  await inTurn(sql, [
    into(rows.balances, sql, readBalances, [accountIds]),
    into(rows.lots, sql, readOpenLots, [accountIds]),
    ...readingNamed(rows, sql, request),
  ]);
  const states = new Map(rows.balances.map((row) => [row.account_id, stateOf(row)]));
  const due = [...states.values()].flatMap(({ head, updatedAt, nextChangeAt }) => {
    const instant = updatedAt > now ? updatedAt : now;
    return nextChangeAt !== null && nextChangeAt <= instant ? [{ id: head.accountId, instant }] : [];
  });
  if (due.length > 0) {
    const columns = columnsOf(due, [({ id }) => id, ({ instant }) => instant]);
    await into(rows.holds, sql, readDueHolds, columns)();
  }
  addTo(states, rows);
  return states;
}

const referenceColumns: readonly Column<Reference>[] = [([accountId]) => accountId, ([, id]) => id];

interface Rows {
  readonly balances: BalanceRow[];
  readonly lots: LotRow[];
  readonly holds: HoldRow[];
}

const into =
  <Row>(rows: Row[], sql: Sql, statement: Statement, values: readonly unknown[]) =>
  async (): Promise<void> => {
    for (const row of await sql.query<Row>(statement, values)) rows.push(row);
  };

const readingNamed = (rows: Rows, sql: Sql, { holds, lots }: NamedRows) => [
  ...(lots.length > 0 ? [into(rows.lots, sql, readNamedLots, columnsOf(lots, referenceColumns))] : []),
  ...(holds.length > 0 ? [into(rows.holds, sql, readNamedHolds, columnsOf(holds, referenceColumns))] : []),
];

/** What is named may have been read for another reason. */
function addTo(states: ReadonlyMap<string, BooksState>, { lots, holds }: Rows): void {
  for (const row of lots) states.get(row.account_id)?.lots.set(row.id, lotOf(row));
  for (const row of holds) states.get(row.account_id)?.holds.set(row.id, holdOf(row));
}

/** A row with the account that it belongs to. */
type Owned<Row> = readonly [accountId: string, row: Row];

const owned = <Field extends 'newLots' | 'changedLots' | 'newHolds' | 'changedHolds'>(
  changes: readonly BooksChanges[],
  field: Field,
) =>
  changes.flatMap((change) => change[field].map((row) => [change.after.accountId, row] as const)) as Owned<
    BooksChanges[Field][number]
  >[];

function writing<Row>(
  sql: Sql,
  statement: Statement,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): (() => Promise<unknown>)[] {
  if (rows.length === 0) return [];
  const values = columnsOf(rows, columns);
  return [() => sql.query(statement, values)];
}

const balanceColumnsThatChange: readonly Column<BooksChanges>[] = [
  ({ after }) => after.accountId,
  ({ before }) => before.seq,
  ({ after }) => after.position.available,
  ({ after }) => after.position.held,
  ({ after }) => after.position.owed,
  ({ after }) => after.seq,
  ({ after }) => after.hash,
  ({ nextChangeAt }) => nextChangeAt,
  ({ updatedAt }) => updatedAt,
];

const newLotColumns: readonly Column<Owned<Lot>>[] = [
  ([accountId]) => accountId,
  ([, lot]) => lot.id,
  ([, lot]) => lot.source,
  ([, lot]) => lot.granted,
  ([, lot]) => lot.remaining,
  ([, lot]) => lot.held,
  ([, lot]) => lot.pending,
  ([, lot]) => lot.priority,
  ([, lot]) => lot.effectiveAt,
  ([, lot]) => lot.expiresAt,
  ([, lot]) => lot.paymentId,
  ([, lot]) => lot.price?.amount ?? null,
  ([, lot]) => lot.price?.currency ?? null,
  ([, lot]) => lot.createdAt,
];

const lotColumnsThatChange: readonly Column<Owned<Lot>>[] = [
  ([accountId]) => accountId,
  ([, lot]) => lot.id,
  ([, lot]) => lot.remaining,
  ([, lot]) => lot.held,
  ([, lot]) => lot.pending,
];

const holdColumnsThatChange: readonly Column<Owned<Hold>>[] = [
  ([accountId]) => accountId,
  ([, hold]) => hold.id,
  ([, hold]) => hold.status,
  ([, hold]) => hold.credits,
  ([, hold]) => hold.captured,
  ([, hold]) => arrayLiteral(hold.draws, ({ lotId }) => lotId),
  ([, hold]) => arrayLiteral(hold.draws, ({ amount }) => amount),
  ([, hold]) => hold.expiresAt,
];

const newHoldColumns: readonly Column<Owned<Hold>>[] = [
  ...holdColumnsThatChange,
  ([, hold]) => hold.createdAt,
];

const stateOf = (row: BalanceRow): BooksState => ({
  head: {
    accountId: row.account_id,
    position: { available: BigInt(row.available), held: BigInt(row.held), owed: BigInt(row.owed) },
    seq: BigInt(row.last_seq),
    hash: row.head_hash,
  },
  updatedAt: new Date(row.updated_at),
  nextChangeAt: row.next_change_at === null ? null : new Date(row.next_change_at),
  lots: new Map(),
  holds: new Map(),
});

const lotOf = (row: LotRow): Lot => ({
  id: row.id,
  source: row.source,
  granted: BigInt(row.granted),
  remaining: BigInt(row.remaining),
  held: BigInt(row.held),
  pending: BigInt(row.pending),
  priority: row.priority,
  effectiveAt: new Date(row.effective_at),
  expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
  paymentId: row.payment_id,
  price:
    row.price_amount === null || row.price_currency === null
      ? null
      : { amount: BigInt(row.price_amount), currency: row.price_currency },
  createdAt: new Date(row.created_at),
});

const holdOf = (row: HoldRow): Hold => ({
  id: row.id,
  status: row.status,
  credits: BigInt(row.credits),
  captured: BigInt(row.captured),
  draws: row.lot_ids.map((lotId, i) => ({ lotId, amount: BigInt(row.lot_amounts[i] ?? 0) })),
  expiresAt: new Date(row.expires_at),
  createdAt: new Date(row.created_at),
});
