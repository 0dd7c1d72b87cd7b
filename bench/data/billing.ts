import { MikroORM } from '@mikro-orm/postgresql';
import { mikroOrmConfig } from '../../src/mikro-orm.config.js';
import { systemClock } from '../../src/platform/clock.js';
import { maintenanceBounds } from '../../src/platform/database/bounds.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { createLog } from '../../src/platform/log.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { UsageSummer } from '../../src/usage/sum-usage.job.js';
import { UsageSumsStore } from '../../src/usage/usage-sums.store.js';
import type { Environment } from '../environment.js';
import type { AccountRange } from '../load/plan.js';
import { createDatabase, type Database } from './database.js';
import { customerToken, serviceToken, tokenHash } from './names.js';
import { purchase } from './stripe-objects.js';

/** All that the benchmarks know of this service's tables is in this file. */

/** Micro-credits that every account is granted: more than can be spent here. */
const granted = 1_000_000_000_000_000n;
/** Micro-credits of every debit. */
export const debitAmount = 1_000n;
const entriesPerStatement = 1_000_000;

/** The journal is partitioned by month, and the accounts are a year old: from `opened` to `filled`, as SQL. */
const filledAt = new Date();
const dayMs = 24 * 60 * 60 * 1_000;
const yearMs = 365 * dayMs;
const monthMs = 30 * dayMs;
const filled = `'${filledAt.toISOString()}'::timestamptz`;
const opened = `'${new Date(filledAt.getTime() - yearMs).toISOString()}'::timestamptz`;
/** Stands for the hash that chains an operation to the one before; nobody audits what is filled in here. */
const someHash = "sha256('')";

/** A database with this service's tables, empty but for its catalog. */
export async function createBillingDatabase(environment: Environment, name: string): Promise<Database> {
  const database = await createDatabase(environment, name);
  const orm = await MikroORM.init(
    mikroOrmConfig({ url: database.url, poolSize: 1, bounds: maintenanceBounds }),
  );
  await migrate(orm, database.url, createLog('warn')).finally(() => orm.close());
  return database;
}

/** Accounts 0 to `count` - 1 with a granted lot each, and the key of the gateway. */
export async function addAccounts(database: Database, count: number): Promise<void> {
  // No month is shorter than a step.
  await database.query(
    `select ensure_journal_month(month)
     from generate_series(${opened}, ${filled} + interval '4 weeks', interval '4 weeks') month`,
  );
  await database.query(
    `insert into accounts (id, name, created_at)
     select 'account-' || a, 'Account ' || a, ${opened} from generate_series(0, $1::int - 1) a`,
    [count],
  );
  await database.query(
    `insert into credit_balances (account_id, available, held, owed, last_seq, head_hash, updated_at)
     select 'account-' || a, $2::bigint, 0, 0, 1, ${someHash}, ${opened} from generate_series(0, $1::int - 1) a`,
    [count, granted],
  );
  await database.query(
    `insert into credit_lots (account_id, id, source, granted, remaining, held, pending, open, priority,
       effective_at, created_at)
     select 'account-' || a, ${lotId}, 'PROMOTION', $2::bigint, $2, 0, 0, true, 10, ${opened}, ${opened}
     from generate_series(0, $1::int - 1) a`,
    [count, granted],
  );
  await database.query(
    `insert into ledger_operations (account_id, seq, type, description, credits, available_after, held_after,
       owed_after, debit_account, credit_account, amount, lot_id, hash, created_at)
     select 'account-' || a, 1, 'GRANT', 'Granted', $2::bigint, $2, 0, 0, 'issued', 'available', $2, ${lotId},
       ${someHash}, ${opened}
     from generate_series(0, $1::int - 1) a`,
    [count, granted],
  );
  await addKey(database, 'SERVICE', null, serviceToken);
}

/** The keys of the first customers. */
export async function addCustomerKeys(database: Database, customers: number): Promise<void> {
  for (let account = 0; account < customers; account++) {
    await addKey(database, 'CUSTOMER', `account-${account}`, customerToken(account));
  }
}

/** As many debits of each of some accounts as a gateway would have made by now, with all that a debit leaves. */
export async function addDebits(
  database: Database,
  accounts: AccountRange,
  perAccount: number,
): Promise<void> {
  const last = accounts.first + accounts.count - 1;
  const perStatement = Math.max(1, Math.floor(entriesPerStatement / accounts.count));
  for (let from = 0; from < perAccount; from += perStatement) {
    const values = [accounts.first, last, from + 2, Math.min(from + perStatement, perAccount) + 1];
    // By account and number, which is the order of the keys.
    const entries = `from generate_series($1::int, $2::int) a, generate_series($3::bigint, $4::bigint) seq,
      lateral (select ${filled} - (${filled} - ${opened}) * (1 - (seq - 1)::float / ${perAccount})) _ (at)`;
    await database.query(
      `insert into ledger_operations (account_id, seq, type, description, metadata, credits,
         available_after, held_after, owed_after, debit_account, credit_account, amount, lot_id, hash, created_at)
       select 'account-' || a, seq, 'USAGE', 'gpt-5-mini', '{"inputTokens": 812, "outputTokens": 173}',
         -${debitAmount}, ${granted} - (seq - 1) * ${debitAmount}, 0, 0, 'available', 'consumed', ${debitAmount},
         ${lotId}, ${someHash}, at ${entries}`,
      values,
    );
    await database.query(
      `insert into idempotency_keys (account_id, operation, key, request_hash, resource, created_at)
       select 'account-' || a, 'debitCredits', gen_random_uuid(), ${someHash}, '${debitAmount}', at ${entries}`,
      values,
    );
  }
  const spent = BigInt(perAccount) * debitAmount;
  const values = [accounts.first, last, spent];
  await database.query(
    `update credit_balances set available = available - $3, last_seq = last_seq + ${perAccount},
       updated_at = ${filled}
     where account_id in (select 'account-' || a from generate_series($1::int, $2::int) a)`,
    values,
  );
  await database.query(
    `update credit_lots set remaining = remaining - $3
     where account_id in (select 'account-' || a from generate_series($1::int, $2::int) a)`,
    values,
  );
}

