import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import type { JobHelpers, TaskList } from 'graphile-worker';
import { mikroOrmConfig } from '../../../src/mikro-orm.config.js';
import { enqueueJob } from '../../../src/platform/jobs/enqueue.js';
import { JobRunner } from '../../../src/platform/jobs/job-runner.js';
import { createLog } from '../../../src/platform/log.js';
import { BreakableNetwork } from '../../support/breakable-network.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let orm: MikroORM;
let runner: JobRunner | null;

beforeEach(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init(mikroOrmConfig({ url: database.url, poolSize: 2 }));
  runner = null;
});
afterEach(async () => {
  await runner?.stop();
  await orm.close();
  await database.drop();
});

async function start(taskList: TaskList, shutdownGraceMs = 5_000): Promise<void> {
  const log = createLog('silent');
  const options = { databaseUrl: database.url, concurrency: 2, taskList, crontab: '', log, shutdownGraceMs };
  runner = await JobRunner.start(options);
}

async function stop(): Promise<void> {
  await runner?.stop();
  runner = null;
}

/** A task that can be waited for: each run hands over its payload and goes on when told. */
function observableTask() {
  const runs: unknown[] = [];
  const started = Promise.withResolvers<JobHelpers>();
  const finish = Promise.withResolvers<void>();
  const task = async (payload: unknown, helpers: JobHelpers) => {
    runs.push(payload);
    started.resolve(helpers);
    await finish.promise;
  };
  return { runs, started: started.promise, finish: finish.resolve, task };
}

const waiting = () =>
  database.query<{
    task_identifier: string;
    locked_by: string | null;
    attempts: number;
    last_error: string | null;
  }>('select task_identifier, locked_by, attempts, last_error from graphile_worker.jobs');

describe('enqueueJob', () => {
  it('adds the job with the transaction that commits, and not with the one that rolls back', async () => {
    const greeted = observableTask();
    greeted.finish();
    await orm.em.fork().transactional((em) => enqueueJob(em, 'greet', { name: 'Ada', tags: ['a', null] }));
    const lost = orm.em.fork().transactional(async (em) => {
      await enqueueJob(em, 'greet', { name: 'Bob' });
      throw new Error('rolled back');
    });
    await expect(lost).rejects.toThrow('rolled back');
    await start({ greet: greeted.task });
    await greeted.started;
    await stop();
    expect(greeted.runs).toEqual([{ name: 'Ada', tags: ['a', null] }]);
    expect(await waiting()).toEqual([]);
  });

  it('keeps one waiting job for a key, and what it is told about time, attempts and queue', async () => {
    const em = orm.em.fork();
    const runAt = new Date('2040-01-02T03:04:05.000Z');
    await enqueueJob(em, 'greet', { turn: 1 }, { jobKey: 'only' });
    await enqueueJob(em, 'greet', { turn: 2 }, { jobKey: 'only', runAt, maxAttempts: 3, queueName: 'line' });
    const jobs = await database.query(
      `select key, run_at, max_attempts, queue_name, payload
       from graphile_worker._private_jobs jobs
       join graphile_worker._private_job_queues queues on queues.id = jobs.job_queue_id`,
    );
    expect(jobs).toEqual([
      { key: 'only', run_at: runAt, max_attempts: 3, queue_name: 'line', payload: { turn: 2 } },
    ]);
  });
});

describe('stopping', () => {
  it('waits for the job that runs', async () => {
    const slow = observableTask();
    await enqueueJob(orm.em.fork(), 'slow', {});
    await start({ slow: slow.task });
    await slow.started;
    const stopped = stop();
    expect(await Promise.race([stopped.then(() => 'stopped'), sleep(50, 'waits')])).toBe('waits');
    slow.finish();
    await stopped;
    expect(await waiting()).toEqual([]);
    await orm.close();
    await database.expectNoConnections();
  });

  it('gives back what was fetched and not begun, as if it had not been fetched', async () => {
    const slow = observableTask();
    for (let i = 0; i < 5; i++) await enqueueJob(orm.em.fork(), 'slow', { i });
    await start({ slow: slow.task });
    await slow.started;
    expect((await waiting()).map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1, 1]);
    const stopped = stop();
    slow.finish();
    await stopped;
    const notBegun = { locked_by: null, attempts: 0, last_error: null };
    expect(await waiting()).toMatchObject([notBegun, notBegun, notBegun]);
    await start({ slow: slow.task });
    while ((await waiting()).length > 0) await sleep(10);
    expect(slow.runs).toHaveLength(5);
    expect(slow.runs).toEqual(expect.arrayContaining([0, 1, 2, 3, 4].map((i) => ({ i }))));
  });

  it('gives a job up for later that outlasts the grace period', async () => {
    const endless = observableTask();
    await enqueueJob(orm.em.fork(), 'endless', {});
    await start({ endless: endless.task }, 50);
    const { abortSignal } = await endless.started;
    await stop();
    expect(abortSignal?.aborted).toBe(true);
    expect(await waiting()).toMatchObject([{ task_identifier: 'endless', locked_by: null, attempts: 1 }]);
    endless.finish();
  });
});

