import { type Contender, worker } from '../benchmark.js';
import { addAccounts, countDebits, createBillingDatabase } from '../data/billing.js';
import { settle } from '../data/database.js';
import { countLeanDebits, createLeanDatabase, leanDebit } from '../data/lean.js';
import type { Environment } from '../environment.js';
import { callersAtOnce, startSpending } from '../in-process/in-process.js';
import { findPgbench, runPgbench } from '../pgbench/pgbench.js';
import { startBilling } from '../servers/servers.js';
import { recordUsageOperation } from '../subjects.js';

export const pgbench = 'one statement in pgbench';
export const inProcess = 'in process';
export const debitCredits = 'debitCredits over HTTP';
export const recordUsage = 'recordUsage of 100 over HTTP';

const debitsPerRecord = 100;
const connections = 64;
/** More requests than are answered in a second. */
const maxRequestsPerSecond = 10_000;
const maxRecordsPerSecond = 1_000;

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
  const overHttp = (perRequest: number, maxPerSecond: number) => (seconds: number) =>
    environment.load.ask({
      port: server.port,
      connections,
      seconds,
      plan: {
        kind: 'debits',
        accounts: ofServer,
        perRequest,
        requests: Math.ceil(maxPerSecond * seconds),
      },
    });
  const countOfServer = () => countDebits(billing, ofServer);
  const contenders = [
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
    worker(debitCredits, overHttp(1, maxRequestsPerSecond), countOfServer),
  ];
  if (recordUsageOperation) {
    contenders.push(worker(recordUsage, overHttp(debitsPerRecord, maxRecordsPerSecond), countOfServer));
  }
  return contenders;
}
