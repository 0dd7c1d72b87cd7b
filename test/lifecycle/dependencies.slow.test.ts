import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '../../src/platform/clock.js';
import { createLog } from '../../src/platform/log.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { BreakableNetwork } from '../support/breakable-network.js';
import { type Clients, clientsOf, expectCode } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { expectSoundBooks } from '../support/invariants.js';
import {
  balanceQuery,
  confirmPaymentMutation,
  createPaymentIntentMutation,
  debitCreditsMutation,
  grantCreditsMutation,
} from '../support/operations.js';
import { freePorts, ServerProcess } from './server-process.js';

jest.setTimeout(90_000);

const webhookSecret = 'whsec_dependencies';
/** How long a slow Stripe takes, below any timeout. */
const slowMs = 1_500;

let directory: string;
let database: TestDatabase;
let sandbox: Sandbox;
let network: BreakableNetwork;
let url: string;
let clients: Clients;
let env: Record<string, string>;
let server: ServerProcess;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'unillm-dependencies-'));
  database = await createTestDatabase();
  const { PORT } = await freePorts();
  url = `http://127.0.0.1:${PORT}`;
  clients = clientsOf(url);
  sandbox = await startSandbox({
    clock: systemClock,
    log: createLog('silent'),
    port: 0,
    seed: 1,
    webhook: { url: `${url}/billing/webhook`, secret: webhookSecret },
    retryBaseMs: 20,
    outcomeDelayMs: null,
  });
  network = new BreakableNetwork();
  const databaseUrl = new URL(database.url);
  databaseUrl.port = String(await network.proxyTo(Number(databaseUrl.port)));
  env = {
    PORT,
    DATABASE_URL: databaseUrl.href,
    STRIPE_SECRET_KEY: sandbox.secretKey,
    STRIPE_PUBLISHABLE_KEY: sandbox.publishableKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_API_BASE: `http://127.0.0.1:${await network.proxyTo(sandbox.port)}`,
  };
});
beforeEach(async () => {
  sandbox.faults.clear();
  server = new ServerProcess(env, directory);
  await server.ready();
});
afterAll(async () => {
  await network.close();
  await sandbox.close();
  await database.expectNoConnections().finally(() => database.drop());
  await rm(directory, { recursive: true });
});

const readiness = async () => {
  const response = await fetch(`${url}/readyz`);
  return [response.status, JSON.parse(await response.text())];
};
const grant = (credits: string, idempotencyKey: string) =>
  clients.admin.request(grantCreditsMutation, { input: { accountId: 'demo', credits, idempotencyKey } });
const debit = (credits: string, idempotencyKey: string) =>
  clients.service.request(debitCreditsMutation, { input: { accountId: 'demo', credits, idempotencyKey } });
const available = async () => (await clients.customer.request(balanceQuery, {})).balance.available;
const buy = async (idempotencyKey: string) =>
  (
    await clients.customer.request(createPaymentIntentMutation, {
      input: { creditAmount: 500, idempotencyKey },
    })
  ).createPaymentIntent;

async function pay(paymentIntentId: string): Promise<void> {
  const response = await fetch(`${sandbox.url}/v1/payment_intents/${paymentIntentId}/confirm`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.secretKey}` },
    body: new URLSearchParams({ payment_method: 'pm_card_visa', return_url: 'https://example.com/paid' }),
  });
  expect(response.status).toBe(200);
}

describe('a server whose database goes away', () => {
  it('is not ready and asks callers to try again; when it is back, it is and they do', async () => {
    await grant('2', 'before');
    expect(await readiness()).toEqual([200, { status: 'ready' }]);
    network.cut();
    expect(await readiness()).toEqual([503, { status: 'not ready', failing: ['database'] }]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const { extensions } = await expectCode(clients.customer.request(balanceQuery, {}), 'UNAVAILABLE');
    expect(extensions).toEqual({ code: 'UNAVAILABLE', retryable: true, retryAfterSeconds: 1 });
    await expectCode(debit('0.5', 'tried again'), 'UNAVAILABLE');
    await expectCode(buy('tried again'), 'UNAVAILABLE');

    network.restore();
    expect(await readiness()).toEqual([200, { status: 'ready' }]);
    expect((await debit('0.5', 'tried again')).debitCredits).toMatchObject({ replayed: false });
    await buy('tried again');
    expect(await available()).toBe('1.5');
    await stop();
  });
});

describe('a server that is told to stop while Stripe is slow', () => {
  it('finishes the request and the job that wait for it', async () => {
    const [first, second] = [await buy('first'), await buy('second')];
    sandbox.faults.api({ fault: 'latency', delayMs: slowMs, method: 'GET' });
    await pay(first.paymentIntentId);
    const silenced = sandbox.faults.delivery({ fault: 'drop' });
    await pay(second.paymentIntentId);
    silenced.remove();
    const input = { paymentIntentId: second.paymentIntentId };
    const confirming = clients.customer.request(confirmPaymentMutation, { input });
    const bothAsked = () =>
      [first, second].every(({ paymentIntentId: id }) =>
        sandbox.requests().some(({ method, path }) => method === 'GET' && path.endsWith(`/${id}`)),
      );
    for (let look = 0; look < 500 && !bothAsked(); look++) await sleep(10);
    expect(bothAsked()).toBe(true);
    const before = await available();
    await stop();
    expect((await confirming).confirmPayment.creditsAdded).toBe('500');
    const rows = await database.query<{ status: string }>(
      'select status from payments where stripe_payment_intent_id = any ($1)',
      [[first.paymentIntentId, second.paymentIntentId]],
    );
    expect(rows).toEqual([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
    const jobs = 'select task_identifier from graphile_worker.jobs where task_identifier = $1';
    expect(await database.query(jobs, ['process_webhook_event'])).toEqual([]);
    const [{ total } = { total: '' }] = await database.query<{ total: string }>(
      `select (available / 1000000)::text as total from credit_balances where account_id = 'demo'`,
    );
    expect(Number(total)).toBeGreaterThanOrEqual(Number(before) + 999);
    await expectSoundBooks(database);
  });
});

async function stop(): Promise<void> {
  server.kill('SIGTERM');
  expect(await server.ended()).toBe(0);
}
