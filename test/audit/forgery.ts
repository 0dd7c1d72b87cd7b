import { ledgerAccounts } from '../../src/ledger/posting.js';
import type { TestDatabase } from '../support/database.js';

/** Where books are kept; every column of theirs is one that a forger may change. */
const bookTables = [
  'credit_balances',
  'credit_holds',
  'credit_lots',
  'ledger_further_transfers',
  'ledger_operations',
  'usage_hours',
  'usage_marks',
] as const;
type BookTable = (typeof bookTables)[number];

interface Column {
  readonly name: string;
  readonly type: string;
}

/** One row, wherever it is stored. */
interface Place {
  readonly tableoid: string;
  readonly ctid: string;
}

/** A change that somebody could make by hand: to one column of one row. */
export interface Forgery {
  /** The same for each row. */
  readonly change: string;
  readonly row: string;
  readonly sql: string;
}

/** What a column may be changed to, by its type; in these, "old" is what was there. */
const changesByType: Readonly<Record<string, readonly string[]>> = {
  text: [`coalesce(old, '') || 'x'`, `''`, 'null'],
  uuid: ['gen_random_uuid()', 'null'],
  bigint: ['coalesce(old, 0) + 1', 'coalesce(old, 0) - 1', 'null'],
  numeric: ['old + 1', 'old - 1'],
  smallint: ['old + 1', 'old - 1'],
  boolean: ['not old'],
  bytea: [`'\\x00'`, `''`],
  json: [`(coalesce(old::text, '{}') || ' ')::json`, `'{"forged": true}'`, 'null'],
  'timestamp with time zone': [
    `coalesce(old, '2026-01-20') + interval '1 microsecond'`,
    `old - interval '1 millisecond'`,
    `coalesce(old, '2026-01-20') + interval '1 hour'`,
    'null',
  ],
  'uuid[]': ['old || gen_random_uuid()', `'{}'`],
  'bigint[]': ['old || 1::bigint', `'{}'`, '(select array_agg(a + 1) from unnest(old) a)'],
  ledger_account: [...ledgerAccounts.map((account) => `'${account}'`), 'null'],
};

/** Columns whose values are not free. */
const changesByColumn: Readonly<Record<string, readonly string[]>> = {
  // Too early does no harm: then somebody looks whether anything is due, and finds nothing.
  'credit_balances.next_change_at': [`old + interval '1 microsecond'`, `old + interval '1 day'`, 'null'],
  'credit_lots.source': [`'PURCHASE'`, `'PROMOTION'`, `'SUBSCRIPTION'`, `'ADJUSTMENT'`],
  // After a late capture, CAPTURED and EXPIRED differ in whether another may follow: no credits, so no operation tells.
  'credit_holds.status': [`'ACTIVE'`, `'RELEASED'`, `case old when 'CAPTURED' then old else 'CAPTURED' end`],
  // Moved among operations of one instant that are no usage, it leaves nothing out and sums nothing up twice.
  'usage_marks.through_seq': ['old + 1000', '1', 'null'],
  'ledger_operations.type': [`'USAGE'`, `'PURCHASE'`, `'GRANT'`],
};

/** The constraints would stop most of these: what the audit finds, it must find without them. */
export async function dropConstraints(database: TestDatabase): Promise<void> {
  const constraints = await database.query<{ statement: string }>(
    `select format('alter table %s drop constraint %I', conrelid::regclass, conname) as statement from pg_constraint
     where contype = 'c' and conrelid = any ($1::regclass[])`,
    [bookTables],
  );
  for (const { statement } of constraints) await database.query(statement);
}

const columnsOf = (database: TestDatabase, table: BookTable): Promise<Column[]> =>
  database.query<Column>(
    `select attname as name, format_type(atttypid, null) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [table],
  );

/** Every column in which books are kept, as "table.column", sorted. */
export async function bookColumns(database: TestDatabase): Promise<string[]> {
  const all: string[] = [];
  for (const table of bookTables) {
    for (const { name } of await columnsOf(database, table)) all.push(`${table}.${name}`);
  }
  return all.sort();
}

/** Every change of every column of every row of an account, as the catalogue has the columns. */
export async function forgeries(database: TestDatabase, accountId: string): Promise<readonly Forgery[]> {
  const all: Forgery[] = [];
  for (const table of bookTables) {
    const columns = await columnsOf(database, table);
    const places = await database.query<Place>(
      `select tableoid::regclass::text as tableoid, ctid::text from ${table} where account_id = $1`,
      [accountId],
    );
    if (places.length === 0) throw new Error(`The account has nothing in ${table}.`);
    for (const place of places) for (const column of columns) all.push(...changesOf(table, column, place));
  }
  return all;
}

function changesOf(table: BookTable, { name, type }: Column, { tableoid, ctid }: Place): Forgery[] {
  const changes = changesByColumn[`${table}.${name}`] ?? changesByType[type];
  if (!changes) throw new Error(`Say how to change a ${type}.`);
  return changes.map((change) => {
    const value = change.replace(/\bold\b/g, name);
    return {
      change: `${table}.${name} := ${change}`,
      row: `${tableoid} ${ctid}`,
      sql: `update ${table} set ${name} = ${value}
        where tableoid = '${tableoid}'::regclass and ctid = '${ctid}' and ${name}::text is distinct from (${value})::text`,
    };
  });
}
