import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { Registry } from 'prom-client';
import type Stripe from 'stripe';
import { mikroOrmConfig } from '../../src/mikro-orm.config.js';
import { createLog } from '../../src/platform/log.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { EventCatchUp } from '../../src/reconciliation/event-catch-up.js';
import { type Findings, noFindings } from '../../src/reconciliation/report.js';
import { Reports } from '../../src/reconciliation/reports.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { StripeCalls } from '../../src/stripe/stripe-calls.js';
import { createStripeClient } from '../../src/stripe/stripe-client.js';
import { createStripeMetrics } from '../../src/stripe/stripe-metrics.js';
import { StripeReconciliation } from '../../src/stripe/stripe-reconciliation.js';
import { WebhookService } from '../../src/webhooks/webhook.service.js';
import { WebhookStore } from '../../src/webhooks/webhook.store.js';
import { Random } from '../simulation/random.js';
import { FakeClock } from '../support/clock.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** It makes many requests, one after the other. */
jest.setTimeout(60_000);

const types = ['payment_intent.canceled'];
const silent = createLog('silent');
const bounds = { perWindow: 100, perRun: 150 };
const events = 400;
const eventsPerBurst = 20;
/** To read bursts with hours between them takes a few looks for each, and not one for every second. */
const maxPages = 300;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

let database: TestDatabase;
let orm: MikroORM;
let sandbox: Sandbox;
let stripe: Stripe;
let catchUp: EventCatchUp;
let reports: Reports;
const clock = new FakeClock();

async function cancelIntent(): Promise<void> {
  const intent = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
  await stripe.paymentIntents.cancel(intent.id);
}

/** Bursts, most of them within few seconds, and hours between some. */
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init(mikroOrmConfig({ url: database.url, poolSize: 4 }));
  sandbox = await startSandbox({ clock, log: silent, port: 0, seed: 1, outcomeDelayMs: null });
  stripe = createStripeClient({ secretKey: sandbox.secretKey, apiBase: sandbox.url }, silent);
  reports = new Reports(new UnitOfWork(orm, silent), clock);
  const webhooks = new WebhookService(new WebhookStore(orm), clock);
  const calls = new StripeCalls({ clock, log: silent, metrics: createStripeMetrics(new Registry()) });
  const gateway = new StripeReconciliation(stripe, calls);
  catchUp = new EventCatchUp(gateway, webhooks, reports, types, clock, bounds);
  const random = new Random(seed);
  for (let i = 0; i < events; i += eventsPerBurst) {
    await Promise.all(Array.from({ length: eventsPerBurst }, cancelIntent));
    clock.advance(random.chance(0.2) ? 3 * 60 * 60_000 : 1_000);
  }
  clock.advance(60 * 60_000);
});
afterAll(async () => {
  await orm.close();
  await sandbox.close();
  await database.expectNoConnections().finally(() => database.drop());
});
beforeEach(async () => {
  await database.query('truncate webhook_events, stripe_event_cursor');
});

async function run(): Promise<Findings> {
  const findings = noFindings();
  await catchUp.run(findings, () => undefined);
  return findings;
}

const storedIds = async () =>
  (await database.query<{ id: string }>('select id from webhook_events')).map(({ id }) => id).sort();
const sentIds = () =>
  sandbox
    .events()
    .filter(({ type }) => types.includes(type))
    .map(({ id }) => id)
    .sort();

describe(`reading events, of seed ${seed}`, () => {
  it('stores every one, oldest first, in as many runs as their number takes', async () => {
    const pagesBefore = sandbox.requests().filter(({ path }) => path === '/v1/events').length;
    let runs = 0;
    let stored = 0;
    for (let isCutShort = true; isCutShort; runs++) {
      const findings = await run();
      stored += findings.eventsStored;
      isCutShort = findings.isCutShort;
      // Each run gets ahead by what it may read, but for less than a window.
      if (isCutShort) expect(findings.eventsStored).toBeGreaterThanOrEqual(bounds.perRun - bounds.perWindow);
      const cursor = await reports.eventsReadUntil();
      const older = sandbox.events().filter(({ created }) => created * 1_000 <= (cursor?.getTime() ?? 0));
      const due = older.filter(({ type }) => types.includes(type));
      expect(await storedIds()).toEqual(due.map(({ id }) => id).sort());
    }
    expect(stored).toBe(events);
    const pages = sandbox.requests().filter(({ path }) => path === '/v1/events').length - pagesBefore;
    expect(pages).toBeLessThanOrEqual(maxPages);
    expect(runs).toBeGreaterThan(1);
    expect(await storedIds()).toEqual(sentIds());
    expect(await run()).toMatchObject({ eventsStored: 0, isCutShort: false });
  });

  it('never asks for more types than Stripe takes', async () => {
    const many = Array.from({ length: 21 }, (_, i) => `customer.event_${i}`);
    await expect(stripe.events.list({ types: many })).rejects.toThrow('at most 20');
    await expect(stripe.events.list({ types, type: 'charge.*' })).rejects.toThrow('not both');
  });
});
