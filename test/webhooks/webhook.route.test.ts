import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { endlessAttempts } from '../../src/platform/jobs/enqueue.js';
import { handledEventTypes } from '../../src/webhooks/event-handling.js';
import { createTestDatabase, serverUrlVariable, type TestDatabase } from '../support/database.js';
import { eventBody, intentObject, sign } from './events.js';
import { Inbox } from './inbox.js';
import { ScriptedSync } from './scripted-sync.js';

let database: TestDatabase;
let inbox: Inbox;
const sync = new ScriptedSync('APPLIED');

beforeAll(async () => {
  database = await createTestDatabase();
  inbox = await Inbox.start(database, sync);
});

afterEach(() => inbox.empty());

afterAll(async () => {
  await inbox.close();
  await database.expectNoConnections();
  await database.drop();
});

const deliveries = (outcome: string) => inbox.count('webhook_deliveries_total', { outcome });

async function expectNothingHappened(): Promise<void> {
  expect(await inbox.events()).toEqual([]);
  expect(await inbox.jobs()).toEqual([]);
}

describe('an event that is handled', () => {
  it.each(handledEventTypes)('is stored with one job: %s', async (type) => {
    const object = type.startsWith('payment_intent.')
      ? intentObject()
      : { id: 're_1', object: 'refund', payment_intent: 'pi_1' };
    expect(await inbox.post(eventBody({ type, data: { object } }))).toMatchObject({
      status: 200,
      body: { received: true },
    });
    expect(await inbox.events()).toMatchObject([{ id: 'evt_1', type, status: 'RECEIVED', attempts: 0 }]);
    expect(await inbox.jobs()).toMatchObject([{ attempts: 0, max_attempts: endlessAttempts }]);
  });

  it('is kept as it came, without its client secret', async () => {
    await inbox.post(eventBody());
    const [row] = await inbox.events();
    const { client_secret: _, ...object } = intentObject();
    expect(row).toEqual({
      id: 'evt_1',
      type: 'payment_intent.succeeded',
      status: 'RECEIVED',
      api_version: '2026-10-28.endive',
      payload: { ...JSON.parse(eventBody()), data: { object } },
      attempts: 0,
      outcome: null,
      created_at: new Date(1_768_478_300_000),
      received_at: inbox.clock.now(),
      processed_at: null,
      object_id: 'pi_1',
      payment_intent_id: 'pi_1',
      last_error: null,
      last_attempt_at: null,
      next_attempt_at: inbox.clock.now(),
    });
  });

  it('is stored though its object has an id that no index could hold', async () => {
    // Of random letters, as PostgreSQL would compress others.
    const id = randomBytes(9_000).toString('base64url');
    expect((await inbox.post(eventBody({ data: { object: intentObject({ id }) } }))).status).toBe(200);
    expect(await inbox.events()).toMatchObject([{ status: 'RECEIVED', object_id: id.slice(0, 255) }]);
  });

  it('is stored whatever text is in it', async () => {
    const hostile = `'"\\ ? $1 \u0000 \u2028 ${'\ud800'} 💳 '); drop table webhook_events; --`;
    const object = intentObject({ description: hostile, metadata: { [hostile]: hostile } });
    expect((await inbox.post(eventBody({ data: { object } }))).status).toBe(200);
    const kept = hostile.replace('\u0000', '\uFFFD').replace('\ud800', '\uFFFD');
    const [row] = await inbox.events();
    expect(row?.payload.data).toMatchObject({ object: { description: kept, metadata: { [kept]: kept } } });
  });

  it('is answered 200 when it comes again, without a second job', async () => {
    await inbox.post(eventBody());
    inbox.clock.advance(3_600_000);
    expect(await inbox.post(eventBody())).toMatchObject({ status: 200, body: { received: true } });
    expect(await inbox.jobs()).toHaveLength(1);
    expect(await deliveries('DUPLICATE')).toBe(1);
  });

  it('is not processed again when it comes again afterwards', async () => {
    await inbox.post(eventBody());
    await inbox.runJobs();
    await inbox.post(eventBody());
    await inbox.runJobs();
    expect(await inbox.events()).toMatchObject([{ status: 'PROCESSED', attempts: 1 }]);
    expect(sync.calls).toEqual(['intent pi_1']);
  });

  it('makes one row and one job of 50 deliveries at once', async () => {
    const body = eventBody();
    const answers = await Promise.all(Array.from({ length: 50 }, () => inbox.post(body)));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(await inbox.events()).toHaveLength(1);
    expect(await inbox.jobs()).toHaveLength(1);
    expect([await deliveries('STORED'), await deliveries('DUPLICATE')]).toEqual([1, 49]);
  });
});

describe('an event that calls for nothing', () => {
  it('is stored as ignored when nothing is done on its type', async () => {
    const data = { object: { id: 'cus_1', object: 'customer' } };
    expect((await inbox.post(eventBody({ type: 'customer.created', data }))).status).toBe(200);
    expect(await inbox.events()).toMatchObject([
      {
        type: 'customer.created',
        status: 'IGNORED',
        outcome: 'Nothing is done on events of this type.',
        processed_at: inbox.clock.now(),
      },
    ]);
    expect(await inbox.jobs()).toEqual([]);
    expect(await inbox.count('webhook_deliveries_total', { type: 'other', outcome: 'IGNORED' })).toBe(1);
  });

  it('is stored as ignored when it concerns no payment intent', async () => {
    const data = { object: { id: 'ch_1', object: 'charge', payment_intent: null } };
    expect((await inbox.post(eventBody({ type: 'charge.refunded', data }))).status).toBe(200);
    expect(await inbox.events()).toMatchObject([
      { status: 'IGNORED', outcome: 'It concerns no payment intent.' },
    ]);
    expect(await inbox.jobs()).toEqual([]);
  });
});

