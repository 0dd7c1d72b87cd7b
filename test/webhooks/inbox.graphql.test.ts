import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config.js';
import { createLog } from '../../src/platform/log.js';
import { expectCode } from '../support/client.js';
import { FakeClock } from '../support/clock.js';
import type { WebhookEventFilter } from '../support/generated/graphql.js';
import { expectSoundBooks } from '../support/invariants.js';
import { balanceQuery, historyQuery } from '../support/operations.js';
import { newCustomer, pay, purchase, startPurchase, type TestCustomer } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';
import {
  deliver,
  replayWebhookEventMutation,
  webhookEventQuery,
  webhookEventsQuery,
} from '../support/webhooks.js';

const waitMs = 10_000;
const pollMs = 20;

let service: TestService;
let customer: TestCustomer;
const logged: Record<string, unknown>[] = [];
beforeAll(async () => {
  const log = createLog('info', { write: (line: string) => void logged.push(JSON.parse(line)) });
  const { jobs } = loadConfig({});
  service = await startTestService({
    clock: new FakeClock(new Date()),
    log,
    config: { jobs: { ...jobs, concurrency: 10 } },
  });
});
beforeEach(async () => {
  customer = await newCustomer(service);
});
afterEach(() => service.sandbox.faults.clear());
afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

const list = async (filter: WebhookEventFilter = {}, first = 100, after?: string | null) =>
  (await service.clients.admin.request(webhookEventsQuery, { first, after: after ?? null, filter }))
    .webhookEvents;
const one = async (id: string) =>
  (await service.clients.admin.request(webhookEventQuery, { id })).webhookEvent;
/** Null while it has not been delivered yet. */
const oneOrNone = (id: string) => one(id).catch(() => null);
const replay = async (id: string) =>
  (await service.clients.admin.request(replayWebhookEventMutation, { id })).replayWebhookEvent.event;
const available = async () => (await customer.client.request(balanceQuery, {})).balance.available;

/** The event of a type about an intent, as the sandbox made it. */
function eventOf(paymentIntentId: string, type: string) {
  const event = service.sandbox
    .events()
    .find(
      ({ data, type: made }) => made === type && 'id' in data.object && data.object.id === paymentIntentId,
    );
  if (!event) throw new Error(`No ${type} of ${paymentIntentId}.`);
  return event;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + waitMs; !(await isSo()); ) {
    if (performance.now() > end) throw new Error(`Not within ${waitMs} ms: ${what}`);
    await new Promise((wake) => setTimeout(wake, pollMs));
  }
}

const becomes = (id: string, status: string, attempts: number) =>
  until(`${id} is ${status} after ${attempts} attempts`, async () => {
    const event = await oneOrNone(id);
    return event?.status === status && event.attempts === attempts;
  });

/** A payment whose event was given up, because somebody changed the intent's metadata. */
async function poisoned() {
  const intent = await startPurchase(customer, 500);
  const { paymentIntents } = dashboard(service.sandbox);
  await paymentIntents.update(intent.paymentIntentId, { metadata: { credits: '5000' } });
  await pay(service, intent);
  const { id } = eventOf(intent.paymentIntentId, 'payment_intent.succeeded');
  await becomes(id, 'FAILED', 1);
  const mend = () => paymentIntents.update(intent.paymentIntentId, { metadata: { credits: '500' } });
  return { id, paymentIntentId: intent.paymentIntentId, mend };
}

