import type { Environment } from '../environment.js';
import { createDatabase, type Database, settle } from './database.js';

/** More than can be spent here. */
const available = 1_000_000_000_000;

/**
 * The least that spending prepaid credits needs: a balance that cannot go below zero, and a row for each debit. No
 * keys, no lots, no history to page through; not even an index besides the balances'.
 */
export async function createLeanDatabase(
  environment: Environment,
  name: string,
  accounts: number,
): Promise<Database> {
  const database = await createDatabase(environment, name);
  // Free room in the pages keeps updates off the index, as in this service's own table.
  await database.query(
    `create table bench_balance (account_id int primary key, available bigint not null, held bigint not null)
     with (fillfactor = 50)`,
  );
  await database.query(
    `insert into bench_balance
     select a, ${available}, 0 from generate_series(1, $1::int) a`,
    [accounts],
  );
  await database.query(
    'create table bench_debit (account_id int not null, amount bigint not null, available_after bigint not null)',
  );
  await database.query(
    `create table bench_hold (id bigint generated always as identity primary key, account_id int not null,
       amount bigint not null, captured bigint) with (fillfactor = 50)`,
  );
  await settle(database);
  return database;
}

/** A debit in one statement and one commit, as a script of pgbench's. */
export const leanDebit = (accounts: number): string => `\\set a random(1, ${accounts})
with d as (
  update bench_balance set available = available - 1 where account_id = :a and available >= 1
  returning account_id, available
)
insert into bench_debit (account_id, amount, available_after) select account_id, 1, available from d;
`;

/** A hold and its capture, each in one statement and one commit. */
export const leanHoldAndCapture = (accounts: number): string => `\\set a random(1, ${accounts})
with b as (
  update bench_balance set available = available - 1, held = held + 1 where account_id = :a and available >= 1
  returning account_id
)
insert into bench_hold (account_id, amount) select account_id, 1 from b returning id \\gset
with h as (
  update bench_hold set captured = amount where id = :id and captured is null returning account_id, amount
)
update bench_balance b set held = b.held - h.amount from h where b.account_id = h.account_id;
`;

/** How many debits there have been. */
export async function countLeanDebits(database: Database): Promise<number> {
  const [row] = await database.query<{ count: string }>('select count(*) from bench_debit');
  return Number(row?.count);
}

/** How many holds were captured. */
export async function countLeanHolds(database: Database): Promise<number> {
  const [row] = await database.query<{ count: string }>('select count(captured) from bench_hold');
  return Number(row?.count);
}

/** What the bare webhook needs: the events it has seen, and balances. */
export async function createBareWebhookDatabase(
  environment: Environment,
  name: string,
  accounts: number,
): Promise<Database> {
  const database = await createDatabase(environment, name);
  await database.query('create table bench_event (id text primary key)');
  await database.query(
    `create table bench_balance (account_id text primary key, available bigint not null) with (fillfactor = 50)`,
  );
  await database.query(
    `insert into bench_balance select 'account-' || a, 0 from generate_series(0, $1::int - 1) a`,
    [accounts],
  );
  await settle(database);
  return database;
}

export async function countBareEvents(database: Database): Promise<number> {
  const [row] = await database.query<{ count: string }>('select count(*) from bench_event');
  return Number(row?.count);
}