describe('what is not an event from Stripe', () => {
  it.each([
    ['a forged signature', { 'stripe-signature': `t=1768478400,v1=${'0'.repeat(64)}` }],
    ['no signature', { 'stripe-signature': '' }],
  ])('is refused with 400: %s', async (_name, headers) => {
    expect(await inbox.post(eventBody(), { headers })).toMatchObject({
      status: 400,
      body: { errors: [{ message: 'The signature could not be verified.' }] },
    });
    await expectNothingHappened();
  });

  it('is refused when the header comes twice', async () => {
    const signature = sign(eventBody(), 'whsec_inbox', inbox.clock);
    const headers = new Headers({ 'stripe-signature': signature });
    headers.append('stripe-signature', signature);
    expect((await inbox.post(eventBody(), { headers: Object.fromEntries(headers) })).status).toBe(400);
    await expectNothingHappened();
    expect(await inbox.count('webhook_rejections_total', { reason: 'HEADER_MALFORMED' })).toBe(1);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'is refused with 400 as %s',
    async (contentType) => {
      expect((await inbox.post(eventBody(), { headers: { 'content-type': contentType } })).status).toBe(400);
      await expectNothingHappened();
    },
  );

  it('is refused with 400 without a body', async () => {
    expect((await inbox.post('')).status).toBe(400);
    await expectNothingHappened();
  });

  it('is refused with 400 when compressed, which Stripe never does', async () => {
    const answer = await inbox.post(new Uint8Array(gzipSync(eventBody())), {
      headers: { 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBe(400);
    await expectNothingHappened();
  });

  it('is refused with 413 beyond 512 KiB, and taken up to it', async () => {
    const bodyOf = (bytes: number) => {
      const padded = (length: number) => eventBody({ padding: 'x'.repeat(length) });
      return padded(bytes - Buffer.byteLength(padded(0)));
    };
    expect(await inbox.post(bodyOf(512 * 1024 + 1))).toMatchObject({
      status: 413,
      body: { errors: [{ message: 'An event has at most 524288 bytes.' }] },
    });
    await expectNothingHappened();
    expect((await inbox.post(bodyOf(512 * 1024))).status).toBe(200);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is refused with 405 by %s', async (method) => {
    const response = await fetch(inbox.url, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    await response.body?.cancel();
  });
});

describe('while the database cannot be used', () => {
  const name = () => new URL(database.url).pathname.slice(1);

  async function onServer(...statements: string[]): Promise<void> {
    const client = new Client({ connectionString: process.env[serverUrlVariable] });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }

  it('asks Stripe to deliver again, and takes the event afterwards', async () => {
    expect((await inbox.post(eventBody({ id: 'evt_0' }))).status).toBe(200);
    await onServer(
      `alter database ${name()} with allow_connections false`,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name()}'`,
    );
    const refused = await inbox.post(eventBody());
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await deliveries('UNAVAILABLE')).toBe(1);

    await onServer(`alter database ${name()} with allow_connections true`);
    expect((await inbox.post(eventBody())).status).toBe(200);
    expect(await inbox.events()).toHaveLength(2);
    expect(await inbox.jobs()).toHaveLength(2);
  });

  it('does not keep Stripe waiting for a database that hangs', async () => {
    const blocker = new Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('begin; lock table webhook_events in access exclusive mode');
    expect((await inbox.post(eventBody())).status).toBe(503);
    await blocker.query('rollback');
    await blocker.end();
    expect((await inbox.post(eventBody())).status).toBe(200);
    expect(await inbox.events()).toHaveLength(1);
    expect(await inbox.jobs()).toHaveLength(1);
  });

  it('stores neither the event nor the job when one of them cannot be', async () => {
    await database.query('alter function graphile_worker.add_jobs rename to add_jobs_elsewhere');
    const { status } = await inbox.post(eventBody());
    await database.query('alter function graphile_worker.add_jobs_elsewhere rename to add_jobs');
    expect(status).toBe(503);
    await expectNothingHappened();
  });

  it('stores what arrives together with an event that cannot be stored', async () => {
    await database.query(`alter table webhook_events add constraint refused check (id <> 'evt_refused')`);
    const ids = ['evt_1', 'evt_2', 'evt_refused', 'evt_3', 'evt_4', 'evt_1'];
    const answers = await Promise.all(ids.map((id) => inbox.post(eventBody({ id }))));
    await database.query('alter table webhook_events drop constraint refused');
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 503, 200, 200, 200]);
    expect((await inbox.events()).map(({ id }) => id).sort()).toEqual(['evt_1', 'evt_2', 'evt_3', 'evt_4']);
    expect(await inbox.jobs()).toHaveLength(4);
    expect(await deliveries('STORED')).toBe(4);
    expect(await deliveries('DUPLICATE')).toBe(1);
  });
});

it('never logs a body, a signature or a secret', async () => {
  const body = eventBody();
  await inbox.post(body);
  await inbox.post(body);
  await inbox.post(body, { headers: { 'stripe-signature': sign(body, 'whsec_other', inbox.clock) } });
  await inbox.post(`${body}}`);
  await database.query('alter table webhook_events rename to events_elsewhere');
  await inbox.post(eventBody({ id: 'evt_2' }));
  await database.query('alter table events_elsewhere rename to webhook_events');
  const log = inbox.logLines.join('');
  expect(log).toContain('"webhook received"');
  expect(log).toContain('"webhook refused"');
  expect(log).toContain('Unexpected error (42P01)');
  expect(log).not.toMatch(/whsec|_secret_|prépayés|v1=|insert into/);
});
