import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { sqlOfPool } from '../../../src/platform/database/sql.js';
import { leaseSizeOf, windowMs } from '../../../src/platform/rate-limits/budgets.js';
import { rateLimitHeaders } from '../../../src/platform/rate-limits/headers.js';
import { RateLimiter } from '../../../src/platform/rate-limits/rate-limiter.js';
import { purgeRateLimitsJob } from '../../../src/platform/rate-limits/rate-limits.job.js';
import { type Leases, RateWindowStore } from '../../../src/platform/rate-limits/rate-window.store.js';
import { FakeClock } from '../../support/clock.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const limit = 100;

let database: TestDatabase;
let pool: Pool;
let store: RateWindowStore;
let clock: FakeClock;
let asked: number;
let failures: unknown[];

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new Pool({ connectionString: database.url, max: 5 });
  store = new RateWindowStore(sqlOfPool(pool));
});
beforeEach(() => {
  clock = new FakeClock('2026-01-15T12:00:20.000Z');
  asked = 0;
  failures = [];
});
afterEach(() => database.query('delete from rate_limit_windows'));
afterAll(async () => {
  await pool.end();
  await database.expectNoConnections();
  await database.drop();
});

const counted: Leases = {
  lease: (request) => {
    asked += 1;
    return store.lease(request);
  },
};

/** A process, as far as limits go. */
const newProcess = (its: { clock?: FakeClock; leases?: Leases } = {}) =>
  new RateLimiter({
    budget: 'customer',
    limit,
    leases: its.leases ?? counted,
    clock: its.clock ?? clock,
    onLeaseFailure: (error) => failures.push(error),
  });

/** How many of so many requests at the same time may go on. */
async function allowedOf(limiter: RateLimiter, requests: number, subject = 'key'): Promise<number> {
  const standings = await Promise.all(Array.from({ length: requests }, () => limiter.take(subject)));
  return standings.filter(({ allowed }) => allowed).length;
}

describe('the limit of a window', () => {
  it('is exact in one process, one request after the other', async () => {
    const limiter = newProcess();
    let allowed = 0;
    for (let i = 0; i < limit + 50; i++) if ((await limiter.take('key')).allowed) allowed += 1;
    expect(allowed).toBe(limit);
    expect(asked).toBe(Math.ceil(limit / leaseSizeOf(limit)));
  });

  it('is exact for requests at the same time, which share leases', async () => {
    expect(await allowedOf(newProcess(), 3 * limit)).toBe(limit);
    expect(asked).toBeLessThanOrEqual(3);
  });

  it('is exact over processes that have all they want', async () => {
    const processes = Array.from({ length: 4 }, () => newProcess());
    const allowed = await Promise.all(processes.map((process) => allowedOf(process, limit)));
    expect(allowed.reduce((sum, each) => sum + each, 0)).toBe(limit);
  });

  it('loses at most what the other processes have leased and not spent', async () => {
    const [busy, ...idle] = Array.from({ length: 4 }, () => newProcess());
    for (const process of idle) expect(await allowedOf(process, 1)).toBe(1);
    const rest = await allowedOf(busy as RateLimiter, limit);
    expect(rest).toBe(limit - 3 * leaseSizeOf(limit));
  });

  it('is of each key or address by itself, and of each budget', async () => {
    const limiter = newProcess();
    expect(await allowedOf(limiter, limit, 'one')).toBe(limit);
    expect(await allowedOf(limiter, limit, 'other')).toBe(limit);
    const lease = { subject: 'one', startsAt: clock.now(), wanted: 5, limit };
    expect(await store.lease({ ...lease, budget: 'admin' })).toEqual({ granted: 5, used: 5 });
  });

  it('begins anew with the next one, and takes nothing over', async () => {
    const limiter = newProcess();
    await limiter.take('key');
    clock.advance(windowMs);
    expect(await allowedOf(limiter, 2 * limit)).toBe(limit);
  });

  it('asks nobody once the window is used up', async () => {
    const limiter = newProcess();
    expect(limiter.exhausted('key')).toBeNull();
    await allowedOf(limiter, limit);
    asked = 0;
    expect(await limiter.take('key')).toMatchObject({ allowed: false, remaining: 0 });
    expect(limiter.exhausted('key')).toMatchObject({ allowed: false, remaining: 0, resetSeconds: 40 });
    expect(asked).toBe(0);
    clock.advance(windowMs);
    expect(limiter.exhausted('key')).toBeNull();
  });

  it('may be lowered while it is in force', async () => {
    const lease = { budget: 'customer', subject: 'key', startsAt: clock.now() } as const;
    await store.lease({ ...lease, wanted: 80, limit: 100 });
    expect(await store.lease({ ...lease, wanted: 80, limit: 50 })).toEqual({ granted: 0, used: 80 });
  });
});

