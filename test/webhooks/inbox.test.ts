import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { sqlOfPool } from '../../src/platform/database/sql.js';
import { createLog } from '../../src/platform/log.js';
import { InboxStore, maxSkippedEvents } from '../../src/webhooks/inbox.store.js';
import { InboxRetention } from '../../src/webhooks/retention.job.js';
import { FakeClock } from '../support/clock.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const msPerDay = 86_400_000;
const clock = new FakeClock();
const daysAgo = (days: number) => new Date(clock.now().getTime() - days * msPerDay);

let database: TestDatabase;
let pool: Pool;
let store: InboxStore;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new Pool({ connectionString: database.url, max: 2 });
  store = new InboxStore(sqlOfPool(pool));
});
afterAll(async () => {
  await pool.end();
  await database.expectNoConnections();
  await database.drop();
});

interface Stored {
  readonly id: string;
  readonly status: string;
  readonly receivedAt: Date;
  readonly type?: string;
  readonly processedAt?: Date | null;
}

async function insert({ id, status, receivedAt, type = 'a', processedAt = receivedAt }: Stored) {
  await pool.query(
    `insert into webhook_events (id, type, status, payload, attempts, created_at, received_at, processed_at)
     values ($1, $2, $3, '{}', 1, $4, $4, $5)`,
    [id, type, status, receivedAt, processedAt],
  );
}

describe('retention', () => {
  const retention = () => new InboxRetention(store, 30, clock, createLog('error'));
  const ids = async () =>
    (await pool.query<{ id: string }>('select id from webhook_events order by id')).rows.map(({ id }) => id);

  it('deletes what was done with long ago, and nothing else', async () => {
    await insert({ id: 'evt_failed', status: 'FAILED', receivedAt: daysAgo(400) });
    await insert({ id: 'evt_ignored', status: 'IGNORED', receivedAt: daysAgo(31) });
    await insert({ id: 'evt_last_day', status: 'PROCESSED', receivedAt: daysAgo(30) });
    await insert({ id: 'evt_processed', status: 'PROCESSED', receivedAt: daysAgo(31) });
    await insert({
      id: 'evt_replayed',
      status: 'PROCESSED',
      receivedAt: daysAgo(31),
      processedAt: daysAgo(1),
    });
    await insert({ id: 'evt_waiting', status: 'RECEIVED', receivedAt: daysAgo(31), processedAt: null });
    await retention().run();
    expect(await ids()).toEqual(['evt_failed', 'evt_last_day', 'evt_replayed', 'evt_waiting']);
    await pool.query('truncate webhook_events');
  });

  it('does so however many there are, in two processes at once', async () => {
    await pool.query(
      `insert into webhook_events (id, type, status, payload, attempts, created_at, received_at, processed_at)
       select 'evt_' || n, 'a', 'PROCESSED', '{}', 1, $1, $1, $1 from generate_series(1, 2500) n`,
      [daysAgo(31)],
    );
    await Promise.all([retention().run(), retention().run()]);
    await retention().run();
    expect(await ids()).toEqual([]);
  });
});

describe('a search for what is rare', () => {
  const rare = { before: null, limit: 10 } as const;
  beforeAll(async () => {
    await insert({ id: 'evt_old', status: 'PROCESSED', type: 'rare', receivedAt: daysAgo(9) });
    await pool.query(
      `insert into webhook_events (id, type, status, payload, attempts, created_at, received_at, processed_at, object_id)
       select 'evt_' || n, 'common', 'PROCESSED', '{}', 1, at, at, at, 'pi_common'
         from generate_series(1, $2::int) n, lateral (select $1::timestamptz + n * interval '1 ms' as at) t`,
      [daysAgo(8), maxSkippedEvents + 100],
    );
    await insert({ id: 'evt_stuck', status: 'FAILED', type: 'rare', receivedAt: daysAgo(9) });
    await pool.query('analyze webhook_events');
  });

  it('is given up after so many events, and goes on from there', async () => {
    const first = await store.page({ ...rare, type: 'rare' });
    expect(first.events).toEqual([]);
    expect(first.givenUpAt).not.toBeNull();
    const second = await store.page({ ...rare, type: 'rare', before: first.givenUpAt });
    expect(second.events.map(({ id }) => id)).toEqual(['evt_stuck', 'evt_old']);
    expect(second.givenUpAt).toBeNull();
  });

  it('finds events that FAILED at once', async () => {
    const { events, givenUpAt } = await store.page({ ...rare, status: 'FAILED' });
    expect(events.map(({ id }) => id)).toEqual(['evt_stuck']);
    expect(givenUpAt).toBeNull();
  });

  it('is measured', async () => {
    await insert({ id: 'evt_waiting', status: 'RECEIVED', receivedAt: daysAgo(2), processedAt: null });
    expect(await store.backlog()).toEqual({ failed: 1, waiting: 1, oldestWaiting: daysAgo(2) });
  });

  it.each([
    ['all', {}, 'webhook_events_received'],
    ['of a status', { status: 'FAILED' }, 'webhook_events_open'],
    ['of a payment', { paymentIntentId: 'pi_1' }, 'webhook_events_payment_intent'],
    ['of an object', { objectId: 're_1' }, 'webhook_events_object'],
  ] as const)('walks an index: %s', async (_what, filter, index) => {
    const asked: string[] = [];
    const explaining = new InboxStore({
      pipelined: true,
      query: async <Row>({ text }: { text: string }, values: readonly unknown[]) => {
        const { rows } = await pool.query<Record<string, string>>(`explain ${text}`, [...values]);
        asked.push(...rows.map((row) => row['QUERY PLAN'] ?? ''));
        return [] as Row[];
      },
    });
    await explaining.page({ ...rare, ...filter });
    expect(asked.join('\n')).toContain(index);
    expect(asked.join('\n')).not.toContain('Seq Scan on webhook_events');
  });
});
