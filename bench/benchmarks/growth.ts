import { type Benchmark, type Comparison, type Contender, worker } from '../benchmark.js';
import {
  addAccounts,
  addCustomerKeys,
  addDebits,
  countDebits,
  createBillingDatabase,
  monthOfUsageQuery,
  sumUsage,
} from '../data/billing.js';
import { settle } from '../data/database.js';
import type { Environment } from '../environment.js';
import { callersAtOnce, startSpending } from '../in-process/in-process.js';
import { startBilling } from '../servers/servers.js';
import { balanceQuery } from './balance.js';
import { balanceHistoryQuery } from './balance-history.js';

const connections = 32;
/** Two accounts have half of the journal, one to be looked at and one to be debited; these have the rest. */
const looked = { first: 0, count: 1 };
const debited = { first: 1, count: 1 };
const others = { first: 2, count: 1_000 };
/** Debits of a turn: few, because the short journal must not become a long one by them. */
const maxDebits = 20_000;
/**
 * Debits that come before anything is measured, as a share of the journal. PostgreSQL logs a page whole when it first
 * changes after a checkpoint, and new keys go to pages all over the index: a server at work is past that within
 * seconds, and what is measured here is how it goes on.
 */
const shareBeforehand = 1 / 60;
const maxSecondsBeforehand = 60;

const operations = [
  'debit in process',
  'balance over HTTP',
  'balance-history over HTTP',
  'month of usage over HTTP',
] as const;
type Operation = (typeof operations)[number];
type Size = 'few' | 'many';

const contenderOf = (operation: Operation, size: Size) => `${operation}, ${size} entries`;

const limits: Readonly<Record<Operation, string>> = {
  'debit in process':
    'Every statement finds its rows by a key; new entries go to the end of the newest month, whatever is before it.',
  'balance over HTTP': 'It reads the balance, never the journal.',
  'balance-history over HTTP': 'A page is the end of an index.',
  'month of usage over HTTP':
    'It adds up a sum for each hour in which there was usage, of which the long journal has three times as many.',
};

/** The same with a short and a long journal. */
export const growth: Benchmark = {
  name: 'growth',
  unit: 'operations/s',
  comparisons: operations.map(
    (operation): Comparison => ({
      subject: contenderOf(operation, 'many'),
      baseline: contenderOf(operation, 'few'),
      // A short journal has hours without usage.
      target: operation === 'month of usage over HTTP' ? null : { atLeast: 0.9 },
      limits: limits[operation],
    }),
  ),
  async prepare(environment) {
    const { few, many } = environment.scale.entries;
    return [
      ...(await contendersOn(environment, 'few', few)),
      ...(await contendersOn(environment, 'many', many)),
    ];
  },
};

async function contendersOn(environment: Environment, size: Size, entries: number): Promise<Contender[]> {
  const database = await createBillingDatabase(environment, `growth_${size}`);
  await addAccounts(database, others.first + others.count);
  await addCustomerKeys(database, 1);
  await addDebits(database, looked, Math.floor(entries / 4));
  await addDebits(database, debited, Math.floor(entries / 4));
  await addDebits(database, others, Math.floor(entries / 2 / others.count));
  await sumUsage(database);
  await settle(database);
  const spending = startSpending(environment, database, `in-process-${size}`);
  const debiting = { what: 'debit', accounts: debited, atOnce: callersAtOnce } as const;
  await spending.ask({
    ...debiting,
    seconds: maxSecondsBeforehand,
    atMost: Math.ceil(entries * shareBeforehand),
  });
  const { port } = await startBilling(environment, database, { name: `billing-${size}` });
  const query = (text: string) => (seconds: number) =>
    environment.load.ask({
      port,
      connections,
      seconds,
      plan: { kind: 'query', query: text, customers: 1 },
    });
  return [
    worker(
      contenderOf('debit in process', size),
      (seconds) => spending.ask({ ...debiting, seconds, atMost: maxDebits }),
      () => countDebits(database, debited),
    ),
    worker(contenderOf('balance over HTTP', size), query(balanceQuery)),
    worker(contenderOf('balance-history over HTTP', size), query(balanceHistoryQuery)),
    worker(contenderOf('month of usage over HTTP', size), query(monthOfUsageQuery())),
  ];
}
