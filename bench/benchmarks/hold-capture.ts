import { type Benchmark, worker } from '../benchmark.js';
import { addAccounts, countCaptured, createBillingDatabase } from '../data/billing.js';
import { settle } from '../data/database.js';
import { countLeanHolds, createLeanDatabase, leanHoldAndCapture } from '../data/lean.js';
import { callersAtOnce, startSpending } from '../in-process/in-process.js';
import { findPgbench, runPgbench } from '../pgbench/pgbench.js';
import { startBilling } from '../servers/servers.js';

const pgbench = 'two commits in pgbench';
const inProcess = 'in process';
const overHttp = 'holdCredits and captureHold over HTTP';

const accounts = 10_000;
const connections = 64;
/** More holds than are captured in a second. */
const maxHoldsPerSecond = 5_000;

/** Credits are held, and then charged, as for every call to a model whose cost is not known before. */
export const holdCapture: Benchmark = {
  name: 'hold-capture',
  unit: 'pairs/s',
  comparisons: [
    {
      subject: inProcess,
      baseline: pgbench,
      target: { atLeast: 1 },
      limits:
        'Both cores: a hold and its capture are two commits of up to 1,000, and three rows to write and two accounts to update for each.',
    },
    {
      subject: overHttp,
      baseline: pgbench,
      target: null,
      limits: 'The core of the server: two requests, each parsed and checked.',
    },
  ],
  async prepare(environment) {
    const program = await findPgbench();
    const lean = await createLeanDatabase(environment, 'hold_capture_lean', accounts);
    const billing = await createBillingDatabase(environment, 'hold_capture_billing');
    await addAccounts(billing, accounts);
    await settle(billing);
    const spending = startSpending(environment, billing);
    const { port } = await startBilling(environment, billing);
    const all = { first: 0, count: accounts };
    return [
      worker(
        pgbench,
        (seconds) => runPgbench(program, lean, leanHoldAndCapture(accounts), seconds, environment.directory),
        () => countLeanHolds(lean),
      ),
      worker(
        inProcess,
        (seconds) => spending.ask({ what: 'holdAndCapture', accounts: all, atOnce: callersAtOnce, seconds }),
        () => countCaptured(billing),
      ),
      worker(
        overHttp,
        (seconds) => {
          const plan = { kind: 'holds', accounts: all, holds: maxHoldsPerSecond * seconds } as const;
          return environment.load.ask({ port, connections, seconds, plan });
        },
        () => countCaptured(billing),
      ),
    ];
  },
};
