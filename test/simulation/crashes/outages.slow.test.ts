import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/platform/clock.js';
import { createLog } from '../../../src/platform/log.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { freePorts, ServerProcess } from '../../lifecycle/server-process.js';
import { clientsOf } from '../../support/client.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { Load, purchase, refunded } from './outage-load.js';
import { PostgresPair } from './postgres-pair.js';

const testTimeoutMs = 120_000;
const pollMs = 50;
const accounts = 3;
/** How much is answered before an outage, and after it. */
const answersBetween = 60;
/** How long the database is away once everybody has noticed. */
const outageMs = 3_000;
const webhookSecret = 'whsec_outages';
const noBudgets = Object.fromEntries(
  ['ANONYMOUS', 'WRONG_KEYS', 'CUSTOMER', 'SERVICE', 'ADMIN', 'WEBHOOK'].map((who) => [
    `RATE_LIMIT_${who}`,
    '0',
  ]),
);

interface Outage {
  readonly name: string;
  begin(): Promise<void>;
  end(): Promise<void>;
}

let directory: string;
let postgres: PostgresPair;
let sandbox: Sandbox;
let server: ServerProcess;
let load: Load;
let url: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'unillm-outages-'));
  postgres = await PostgresPair.start();
  const { PORT } = await freePorts();
  url = `http://127.0.0.1:${PORT}`;
  sandbox = await startSandbox({
    clock: systemClock,
    log: createLog('silent'),
    port: 0,
    seed: 1,
    webhook: { url: `${url}/billing/webhook`, secret: webhookSecret },
    retryBaseMs: 20,
  });
  server = new ServerProcess(
    {
      ...noBudgets,
      PORT,
      DATABASE_URL: postgres.url,
      STRIPE_SECRET_KEY: sandbox.secretKey,
      STRIPE_PUBLISHABLE_KEY: sandbox.publishableKey,
      STRIPE_WEBHOOK_SECRET: webhookSecret,
      STRIPE_API_BASE: sandbox.url,
    },
    directory,
  );
  await server.ready();
  load = await Load.open(url, clientsOf(url), sandbox, accounts);
}, testTimeoutMs);

afterAll(async () => {
  await sandbox.close();
  await postgres.close();
  await rm(directory, { recursive: true });
  process.stdout.write(
    `Outages of the database: ${outages.length}; ${load.answered} answers, ${load.refused} refusals meanwhile; the books exact after each.\n`,
  );
});

const outages: readonly Outage[] = [
  {
    name: 'is restarted in order',
    begin: () => postgres.stopPrimary('fast'),
    end: () => postgres.startPrimary(),
  },
  {
    name: 'is stopped at once, and recovers from its log',
    begin: () => postgres.stopPrimary('immediate'),
    end: () => postgres.startPrimary(),
  },
  {
    name: 'cannot be reached',
    begin: async () => postgres.unplug(),
    end: async () => postgres.plugIn(),
  },
  {
    name: 'is lost, and its standby, which lets only read at first, takes over',
    begin: () => postgres.loseToStandby(),
    end: () => postgres.promote(),
  },
];

describe('the books are exact, and nothing that was answered is lost, where the database', () => {
  it.each(outages)(
    '$name',
    async ({ begin, end }) => {
      const refusedBefore = load.refused;
      const running = load.run();
      running.catch(() => undefined);
      const failed = running.then(() => Promise.reject(new Error('The load ended.')));
      failed.catch(() => undefined);
      const whileLoaded = (work: Promise<unknown>) => Promise.race([work, failed]);

      await whileLoaded(answers(answersBetween));
      await begin();
      await whileLoaded(until(async () => load.refused > refusedBefore));
      await whileLoaded(until(async () => (await readiness()) === 503));
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      await whileLoaded(sleep(outageMs));
      await end();
      await whileLoaded(until(async () => (await readiness()) === 200));
      await whileLoaded(answers(answersBetween));
      load.stop();
      await running;

      await comeToRest();
      await expectExactBooks();
    },
    testTimeoutMs,
  );
});

it('and the process is the one that was there before', async () => {
  server.kill('SIGTERM');
  expect(await server.ended()).toBe(0);
  expect(server.stderr).toBe('');
});

const readiness = async () => {
  const response = await fetch(`${url}/readyz`);
  await response.text();
  return response.status;
};

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(pollMs);
}

const answers = (count: number): Promise<void> => {
  const enough = load.answered + count;
  return until(async () => load.answered >= enough);
};

/** Stripe delivers again what was not taken, and jobs are tried again. */
async function comeToRest(): Promise<void> {
  await sandbox.flush(testTimeoutMs);
  await until(async () => {
    const waiting = await postgres.query(
      `select from graphile_worker.jobs where task_identifier = 'process_webhook_event'`,
    );
    return waiting.length === 0;
  });
}

async function expectExactBooks(): Promise<void> {
  await expectSoundBooks(postgres);
  for (const account of load.accounts) {
    const { accountId } = account.customer;
    const [ours] = await postgres.query(
      `select available::text, (select count(*)::int from ledger_operations o
         where o.account_id = b.account_id and o.type = 'USAGE') as debits
       from credit_balances b where account_id = $1`,
      [accountId],
    );
    expect(ours).toEqual({ available: String(account.available), debits: account.debits.length });
    const last = account.debits.at(-1) ?? '';
    expect((await account.debit(last)).debitCredits.replayed).toBe(true);
    expect(atStripe(accountId)).toEqual({
      customers: 1,
      charged: account.purchases * purchase.amount,
      refunded: account.refunds * refunded.amount,
    });
  }
}

/** What Stripe has of an account. */
function atStripe(accountId: string) {
  const objects = <T>(type: string): T[] =>
    sandbox.events().flatMap((event) => (event.type === type ? [event.data.object as T] : []));
  const customers = objects<{ id: string; metadata: Record<string, string> }>('customer.created');
  const [customer, ...others] = customers.filter(({ metadata }) => metadata.account_id === accountId);
  const sum = (type: string) =>
    objects<{ customer: string; amount: number; id: string }>(type)
      .filter((object) => object.customer === customer?.id)
      .reduce((total, { amount }) => total + amount, 0);
  return {
    customers: 1 + others.length,
    charged: sum('charge.succeeded'),
    refunded: sum('refund.created'),
  };
}