describe('jobs of a crashed worker', () => {
  const lockBy = (poolId: string) =>
    database.query(
      `update graphile_worker._private_jobs set locked_by = $1, attempts = 1,
                    locked_at = now() - interval '1 minute'`,
      [poolId],
    );

  it('run again at once', async () => {
    const task = observableTask();
    task.finish();
    await enqueueJob(orm.em.fork(), 'greet', { again: true });
    await lockBy('pool-dead');
    await start({ greet: task.task });
    await task.started;
    await stop();
    expect(task.runs).toEqual([{ again: true }]);
  });

  it('run again also where it had fetched more than it ran', async () => {
    const task = observableTask();
    task.finish();
    for (let i = 0; i < 30; i++) await enqueueJob(orm.em.fork(), 'greet', { i });
    await lockBy('pool-dead');
    await start({ greet: task.task });
    while ((await waiting()).length > 0) await sleep(10);
    expect(task.runs).toHaveLength(30);
  });

  it('are told from those of a worker that lives', async () => {
    const busy = observableTask();
    await enqueueJob(orm.em.fork(), 'busy', {});
    await start({ busy: busy.task });
    await busy.started;
    await database.query(`update graphile_worker._private_jobs set locked_at = now() - interval '1 minute'`);
    const [before] = await waiting();
    const other = runner;
    await start({ busy: busy.task });
    expect(await waiting()).toEqual([before]);
    await stop();
    busy.finish();
    await other?.stop();
    expect(busy.runs).toHaveLength(1);
  });
});

it('records the end of a job although the database was gone at that moment', async () => {
  const network = new BreakableNetwork();
  const url = new URL(database.url);
  url.port = String(await network.proxyTo(Number(url.port)));
  const task = observableTask();
  const failing = observableTask();
  for (const name of ['greet', 'fail']) await enqueueJob(orm.em.fork(), name, {});
  runner = await JobRunner.start({
    databaseUrl: url.href,
    concurrency: 2,
    taskList: {
      greet: task.task,
      fail: async (payload, helpers) => {
        await failing.task(payload, helpers);
        throw new Error('It failed.');
      },
    },
    crontab: '',
    log: createLog('silent'),
    shutdownGraceMs: 5_000,
  });
  await Promise.all([task.started, failing.started]);
  network.cut();
  task.finish();
  failing.finish();
  await sleep(100); // until its end could not be recorded
  network.restore();
  const failed = { task_identifier: 'fail', locked_by: null, attempts: 1, last_error: 'It failed.' };
  const patience = AbortSignal.timeout(20_000);
  while (!patience.aborted && !isDeepStrictEqual(await waiting(), [failed])) await sleep(10);
  expect(await waiting()).toEqual([failed]);
  await stop();
  await network.close();
});

it('says so when jobs that it fetched never arrived, and gives them back by stopping', async () => {
  const busy = observableTask();
  await enqueueJob(orm.em.fork(), 'busy', {});
  const options = { concurrency: 2, crontab: '', log: createLog('silent'), shutdownGraceMs: 5_000 };
  const taskList = { busy: busy.task };
  runner = await JobRunner.start({ ...options, databaseUrl: database.url, taskList, sweepIntervalMs: 50 });
  await busy.started;
  await enqueueJob(orm.em.fork(), 'lost', {}, { runAt: new Date('2040-01-01T00:00:00.000Z') });
  const isLost = runner.failed;
  expect(await Promise.race([isLost, sleep(200, 'all are there')])).toBe('all are there');
  await database.query(
    `update graphile_worker._private_jobs set locked_at = now() - interval '1 minute',
       locked_by = (select locked_by from graphile_worker.jobs where task_identifier = 'busy')`,
  );
  await expect(isLost).resolves.toMatchObject({
    message: expect.stringMatching(/^Jobs were fetched and never arrived: \d+\.$/),
  });
  busy.finish();
});

it('says so when it stops by itself', async () => {
  await start({ greet: () => undefined });
  const failed = runner?.failed;
  // What a newer version of the job queue tells older workers when it changes the tables under them.
  await database.query(`select pg_notify('worker:migrate', '{"breaking": true, "migrationNumber": 99999}')`);
  await expect(failed).resolves.toEqual(new Error('The job runner stopped.'));
});
