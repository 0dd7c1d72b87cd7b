import { appendFileSync, chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.js';
import { type Receiver, sdk, startReceiver, TestClock, testSandbox } from './support.js';

const clock = new TestClock();
let directory: string;
let receiver: Receiver;
let running: Sandbox[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
  receiver = await startReceiver(clock);
  running = [];
});
afterEach(async () => {
  for (const sandbox of running) await sandbox.close();
  await receiver.close();
  rmSync(directory, { recursive: true });
});

async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await testSandbox({ clock, dataDir: join(directory, 'data'), ...options });
  running.push(sandbox);
  return sandbox;
}

/** What a new process finds after the old one was killed: the file as it was, nothing said goodbye. */
async function restartAfterKill(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  cpSync(join(directory, 'data'), join(directory, 'after'), { recursive: true });
  return start({ dataDir: join(directory, 'after'), ...options });
}

const pay = {
  amount: 900,
  currency: 'usd',
  confirm: true,
  payment_method: 'pm_card_pendingRefund',
  return_url: 'https://x.example',
};

test('objects, saved answers and events survive', async () => {
  const before = sdk(await start());
  const intent = await before.paymentIntents.create(pay, { idempotencyKey: 'once' });
  const customer = await before.customers.create({ email: 'a@example.com' });
  await before.customers.del((await before.customers.create()).id);
  const second = await restartAfterKill();
  const after = sdk(second);
  expect((await after.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  expect((await after.customers.list()).data.map(({ id }) => id)).toEqual([customer.id]);
  const replay = await after.paymentIntents.create(pay, { idempotencyKey: 'once' });
  expect(replay.id).toBe(intent.id);
  expect(replay.lastResponse.headers['idempotent-replayed']).toBe('true');
  expect(second.events().map(({ type }) => type)).toContain('payment_intent.succeeded');
  const refund = await after.refunds.create({ payment_intent: intent.id });
  expect(refund.status).toBe('pending');
});

test('undelivered events are delivered after the restart, to where the endpoint is now', async () => {
  const gone = { url: 'http://127.0.0.1:9/gone', secret: receiver.secret };
  const before = await start({ webhook: gone, retryBaseMs: 60_000 });
  await sdk(before).customers.create();
  const after = await restartAfterKill({ webhook: { url: receiver.url, secret: receiver.secret } });
  await after.flush();
  expect(receiver.types()).toEqual(['customer.created']);
  expect((await sdk(after).webhookEndpoints.list()).data).toHaveLength(1);
  expect(after.events()[0]?.pending_webhooks).toBe(0);
});

test('pending refunds end after the restart', async () => {
  const stripe = sdk(await start());
  const intent = await stripe.paymentIntents.create(pay);
  const { id } = await stripe.refunds.create({ payment_intent: intent.id });
  const after = sdk(await restartAfterKill({ outcomeDelayMs: 1 }));
  for (let tries = 0; tries < 100 && (await after.refunds.retrieve(id)).status === 'pending'; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect((await after.refunds.retrieve(id)).status).toBe('succeeded');
});

test('a request is remembered entirely or not at all: a torn last line is ignored', async () => {
  const first = await start();
  const kept = await sdk(first).customers.create();
  await first.close();
  const file = join(directory, 'data', 'sandbox.jsonl');
  const whole = readFileSync(file, 'utf8');
  const lost = '[{"in":"customer","put":{"id":"cus_torn","obj';
  appendFileSync(file, lost);
  const second = await start();
  expect((await sdk(second).customers.list()).data.map(({ id }) => id)).toEqual([kept.id]);
  const another = await sdk(second).customers.create();
  await second.close();
  expect(readFileSync(file, 'utf8')).not.toContain('cus_torn');
  expect(whole.split('\n').length).toBeGreaterThan(1);
  const third = await start();
  expect((await sdk(third).customers.list()).data.map(({ id }) => id)).toEqual([another.id, kept.id]);
});

test('the file is compacted at start, and expired keys are forgotten', async () => {
  const first = await start();
  const stripe = sdk(first);
  const { id } = await stripe.customers.create({}, { idempotencyKey: 'old' });
  for (let index = 0; index < 20; index += 1) await stripe.customers.update(id, { name: String(index) });
  await first.close();
  const file = join(directory, 'data', 'sandbox.jsonl');
  const size = readFileSync(file, 'utf8').length;
  clock.advance(25 * 3600);
  const second = await start();
  const compacted = readFileSync(file, 'utf8');
  expect(compacted.length).toBeLessThan(size);
  expect(compacted).not.toContain('"idempotency"');
  expect((await sdk(second).customers.retrieve(id)).id).toBe(id);
});

test('a directory that cannot be written is a clear error', async () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  chmodSync(file, 0o400);
  await expect(start({ dataDir: join(file, 'data') })).rejects.toMatchObject({
    code: 'SANDBOX_DATA_DIR_NOT_WRITABLE',
    message: expect.stringContaining(`cannot write to its data directory ${file}`),
  });
});

test('a damaged file is a clear error, not a guess', async () => {
  const first = await start();
  await first.close();
  appendFileSync(join(directory, 'data', 'sandbox.jsonl'), 'not json\n');
  await expect(start()).rejects.toMatchObject({ code: 'SANDBOX_DATA_CORRUPT' });
});
