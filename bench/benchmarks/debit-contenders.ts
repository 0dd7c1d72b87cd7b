import { type Contender, worker } from '../benchmark.js';
import { addAccounts, countDebits, createBillingDatabase } from '../data/billing.js';
import { settle } from '../data/database.js';
import { countLeanDebits, createLeanDatabase, leanDebit } from '../data/lean.js';
import type { Environment } from '../environment.js';
import { callersAtOnce, startSpending } from '../in-process/in-process.js';
import { findPgbench, runPgbench } from '../pgbench/pgbench.js';
import { startBilling } from '../servers/servers.js';

export const pgbench = 'one statement in pgbench';
export const inProcess = 'in process';
export const debitCredits = 'debitCredits over HTTP';
export const recordUsage = 'recordUsage of 100 over HTTP';

/** How debits are sent: `maxPerSecond` is more requests than are answered in a second. */
const singly = { perRequest: 1, connections: 64, maxPerSecond: 10_000 };
/** As many connections as keep the next transaction filled while one is written. */
const byHundreds = { perRequest: 100, connections: 16, maxPerSecond: 1_000 };

/**
 * Debits of accounts, in every way there is. Each way has accounts of its own, as many as the baseline has, so that
 * the same number of them meet in each.
 */
export async function debitContenders(
  environment: Environment,
  name: string,
  accounts: number,
): Promise<readonly Contender[]> {
  const program = await findPgbench();
  const lean = await createLeanDatabase(environment, `${name}_lean`, accounts);
  const billing = await createBillingDatabase(environment, `${name}_billing`);
  await addAccounts(billing, accounts * 2);
  await settle(billing);
  const spending = startSpending(environment, billing);
  const server = await startBilling(environment, billing);

  const ofProcess = { first: 0, count: accounts };
  const ofServer = { first: accounts, count: accounts };
  const overHttp =
    ({ perRequest, connections, maxPerSecond }: typeof singly) =>
    (seconds: number) => {
      const requests = maxPerSecond * seconds;
      const plan = { kind: 'debits', accounts: ofServer, perRequest, requests } as const;
      return environment.load.ask({ port: server.port, connections, seconds, plan });
    };
  const countOfServer = () => countDebits(billing, ofServer);
  return [
    worker(
      pgbench,
      (seconds) => runPgbench(program, lean, leanDebit(accounts), seconds, environment.directory),
      () => countLeanDebits(lean),
    ),
    worker(
      inProcess,
      (seconds) => spending.ask({ what: 'debit', accounts: ofProcess, atOnce: callersAtOnce, seconds }),
      () => countDebits(billing, ofProcess),
    ),
    worker(debitCredits, overHttp(singly), countOfServer),
    worker(recordUsage, overHttp(byHundreds), countOfServer),
  ];
}
