import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { Client, Pool } from 'pg';
import { mikroOrmConfig } from '../../../src/mikro-orm.config.js';
import {
  bounded,
  type DatabaseBounds,
  pooled,
  requestBounds,
  sharedBounds,
} from '../../../src/platform/database/bounds.js';
import { poolOf } from '../../../src/platform/database/sql.js';
import { asUnavailable } from '../../../src/platform/database/unavailable.js';
import { DomainError } from '../../../src/platform/errors.js';
import { freePort } from '../../../src/platform/free-port.js';
import { answerTimeoutMs } from '../../../src/platform/http/timeouts.js';
import { maxCallMs, maxWaitMs } from '../../../src/stripe/stripe-calls.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startTestService } from '../../support/service.js';

const short: DatabaseBounds = { connectMs: 200, lockMs: 100, statementMs: 300, idleInTransactionMs: 200 };

let database: TestDatabase;
let orm: MikroORM;
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init(mikroOrmConfig({ url: database.url, poolSize: 2, bounds: short }));
});
afterAll(async () => {
  await orm.close();
  await database.drop();
});

const reasonOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (reason: unknown) => reason,
  );
const onPool = (sql: string) => orm.em.fork().execute(sql);
const lock = 'select pg_advisory_xact_lock(1)';

/** Each makes a failure of the kind. */
const passing: Readonly<Record<string, () => Promise<unknown>>> = {
  'a lock that somebody else holds': async () => {
    const other = new Client({ connectionString: database.url });
    await other.connect();
    await other.query('begin');
    await other.query(lock);
    return reasonOf(onPool(lock)).finally(() => other.end());
  },
  'a statement that takes too long': () => reasonOf(onPool('select pg_sleep(5)')),
  'a transaction that stands idle': () =>
    reasonOf(
      orm.em.fork().transactional(async (em) => {
        await em.execute('select 1');
        await new Promise((wake) => setTimeout(wake, 3 * short.idleInTransactionMs));
        await em.execute('select 1');
      }),
    ),
  'a pool without a free connection': async () => {
    const held = [onPool('select pg_sleep(0.29)'), onPool('select pg_sleep(0.29)')].map(reasonOf);
    const reason = await reasonOf(onPool('select 1'));
    await Promise.all(held);
    return reason;
  },
  'a connection that is cut': () =>
    reasonOf(
      orm.em.fork().transactional(async (em) => {
        const [row] = await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid');
        await database.query('select pg_terminate_backend($1)', [row?.pid]);
        await em.execute('select 1');
      }),
    ),
  'a server that is not there': async () => {
    const pool = new Pool({ host: '127.0.0.1', port: await freePort(), ...bounded(short) });
    return reasonOf(pool.query('select 1')).finally(() => pool.end());
  },
  'a database that lets only read, as a standby does': () =>
    reasonOf(
      orm.em.fork().transactional(async (em) => {
        await em.execute('set transaction read only');
        await em.execute('create table written (id integer)');
      }),
    ),
  'deadlocks, time and again': () => reasonOf(onPool(raising('40P01'))),
};

const raising = (sqlState: string) =>
  `do $$ begin raise exception 'Connection terminated' using errcode = '${sqlState}'; end $$`;

describe('callers may try again after', () => {
  it.each(Object.keys(passing))('%s', async (kind) => {
    const reason = await passing[kind]?.();
    expect(reason).not.toBeInstanceOf(DomainError);
    expect(asUnavailable(reason)).toMatchObject({
      code: 'UNAVAILABLE',
      details: { retryable: true, retryAfterSeconds: 1 },
      cause: reason,
    });
  });

  it.each([
    ['a violated constraint', '23505'],
    ['a value that does not fit', '22001'],
    ['a table that is not there', '42P01'],
  ])('not after %s, whatever its message says', async (_, sqlState) => {
    const reason = await reasonOf(onPool(raising(sqlState)));
    expect(reason).toMatchObject({ code: sqlState });
    expect(asUnavailable(reason)).toBeNull();
  });

  it('not after failures of ours, nor refusals', () => {
    expect(asUnavailable(new TypeError('x is undefined'))).toBeNull();
    expect(asUnavailable(new DomainError('NOT_FOUND', 'Connection terminated'))).toBeNull();
    expect(asUnavailable('ECONNRESET')).toBeNull();
  });
});

describe('every bound speaks before the request is given up', () => {
  it.each([
    ['requests', requestBounds],
    ['transactions that are shared', sharedBounds],
  ])('of %s', (_, bounds) => {
    for (const ms of Object.values(bounds)) expect(ms).toBeLessThan(answerTimeoutMs);
    expect(bounds.lockMs).toBeLessThan(bounds.statementMs);
    expect(bounds.connectMs + bounds.statementMs).toBeLessThan(answerTimeoutMs);
  });

  it('of the calls to Stripe: a refund that is asked for again makes three', () => {
    expect(3 * (maxWaitMs + maxCallMs)).toBeLessThan(answerTimeoutMs);
  });
});

it('a connection of a pool is used for some minutes, and not for ever', async () => {
  const { maxLifetimeSeconds } = pooled(requestBounds);
  expect(maxLifetimeSeconds).toBeGreaterThanOrEqual(60);
  expect(maxLifetimeSeconds).toBeLessThanOrEqual(3_600);
  // The driver keeps to what it was given.
  expect((await poolOf(orm)).options).toMatchObject({ maxLifetimeSeconds });
  const pool = new Pool({
    connectionString: database.url,
    max: 1,
    ...bounded(short),
    maxLifetimeSeconds: 0.2,
  });
  try {
    const process = async () =>
      (await pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
    const first = await process();
    expect(await process()).toBe(first);
    await new Promise((wake) => setTimeout(wake, 300));
    expect(await process()).not.toBe(first);
  } finally {
    await pool.end();
  }
});

it('every connection of a running service has its bounds', async () => {
  const service = await startTestService();
  try {
    // Of the group commit there is a connection once something was booked.
    const input = { accountId: 'demo', credits: '1', idempotencyKey: 'bounds' };
    await service.clients.admin.request(
      'mutation ($input: GrantCreditsInput!) { grantCredits(input: $input) { lot { id } } }',
      { input },
    );
    const own = new Client({ connectionString: service.database.url });
    await own.connect();
    // What another connection is set to can be seen only from there, so each is made to wait for a lock.
    await own.query('begin');
    await own.query('lock table credit_balances, graphile_worker._private_jobs in access exclusive mode');
    const started = performance.now();
    const booking = reasonOf(
      service.clients.service.request(
        'mutation ($input: DebitCreditsInput!) { debitCredits(input: $input) { replayed } }',
        { input: { ...input, idempotencyKey: 'waits' } },
      ),
    );
    const reading = reasonOf(service.clients.customer.request('{ balance { available } }'));
    for (const reason of await Promise.all([booking, reading])) {
      expect(reason).toMatchObject({ response: { errors: [{ extensions: { code: 'UNAVAILABLE' } }] } });
    }
    expect(performance.now() - started).toBeGreaterThan(sharedBounds.lockMs);
    await own.end();
    expect(await reasonOf(service.clients.customer.request('{ balance { available } }'))).toBeNull();
  } finally {
    await service.close();
  }
});
