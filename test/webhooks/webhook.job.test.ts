import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SyncOutcome } from '../../src/payments/payment-sync.js';
import { DomainError } from '../../src/platform/errors.js';
import { JobRunner } from '../../src/platform/jobs/job-runner.js';
import { maxProcessingAttempts } from '../../src/webhooks/webhook.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventBody, intentObject } from './events.js';
import { Inbox } from './inbox.js';
import { ScriptedSync } from './scripted-sync.js';

const unavailable = new DomainError('STRIPE_UNAVAILABLE', 'Stripe did not answer.');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.expectNoConnections();
  await database.drop();
});

let opened: Inbox | undefined;
/** An inbox whose syncs go by the script. */
async function inboxOf(sync: ScriptedSync): Promise<Inbox> {
  opened = await Inbox.start(database, sync);
  return opened;
}
afterEach(async () => {
  await opened?.empty();
  await opened?.close();
  opened = undefined;
});

describe('what an event calls for', () => {
  const refund = { id: 're_1', object: 'refund', payment_intent: 'pi_1' };
  const charge = { id: 'ch_1', object: 'charge', payment_intent: 'pi_1' };

  it.each([
    ['payment_intent.succeeded', intentObject(), 'intent pi_1'],
    ['payment_intent.payment_failed', intentObject(), 'intent pi_1'],
    ['payment_intent.processing', intentObject(), 'intent pi_1'],
    ['payment_intent.canceled', intentObject(), 'intent pi_1'],
    ['charge.refunded', charge, 'refunds pi_1'],
    ['charge.refund.updated', refund, 'refunds pi_1'],
    ['refund.created', refund, 'refunds pi_1'],
    ['refund.updated', { ...refund, payment_intent: intentObject() }, 'refunds pi_1'],
    ['refund.failed', refund, 'refunds pi_1'],
  ])('%s', async (type, object, call) => {
    const sync = new ScriptedSync('APPLIED');
    const inbox = await inboxOf(sync);
    await inbox.post(eventBody({ type, data: { object } }));
    await inbox.runJobs();
    expect(sync.calls).toEqual([call]);
    expect(await inbox.events()).toMatchObject([
      { status: 'PROCESSED', outcome: null, attempts: 1, processed_at: inbox.clock.now() },
    ]);
    expect(await inbox.jobs()).toEqual([]);
    expect(await inbox.count('webhook_attempts_total', { type, outcome: 'PROCESSED' })).toBe(1);
  });
});