describe('webhookEvents', () => {
  it('shows what became of the events of a payment, newest first', async () => {
    const paymentIntentId = await purchase(service, customer, 500);
    await service.settle();
    const { nodes } = await list({ paymentIntentId });
    const succeeded = nodes.find(({ type }) => type === 'payment_intent.succeeded');
    expect(succeeded).toMatchObject({
      status: 'PROCESSED',
      attempts: 1,
      outcome: null,
      lastError: null,
      objectId: paymentIntentId,
      paymentIntentId,
      nextAttemptAt: null,
      payload: { type: 'payment_intent.succeeded', data: { object: { id: paymentIntentId } } },
    });
    expect(succeeded?.paymentId).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.stringify(succeeded?.payload)).not.toContain('client_secret');
    expect(nodes.map(({ type }) => type)).toContain('charge.succeeded');
    expect(new Set(nodes.map((node) => node.paymentIntentId))).toEqual(new Set([paymentIntentId]));
  });

  it('filters by status, type, object and time, and by all at once', async () => {
    const paymentIntentId = await purchase(service, customer, 100);
    await service.settle();
    service.clock.advance(1_000);
    const type = 'payment_intent.succeeded';
    const only = await list({ status: 'PROCESSED', type, objectId: paymentIntentId });
    expect(only.nodes.map(({ objectId }) => objectId)).toEqual([paymentIntentId]);
    const at = only.nodes[0]?.receivedAt ?? '';
    const later = new Date(Date.parse(at) + 1).toISOString();
    const ids = async (filter: WebhookEventFilter) =>
      (await list({ objectId: paymentIntentId, type, ...filter })).nodes.length;
    expect(await ids({ receivedFrom: at })).toBe(1);
    expect(await ids({ receivedFrom: later })).toBe(0);
    expect(await ids({ receivedTo: at })).toBe(0);
    expect(await ids({ receivedTo: later })).toBe(1);
    expect(await ids({ status: 'FAILED' })).toBe(0);
    expect((await list({ status: 'IGNORED' })).nodes.every(({ outcome }) => outcome !== null)).toBe(true);
    expect((await list({ type: 'none.such' })).nodes).toEqual([]);
  });

  it('pages without a gap or a repetition, though events of one instant are many', async () => {
    for (const credits of [100, 500]) await purchase(service, customer, credits);
    await service.settle();
    const all = (await list()).nodes.map(({ id }) => id);
    expect(all.length).toBeGreaterThan(6);
    const paged: string[] = [];
    let after: string | null = null;
    do {
      const page = await list({}, 3, after);
      paged.push(...page.nodes.map(({ id }) => id));
      after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
    } while (after !== null);
    expect(paged).toEqual(all);
  });

  it('refuses a cursor of another list, and names what never came', async () => {
    const forged = Buffer.from('["accounts",1,"demo"]').toString('base64url');
    await expectCode(list({}, 1, forged), 'BAD_USER_INPUT');
    await expectCode(list({}, 101), 'BAD_USER_INPUT');
    await expectCode(one('evt_never'), 'NOT_FOUND');
    await expectCode(replay('evt_never'), 'NOT_FOUND');
  });
});

describe('replayWebhookEvent', () => {
  it('processes an event that was given up, once what was wrong is mended', async () => {
    const { id, mend } = await poisoned();
    expect(await one(id)).toMatchObject({ status: 'FAILED', attempts: 1, nextAttemptAt: null });
    expect((await one(id)).outcome).toMatch(/^PAYMENT_MISMATCH: /);
    expect(await available()).toBe('0');
    await mend();
    const replayed = await replay(id);
    expect(replayed).toMatchObject({ id, status: 'RECEIVED', outcome: null, attempts: 1 });
    expect(replayed.nextAttemptAt).toBe(service.clock.now().toISOString());
    await becomes(id, 'PROCESSED', 2);
    expect((await one(id)).lastError).toMatch(/^PAYMENT_MISMATCH: /);
    expect(await available()).toBe('500');
    const line = logged.find(({ msg, eventId }) => msg === 'webhook event replayed' && eventId === id);
    expect(line).toMatchObject({ statusBefore: 'FAILED' });
  });

  it('leaves an event FAILED that is still as wrong', async () => {
    const { id } = await poisoned();
    await replay(id);
    await becomes(id, 'FAILED', 2);
    expect(await available()).toBe('0');
  });

  it('changes nothing of what was processed, however often and at once it is called', async () => {
    const paymentIntentId = await purchase(service, customer, 500);
    await service.settle();
    const { id } = eventOf(paymentIntentId, 'payment_intent.succeeded');
    await Promise.all(Array.from({ length: 20 }, () => replay(id)));
    await service.settle();
    expect(await one(id)).toMatchObject({ status: 'PROCESSED', outcome: null });
    expect(await available()).toBe('500');
    const { billingHistory } = await customer.client.request(historyQuery, {});
    expect(billingHistory.nodes.map(({ type }) => type)).toEqual(['PURCHASE']);
  });

  it('ignores again what nothing is done on', async () => {
    await service.settle();
    const { nodes } = await list({ status: 'IGNORED' }, 1);
    const id = nodes[0]?.id ?? '';
    await replay(id);
    await becomes(id, 'IGNORED', 1);
  });

  it('does not wait for the next attempt', async () => {
    const intent = await startPurchase(customer, 500);
    const down = service.sandbox.faults.api({
      fault: 'server_error',
      method: 'GET',
      path: '/v1/payment_intents/*',
    });
    await pay(service, intent);
    const { id } = eventOf(intent.paymentIntentId, 'payment_intent.succeeded');
    await until('an attempt failed', async () => ((await oneOrNone(id))?.attempts ?? 0) > 0);
    const waiting = await one(id);
    expect(waiting).toMatchObject({ status: 'RECEIVED' });
    expect(waiting.lastError).toMatch(/^STRIPE_UNAVAILABLE: /);
    expect(Date.parse(waiting.nextAttemptAt ?? '')).toBeGreaterThan(service.clock.now().getTime());
    down.remove();
    await replay(id);
    await until('it is processed', async () => (await one(id)).status === 'PROCESSED');
    expect(await available()).toBe('500');
    await until('its regular attempt is over', async () => (await jobsOf(id)) === 0);
    expect((await one(id)).status).toBe('PROCESSED');
  });

  const jobsOf = async (id: string) => {
    const [row] = await service.database.query<{ jobs: number }>(
      `select count(*)::int as jobs from graphile_worker._private_jobs where payload->>'eventId' = $1`,
      [id],
    );
    return row?.jobs;
  };
});

