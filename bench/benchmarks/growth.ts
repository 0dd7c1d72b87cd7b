import { type Benchmark, type Comparison, type Contender, worker } from '../benchmark.js';
import {
  addAccounts,
  addCustomerKeys,
  addDebits,
  countDebits,
  createBillingDatabase,
} from '../data/billing.js';
import { settle } from '../data/database.js';
import type { Environment } from '../environment.js';
import { callersAtOnce, startDebiting } from '../in-process/in-process.js';
import { startBilling } from '../servers/servers.js';
import { balanceQuery } from './balance.js';
import { balanceHistoryQuery } from './balance-history.js';

const accounts = 1_001;
const connections = 32;

const operations = ['debit in process', 'balance over HTTP', 'balance-history over HTTP'] as const;
type Operation = (typeof operations)[number];
type Size = 'few' | 'many';

const contenderOf = (operation: Operation, size: Size) => `${operation}, ${size} entries`;

const limits: Readonly<Record<Operation, string>> = {
  'debit in process':
    'Every statement finds its rows by a key; trees of ten million entries are one level deeper.',
  'balance over HTTP': 'It reads the balance and the lots, never the journal.',
  'balance-history over HTTP': 'A page is the end of an index.',
};

/** The same with a short and a long journal, half of which is the account's that is measured. */
export const growth: Benchmark = {
  name: 'growth',
  unit: 'operations/s',
  comparisons: operations.map(
    (operation): Comparison => ({
      subject: contenderOf(operation, 'many'),
      baseline: contenderOf(operation, 'few'),
      target: { atLeast: 0.9 },
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
  const ofHot = Math.floor(entries / 2);
  const ofOthers = Math.floor((entries - ofHot) / (accounts - 1));
  await addAccounts(database, accounts);
  await addCustomerKeys(database, 1);
  await addDebits(database, { first: 1, count: accounts - 1 }, ofOthers);
  await addDebits(database, { first: 0, count: 1 }, ofHot);
  await settle(database);
  const debiting = startDebiting(environment, database, `in-process-${size}`);
  const { port } = await startBilling(environment, database, { name: `billing-${size}` });
  const query = (text: string) => (seconds: number) =>
    environment.load.ask({
      port,
      connections,
      seconds,
      plan: { kind: 'query', query: text, customers: 1 },
    });
  const hot = { first: 0, count: 1 };
  return [
    worker(
      contenderOf('debit in process', size),
      (seconds) => debiting.ask({ accounts: hot, atOnce: callersAtOnce, seconds }),
      () => countDebits(database, hot),
    ),
    worker(contenderOf('balance over HTTP', size), query(balanceQuery)),
    worker(contenderOf('balance-history over HTTP', size), query(balanceHistoryQuery)),
  ];
}