describe('an attempt that fails', () => {
  it('is repeated until it succeeds', async () => {
    const inbox = await inboxOf(new ScriptedSync(unavailable, unavailable, 'APPLIED'));
    await inbox.post(eventBody());
    await inbox.runJobs();
    const outcome = 'STRIPE_UNAVAILABLE: Stripe did not answer.';
    expect(await inbox.events()).toMatchObject([
      { status: 'RECEIVED', attempts: 1, outcome, processed_at: null },
    ]);
    expect(await inbox.jobs()).toMatchObject([{ attempts: 1 }]);
    await inbox.retryJobs();
    expect(await inbox.events()).toMatchObject([{ status: 'RECEIVED', attempts: 2, outcome }]);
    await inbox.retryJobs();
    expect(await inbox.events()).toMatchObject([{ status: 'PROCESSED', attempts: 3, outcome: null }]);
    expect(await inbox.jobs()).toEqual([]);
  });

  it('waits before it is repeated', async () => {
    const sync = new ScriptedSync(unavailable, 'APPLIED');
    const inbox = await inboxOf(sync);
    await inbox.post(eventBody());
    await inbox.runJobs();
    await inbox.runJobs();
    expect(sync.calls).toHaveLength(1);
  });

  it('says when the next one is due, as the job queue has it', async () => {
    const inbox = await inboxOf(new ScriptedSync(unavailable));
    await inbox.post(eventBody());
    expect(await inbox.events()).toMatchObject([
      { attempts: 0, last_attempt_at: null, next_attempt_at: inbox.clock.now() },
    ]);
    const databaseMs = async () => {
      const [row] = await database.query<{ now: Date }>('select now()');
      return Number(row?.now);
    };
    for (const attempt of [1, 2, 10, 11, 20]) {
      const beforeMs = await databaseMs();
      await inbox.retryJobs({ attemptsSoFar: attempt - 1 });
      const afterMs = await databaseMs();
      const [event] = await inbox.events();
      const [job] = await database.query<{ run_at: Date }>('select run_at from graphile_worker.jobs');
      const pauseMs = Number(event?.next_attempt_at) - inbox.clock.now().getTime();
      // A millisecond of leeway: PostgreSQL counts in microseconds.
      expect(Number(job?.run_at)).toBeGreaterThanOrEqual(beforeMs + pauseMs - 1);
      expect(Number(job?.run_at)).toBeLessThanOrEqual(afterMs + pauseMs + 1);
      expect(event).toMatchObject({ status: 'RECEIVED', last_attempt_at: inbox.clock.now() });
    }
  });

  it('is remembered when a later one succeeds', async () => {
    const inbox = await inboxOf(new ScriptedSync(unavailable, 'APPLIED'));
    await inbox.post(eventBody());
    await inbox.runJobs();
    await inbox.retryJobs();
    expect(await inbox.events()).toMatchObject([
      {
        status: 'PROCESSED',
        outcome: null,
        last_error: 'STRIPE_UNAVAILABLE: Stripe did not answer.',
        next_attempt_at: null,
      },
    ]);
  });

  it.each([
    ['PROCESSED', 'APPLIED'],
    ['FAILED', unavailable],
  ] as const)('is made again where its process died, also the last one: %s', async (status, result) => {
    const inbox = await inboxOf(new ScriptedSync(result));
    await inbox.post(eventBody());
    // The queue counts an attempt when it begins.
    await inbox.retryJobs({ attemptsSoFar: maxProcessingAttempts });
    expect(await inbox.events()).toMatchObject([{ status, attempts: 1 }]);
    expect(await inbox.jobs()).toEqual([]);
  });

  it('holds up no other event', async () => {
    const goodEvents = 50;
    const inbox = await inboxOf(
      new ScriptedSync((intentId) =>
        intentId === 'pi_poison' ? Promise.reject(new TypeError('poison')) : Promise.resolve('APPLIED'),
      ),
    );
    const post = (id: string) =>
      inbox.post(eventBody({ id: `evt_${id}`, data: { object: intentObject({ id: `pi_${id}` }) } }));
    await post('poison');
    for (let n = 0; n < goodEvents; n++) await post(`good_${n}`);
    await withOneWorker(inbox, async () => {
      const statuses = (await inbox.events()).map(({ status }) => status);
      return statuses.filter((status) => status === 'PROCESSED').length === goodEvents;
    });
    const [poison, ...others] = (await inbox.events()).sort((a, b) => (a.id < b.id ? 1 : -1));
    expect(poison).toMatchObject({
      id: 'evt_poison',
      status: 'RECEIVED',
      last_error: 'Unexpected TypeError',
    });
    expect(poison?.attempts).toBeGreaterThan(0);
    expect(others.map(({ attempts }) => attempts)).toEqual(Array(goodEvents).fill(1));
  });

  it('fails the event when it was the last one', async () => {
    const inbox = await inboxOf(new ScriptedSync(unavailable));
    await inbox.post(eventBody());
    await inbox.runJobs();
    await inbox.retryJobs({ attemptsSoFar: maxProcessingAttempts - 1 });
    expect(await inbox.events()).toMatchObject([
      {
        status: 'FAILED',
        attempts: 2,
        outcome: 'STRIPE_UNAVAILABLE: Stripe did not answer.',
        processed_at: inbox.clock.now(),
      },
    ]);
    expect(await inbox.jobs()).toEqual([]);
    expect(inbox.logLines.join('')).toContain('"webhook given up"');
  });

  it('fails the event at once when repeating it cannot help', async () => {
    const mismatch = new DomainError('PAYMENT_MISMATCH', 'Not what was asked for.', {
      differing: ['amount'],
    });
    const inbox = await inboxOf(new ScriptedSync(mismatch));
    await inbox.post(eventBody());
    await inbox.runJobs();
    expect(await inbox.events()).toMatchObject([
      {
        status: 'FAILED',
        attempts: 1,
        outcome: 'PAYMENT_MISMATCH: Not what was asked for. {"differing":["amount"]}',
      },
    ]);
    expect(await inbox.jobs()).toEqual([]);
    const given = inbox.logLines.find((line) => line.includes('"webhook given up"'));
    expect(JSON.parse(given ?? '')).toMatchObject({ level: 'error', eventId: 'evt_1' });
    expect(await inbox.count('webhook_attempts_total', { outcome: 'FAILED' })).toBe(1);
  });

  it('leaves nothing of an unexpected error but its name and code', async () => {
    const error = Object.assign(new TypeError('insert into x values (sk_live_1)'), { code: '23505' });
    const inbox = await inboxOf(new ScriptedSync(error));
    await inbox.post(eventBody());
    await inbox.runJobs();
    expect(await inbox.events()).toMatchObject([
      { status: 'RECEIVED', outcome: 'Unexpected TypeError (23505)' },
    ]);
  });

  it('changes nothing when another attempt has succeeded meanwhile', async () => {
    let fail = (_error: Error): void => undefined;
    let started = (): void => undefined;
    const underWay = new Promise<void>((resolve) => {
      started = resolve;
    });
    const slow = () =>
      new Promise<SyncOutcome>((_resolve, reject) => {
        fail = reject;
        started();
      });
    const inbox = await inboxOf(new ScriptedSync(slow, 'APPLIED'));
    await inbox.post(eventBody());
    const first = inbox.processing.process('evt_1', { number: 1, isLast: false });
    await underWay;
    await inbox.processing.process('evt_1', { number: 2, isLast: false });
    fail(unavailable);
    await expect(first).rejects.toBe(unavailable);
    expect(await inbox.events()).toMatchObject([{ status: 'PROCESSED', attempts: 1, outcome: null }]);
  });
});