it('lets an event wait for a payment that is not there yet', async () => {
  const intent = await startPurchase(customer, 500);
  const where = 'where stripe_payment_intent_id = $1';
  const [payment] = await service.database.query<{ row: object }>(
    `delete from payments ${where} returning to_jsonb(payments) as row`,
    [intent.paymentIntentId],
  );
  await pay(service, intent);
  const { id } = eventOf(intent.paymentIntentId, 'payment_intent.succeeded');
  await until('it was tried', async () => ((await oneOrNone(id))?.attempts ?? 0) > 0);
  expect(await one(id)).toMatchObject({
    status: 'RECEIVED',
    lastError: 'NOT_FOUND: The payment that its metadata names is not there yet.',
  });
  await service.database.query(
    'insert into payments select * from jsonb_populate_record(null::payments, $1::jsonb)',
    [JSON.stringify(payment?.row)],
  );
  await until('it was tried again', async () => (await one(id)).status === 'PROCESSED');
  expect(await available()).toBe('500');
});

it('books the events of one payment right that are processed at the same time', async () => {
  const copies = 8;
  const silenced = service.sandbox.faults.delivery({ fault: 'drop' });
  const intent = await startPurchase(customer, 500);
  await pay(service, intent);
  const { refunds } = dashboard(service.sandbox);
  for (const amount of [450, 900, 1_350])
    await refunds.create({ payment_intent: intent.paymentIntentId, amount });
  const about = service.sandbox.events().filter(({ data }) => {
    const object = data.object as { id?: string; payment_intent?: unknown };
    return object.id === intent.paymentIntentId || object.payment_intent === intent.paymentIntentId;
  });
  await service.sandbox.flush(waitMs);
  silenced.remove();
  const deliveries = about.flatMap((event) =>
    Array.from({ length: copies }, (_, n) => ({ ...event, id: `${event.id}_${n}` })),
  );
  const answers = await Promise.all(deliveries.map((event) => deliver(service, event)));
  expect(new Set(answers)).toEqual(new Set([200]));
  await service.settle();

  // 2,700 of 4,500 cents were given back, and so 300 of 500 credits.
  expect(await available()).toBe('200');
  const { billingHistory } = await customer.client.request(historyQuery, {});
  expect(billingHistory.nodes.map(({ type }) => type).sort()).toEqual([
    'PURCHASE',
    'REFUND',
    'REFUND',
    'REFUND',
  ]);
  const { nodes } = await list({ paymentIntentId: intent.paymentIntentId });
  expect(nodes.length).toBe(deliveries.length);
  expect(nodes.filter(({ status }) => status === 'RECEIVED' || status === 'FAILED')).toEqual([]);
  console.info(
    `${nodes.filter(({ status }) => status === 'PROCESSED').length} events of one payment at once: 0 differences`,
  );
});

it('measures what was given up and what waits', async () => {
  await poisoned();
  const scraped = await (await fetch(`${service.url}/metrics`)).text();
  const text = scraped.slice(scraped.indexOf('webhook_events_failed'), scraped.indexOf('graphql_'));
  const failed = (await list({ status: 'FAILED' })).nodes.length;
  expect(failed).toBeGreaterThan(0);
  expect(text).toContain(`webhook_events_failed ${failed}\n`);
  expect(text).toMatch(/^webhook_events_waiting \d+$/m);
  expect(text).toMatch(/^webhook_oldest_waiting_seconds [\d.]+$/m);
});