/** Sums up all usage by the hour, as the service's job would have done by now. */
export async function sumUsage(database: Database): Promise<void> {
  const orm = await MikroORM.init(
    mikroOrmConfig({ url: database.url, poolSize: 1, bounds: maintenanceBounds }),
  );
  const log = createLog('warn');
  const summer = new UsageSummer(new UnitOfWork(orm, log), new UsageSumsStore(), systemClock, log);
  await summer.sumBefore(systemClock.now()).finally(() => orm.close());
}

/** A chart of the last thirty days. */
export function monthOfUsageQuery(): string {
  const to = new Date(filledAt);
  to.setUTCMinutes(0, 0, 0);
  const [from, until] = [new Date(to.getTime() - monthMs), to].map((at) => at.toISOString());
  return `{ usage(from: "${from}", to: "${until}", groupBy: [DAY]) { points { start credits calls } total { credits } } }`;
}

/** Payments 0 to `count` - 1, whose intents Stripe has made and nobody has paid yet, in turns of some accounts. */
export async function addPayments(database: Database, accounts: number, count: number): Promise<void> {
  await database.query(
    `insert into stripe_customers (account_id, request_id, name, stripe_customer_id, created_at)
     select 'account-' || a, gen_random_uuid(), 'Account ' || a, 'cus_bench' || a, now()
     from generate_series(0, $1::int - 1) a`,
    [accounts],
  );
  await database.query(
    `insert into payments (id, account_id, status, package_price_id, credits, amount, currency, refunded_amount,
       stripe_payment_intent_id, created_at)
     select ('00000000-0000-7000-8000-' || lpad(p::text, 12, '0'))::uuid, 'account-' || p % $1::int,
       'REQUIRES_PAYMENT', price.id, package.credits, price.amount, price.currency, 0, 'pi_bench' || p, now()
     from generate_series(0, $2::int - 1) p, credit_packages package
     join credit_package_prices price on price.package_id = package.id
     where package.credits = ${purchase.credits} and price.valid_to is null`,
    [accounts, count],
  );
}

/** The same data for the hand-written server, without what its queries do not need. */
export async function copyForLeanServer(database: Database): Promise<void> {
  await database.query('create schema lean');
  await database.query(
    'create table lean.api_key as select hash, account_id from api_keys where account_id is not null',
  );
  await database.query('alter table lean.api_key add primary key (hash)');
  await database.query(
    'create table lean.balance as select account_id, available, held, owed, updated_at from credit_balances',
  );
  await database.query('alter table lean.balance add primary key (account_id)');
  await database.query(
    `create table lean.history as
     select account_id, seq, type, description, credits, money_amount, money_currency, created_at
     from ledger_operations order by account_id, seq`,
  );
  await database.query('alter table lean.history add primary key (account_id, seq)');
}

/** How many debits some accounts have had, by what they have left. */
export async function countDebits(database: Database, accounts: AccountRange): Promise<number> {
  const [row] = await database.query<{ available: string }>(
    `select sum(available) as available from credit_balances
     where account_id in (select 'account-' || a from generate_series($1::int, $2::int) a)`,
    [accounts.first, accounts.first + accounts.count - 1],
  );
  const spent = granted * BigInt(accounts.count) - BigInt(row?.available ?? 0);
  return Number(spent / debitAmount);
}

/** How many holds were captured. */
export async function countCaptured(database: Database): Promise<number> {
  const [row] = await database.query<{ count: string }>(
    `select count(*) from credit_holds where status = 'CAPTURED'`,
  );
  return Number(row?.count);
}

/** How many events Stripe's webhook has stored. */
export async function countEvents(database: Database): Promise<number> {
  const [row] = await database.query<{ count: string }>('select count(*) from webhook_events');
  return Number(row?.count);
}

/** How many payments are credited. */
export async function countCredited(database: Database): Promise<number> {
  const [row] = await database.query<{ count: string }>(
    'select count(*) from payments where succeeded_at is not null',
  );
  return Number(row?.count);
}

/** The account's number, where it is `a`, as the id of its only lot. */
const lotId = `('00000000-0000-7000-8000-' || lpad(a::text, 12, '0'))::uuid`;

async function addKey(
  database: Database,
  role: 'CUSTOMER' | 'SERVICE',
  accountId: string | null,
  token: string,
): Promise<void> {
  await database.query(
    `insert into api_keys (id, account_id, role, name, prefix, hash, created_at)
     values (gen_random_uuid(), $1, $2, 'bench', left($3, 12), $4, now())`,
    [accountId, role, token, tokenHash(token)],
  );
}
