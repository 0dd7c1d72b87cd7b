import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import type { JobHelpers, TaskList } from 'graphile-worker';
import { mikroOrmConfig } from '../../../src/mikro-orm.config.js';
import { enqueueJob } from '../../../src/platform/jobs/enqueue.js';
import { JobRunner, type JobRunnerOptions } from '../../../src/platform/jobs/job-runner.js';
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

async function start(taskList: TaskList, options: Partial<JobRunnerOptions> = {}): Promise<void> {
  runner = await JobRunner.start({
    databaseUrl: database.url,
    concurrency: 2,
    taskList,
    crontab: '',
    log: createLog('silent'),
    shutdownGraceMs: 5_000,
    ...options,
  });
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
    await start({ endless: endless.task }, { shutdownGraceMs: 50 });
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

it('jobs that were handed over, but whose way here broke, run again soon, and not those that run', async () => {
  const [busy, lost] = [observableTask(), observableTask()];
  lost.finish();
  await enqueueJob(orm.em.fork(), 'busy', {});
  await start({ busy: busy.task, lost: lost.task }, { sweepIntervalMs: 50 });
  await busy.started;
  const [{ locked_by: poolId } = { locked_by: null }] = await waiting();
  await enqueueJob(orm.em.fork(), 'lost', {}, { runAt: new Date('2040-01-01T00:00:00.000Z') });
  await database.query(
    `update graphile_worker._private_jobs set locked_by = $1, run_at = now(), locked_at = now() - interval '1 minute'`,
    [poolId],
  );
  while ((await waiting()).length > 1) await sleep(10);
  expect(lost.runs).toHaveLength(1);
  expect(await waiting()).toMatchObject([{ task_identifier: 'busy', locked_by: poolId, attempts: 1 }]);
  busy.finish();
  await stop();
  expect(busy.runs).toHaveLength(1);
});

describe('when the database goes away while a job runs', () => {
  let network: BreakableNetwork;
  let databaseUrl: string;
  beforeEach(async () => {
    network = new BreakableNetwork();
    const proxied = new URL(database.url);
    proxied.port = String(await network.proxyTo(Number(proxied.port)));
    databaseUrl = proxied.href;
  });
  afterEach(() => network.close());

  it.each([
    ['done', () => undefined],
    ['failed', () => Promise.reject(new Error('It does not work.'))],
  ])('%s, it is recorded so once the database is back', async (_, end) => {
    const running = observableTask();
    await enqueueJob(orm.em.fork(), 'run', {});
    await start({ run: (...by) => running.task(...by).then(end) }, { databaseUrl });
    await running.started;
    network.cut();
    running.finish();
    await sleep(100); // until it was tried
    network.restore();
    const isLocked = async () => (await waiting()).some(({ locked_by }) => locked_by !== null);
    while (await isLocked()) await sleep(10);
    await stop();
  });

  it('it stops all the same, and the job is left to others', async () => {
    const running = observableTask();
    await enqueueJob(orm.em.fork(), 'run', {});
    await start({ run: running.task }, { databaseUrl, shutdownGraceMs: 100 });
    await running.started;
    network.cut();
    running.finish();
    await sleep(100); // until it was tried
    await stop();
    const again = observableTask();
    again.finish();
    await database.query(`update graphile_worker._private_jobs set locked_at = now() - interval '1 minute'`);
    await start({ run: again.task });
    await again.started;
  });
});

it('says so when it stops by itself', async () => {
  await start({ greet: () => undefined });
  const failed = runner?.failed;
  // What a newer version of the job queue tells older workers when it changes the tables under them.
  await database.query(`select pg_notify('worker:migrate', '{"breaking": true, "migrationNumber": 99999}')`);
  await expect(failed).resolves.toEqual(new Error('The job runner stopped.'));
});
