import { setTimeout as sleep } from 'node:timers/promises';
import { type Benchmark, type Contender, worker } from '../benchmark.js';
import {
  addAccounts,
  addPayments,
  countCredited,
  countEvents,
  createBillingDatabase,
} from '../data/billing.js';
import { createDatabase, type Database, settle } from '../data/database.js';
import { countBareEvents, createBareWebhookDatabase } from '../data/lean.js';
import type { Environment } from '../environment.js';
import type { Run } from '../measure/run.js';
import type { Server } from '../processes/server.js';
import { startBaseline, startBilling, startStripe, webhookSecret } from '../servers/servers.js';

const accepted = 'accepted by /billing/webhook';
const credited = 'credited by its jobs';
const bare = 'bare handler, which credits';
const syncEngine = 'stripe-sync-engine, which credits nothing';

const accounts = 1_000;
const connections = 32;
/** More deliveries than are answered in a second. */
const maxPerSecond = 8_000;
/** As many as a server runs unless told otherwise. */
const jobsAtOnce = 4;
const lookEveryMs = 250;

/** Signed payment_intent.succeeded events, each once: how fast they are accepted, and then credited. */
export const webhooks: Benchmark = {
  name: 'webhooks',
  unit: 'events/s',
  comparisons: [
    {
      subject: accepted,
      baseline: bare,
      target: { atLeast: 0.7 },
      limits:
        'Processor time: the statement stores the whole event and adds a job through a function of graphile-worker, where the baseline stores an id.',
    },
    {
      subject: accepted,
      baseline: syncEngine,
      target: { atLeast: 1 },
      limits: 'The same. The engine updates one row per object, and adds no job.',
    },
    {
      subject: credited,
      baseline: bare,
      target: null,
      limits:
        'The core of the server: each job is fetched, asks Stripe over HTTP, settles in a transaction of its own through the ORM, and is marked done. The baseline asks nobody and believes the event.',
    },
  ],
  async prepare(environment) {
    const billing = await createBillingDatabase(environment, 'webhooks_billing');
    await addAccounts(billing, accounts);
    await addPayments(billing, accounts, maxPayments(environment));
    await settle(billing);
    const lean = await createBareWebhookDatabase(environment, 'webhooks_bare', accounts);
    const mirror = await createDatabase(environment, 'webhooks_sync_engine');

    const ours = await startBilling(environment, billing);
    const stripe = await startStripe(environment, accounts);
    const bareServer = await startBaseline(environment, 'bare-webhook', lean);
    const syncServer = await startBaseline(environment, 'sync-engine', mirror);
    return [
      receiver(environment, accepted, ours, '/billing/webhook', () => countEvents(billing)),
      receiver(environment, bare, bareServer, '/webhook', () => countBareEvents(lean)),
      receiver(environment, syncEngine, syncServer, '/webhook', () => countMirrored(mirror)),
      worker(credited, (seconds) => credit(environment, billing, stripe, seconds)),
    ];
  },
};

/** So many that none is missing, however fast events are accepted. */
const maxPayments = ({ scale: { rounds, seconds } }: Environment): number =>
  Math.ceil(maxPerSecond * seconds * (rounds + 1));

/** Each receiver gets the same events, from the first on. */
function receiver(
  { load }: Environment,
  name: string,
  { port }: Server,
  path: string,
  counted: () => Promise<number>,
): Contender {
  let first = 0;
  const deliver = async (seconds: number): Promise<Run> => {
    const count = Math.ceil(maxPerSecond * seconds);
    const plan = { kind: 'deliveries', path, secret: webhookSecret, accounts, first, count } as const;
    const run = await load.ask({ port, connections, seconds, plan });
    first += run.done;
    return run;
  };
  return worker(name, deliver, counted);
}

/** Starts a process that runs jobs, and counts what they credit of the events that wait. */
async function credit(
  environment: Environment,
  database: Database,
  stripe: Server,
  seconds: number,
): Promise<Run> {
  const events = await countEvents(database);
  const server = await startBilling(environment, database, {
    name: 'billing-jobs',
    jobs: jobsAtOnce,
    stripeUrl: `http://127.0.0.1:${stripe.port}`,
  });
  const before = await countCredited(database);
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1_000;
  let done = 0;
  while (elapsed() < seconds && before + done < events) {
    await sleep(lookEveryMs);
    done = (await countCredited(database)) - before;
  }
  const run = { done, seconds: elapsed(), latency: null };
  await server.stop();
  return run;
}

async function countMirrored(database: Database): Promise<number> {
  const [row] = await database.query<{ count: string }>('select count(*) from stripe.payment_intents');
  return Number(row?.count);
}