describe('an event about a payment that we do not have', () => {
  const ours = { data: { object: intentObject({ metadata: { payment_id: '019bc186-de00' } }) } };

  it('is ignored when it does not name a payment of ours', async () => {
    const inbox = await inboxOf(new ScriptedSync('UNKNOWN_OBJECT'));
    await inbox.post(eventBody());
    await inbox.runJobs();
    expect(await inbox.events()).toMatchObject([
      { status: 'IGNORED', attempts: 1, outcome: 'The payment intent is not one of ours.' },
    ]);
    expect(await inbox.jobs()).toEqual([]);
  });

  it('is tried again when it names one, which may be about to be committed', async () => {
    const inbox = await inboxOf(new ScriptedSync('UNKNOWN_OBJECT', 'APPLIED'));
    await inbox.post(eventBody(ours));
    await inbox.runJobs();
    expect(await inbox.events()).toMatchObject([
      { status: 'RECEIVED', outcome: 'NOT_FOUND: The payment that its metadata names is not there yet.' },
    ]);
    await inbox.retryJobs();
    expect(await inbox.events()).toMatchObject([{ status: 'PROCESSED', attempts: 2 }]);
  });

  it('is ignored when it is still not there at the fifth attempt', async () => {
    const sync = new ScriptedSync('UNKNOWN_OBJECT');
    const inbox = await inboxOf(sync);
    await inbox.post(eventBody(ours));
    await inbox.runJobs();
    while ((await inbox.jobs()).length > 0) await inbox.retryJobs();
    expect(await inbox.events()).toMatchObject([{ status: 'IGNORED', attempts: 5 }]);
    expect(sync.calls).toHaveLength(5);
  });
});

describe('a job without work', () => {
  it('does nothing for an event that is done', async () => {
    const sync = new ScriptedSync('APPLIED');
    const inbox = await inboxOf(sync);
    await inbox.post(eventBody());
    await inbox.runJobs();
    await inbox.processing.process('evt_1', { number: 1, isLast: false });
    expect(sync.calls).toHaveLength(1);
    expect(await inbox.events()).toMatchObject([{ attempts: 1 }]);
  });

  it('does nothing for an event that is gone', async () => {
    const sync = new ScriptedSync('APPLIED');
    const inbox = await inboxOf(sync);
    await inbox.processing.process('evt_gone', { number: 1, isLast: false });
    expect(sync.calls).toEqual([]);
  });
});

it('processes after a restart what was stored before it', async () => {
  const before = await Inbox.start(database, new ScriptedSync(new Error('Not this process.')));
  await before.post(eventBody());
  await before.close();

  const inbox = await inboxOf(new ScriptedSync('APPLIED'));
  await withOneWorker(inbox, async () => (await inbox.events())[0]?.status === 'PROCESSED');
  expect(await inbox.events()).toMatchObject([{ status: 'PROCESSED', attempts: 1 }]);
});

/** Runs jobs one after the other until `isDone`, or for ten seconds. */
async function withOneWorker(inbox: Inbox, isDone: () => Promise<boolean>): Promise<void> {
  const runner = await JobRunner.start({
    databaseUrl: database.url,
    concurrency: 1,
    taskList: inbox.taskList,
    crontab: '',
    log: inbox.log,
    shutdownGraceMs: 1_000,
  });
  try {
    const deadlineMs = performance.now() + 10_000;
    while (!(await isDone()) && performance.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    await runner.stop();
  }
}