describe('clocks that differ', () => {
  it('by less than a window share its limit', async () => {
    const ahead = newProcess({ clock: new FakeClock('2026-01-15T12:01:00.000Z') });
    const behind = newProcess({ clock: new FakeClock('2026-01-15T12:00:59.000Z') });
    const allowed = [await allowedOf(ahead, limit / 2), await allowedOf(behind, limit)];
    expect(allowed).toEqual([limit / 2, limit / 2]);
  });

  it('by more do not keep everybody out until that time has come', async () => {
    const wrong = newProcess({ clock: new FakeClock('2026-01-16T12:00:00.000Z') });
    await allowedOf(wrong, limit);
    expect(await allowedOf(newProcess(), limit)).toBe(limit);
  });
});

describe('without the database', () => {
  it('each process keeps to the limit by itself', async () => {
    const limiter = newProcess({ leases: { lease: () => Promise.reject(new Error('gone')) } });
    expect(await allowedOf(limiter, 2 * limit)).toBe(limit);
    expect(failures.length).toBeGreaterThan(0);
  });

  it('that hangs, requests wait for a second and not longer', async () => {
    const blocker = await pool.connect();
    await blocker.query('begin');
    await blocker.query('lock table rate_limit_windows in access exclusive mode');
    const limiter = newProcess();
    expect((await limiter.take('key')).allowed).toBe(true);
    expect(failures).toEqual([new Error('No lease came within 1000 ms.')]);
    await blocker.query('rollback');
    blocker.release();
  });

  it('for a while, goes on counting together when it is back', async () => {
    let broken = true;
    const leases: Leases = {
      lease: (request) => (broken ? Promise.reject(new Error('gone')) : store.lease(request)),
    };
    const limiter = newProcess({ leases });
    expect((await limiter.take('key')).allowed).toBe(true);
    broken = false;
    const more = await allowedOf(limiter, 2 * limit);
    expect(more).toBe(limit + leaseSizeOf(limit) - 1);
  });
});

it('forgets who has not been counted for ten windows', async () => {
  await allowedOf(newProcess(), 1, 'old');
  clock.advance(9 * windowMs);
  await allowedOf(newProcess(), 1, 'new');
  await purgeRateLimitsJob(store, clock)({}, {} as never);
  expect(await database.query('select subject from rate_limit_windows order by 1')).toEqual([
    { subject: 'new' },
    { subject: 'old' },
  ]);
  clock.advance(windowMs);
  await purgeRateLimitsJob(store, clock)({}, {} as never);
  expect(await database.query('select subject from rate_limit_windows')).toEqual([{ subject: 'new' }]);
});

describe('the header fields', () => {
  it('say what is left, over all processes as far as is known, and until when', async () => {
    await allowedOf(newProcess(), 30);
    const standing = await newProcess().take('key');
    expect(rateLimitHeaders(standing)).toEqual({
      'RateLimit-Policy': '"customer";q=100;w=60',
      RateLimit: '"customer";r=69;t=40',
    });
  });

  it('say when to come back', async () => {
    const limiter = newProcess();
    await allowedOf(limiter, limit);
    clock.advance(39_001);
    expect(rateLimitHeaders(await limiter.take('key'))).toEqual({
      'RateLimit-Policy': '"customer";q=100;w=60',
      RateLimit: '"customer";r=0;t=1',
      'Retry-After': '1',
    });
  });
});
