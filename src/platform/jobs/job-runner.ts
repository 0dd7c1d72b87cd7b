import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  parseCrontab,
  type Runner,
  run,
  type TaskList,
  type WorkerEvents,
  type WorkerPool,
} from 'graphile-worker';
import type { Log } from '../log.js';
import { jobLogger } from './job-log.js';
import { JobPool } from './job-pool.js';
import { JobsInHand } from './jobs-in-hand.js';
import { sweepIntervalMs, WorkerLiveness } from './worker-liveness.js';

/** Besides one connection for each running job: one that listens for new jobs, one for the schedule. */
const extraConnections = 2;
/** Jobs are fetched for each worker so many at a time: looking for one costs as much as looking for all of them. */
const jobsFetchedPerWorker = 10;
/** What was fetched goes back to the other processes where it could not be begun for so long. */
const fetchedJobTtlMs = 5_000;
/** How long after `helpers.abortSignal` fired a job may still take before it is given up for a later attempt. */
const abortGraceMs = 1_000;

export interface JobRunnerOptions {
  readonly databaseUrl: string;
  /** Jobs that run at once in this process. */
  readonly concurrency: number;
  readonly taskList: TaskList;
  /** Recurring tasks in crontab syntax, UTC: https://worker.graphile.org/docs/cron */
  readonly crontab: string;
  readonly log: Log;
  /** How long `stop` lets running jobs finish. */
  readonly shutdownGraceMs: number;
  /** How often to look for jobs of crashed workers, and for lost ones of this. */
  readonly sweepIntervalMs?: number;
}

/** Runs queued and recurring jobs in this process. */
export class JobRunner {
  /** Resolves with the reason when the runner stopped without `stop`. */
  readonly failed: Promise<unknown>;
  #stopping = false;

  private constructor(
    private readonly pool: JobPool,
    private readonly runner: Runner,
    private readonly workers: WorkerPool,
    private readonly liveness: WorkerLiveness,
    private readonly options: JobRunnerOptions,
  ) {
    this.failed = new Promise((resolve) => {
      const settled = (reason: unknown) => {
        if (!this.#stopping) resolve(reason);
      };
      runner.promise.then(() => settled(new Error('The job runner stopped.')), settled);
    });
  }

  /** Expects graphile-worker's tables to exist (see migrate.ts). */
  static async start(options: JobRunnerOptions): Promise<JobRunner> {
    const { databaseUrl, concurrency, taskList, crontab, log } = options;
    const pool = new JobPool(databaseUrl, concurrency + extraConnections, log);
    const events: WorkerEvents = new EventEmitter();
    // A WorkerPool is a thenable that settles when it stops, so no promise may carry one.
    const created: WorkerPool[] = [];
    const inHand = new JobsInHand(events);
    events.once('pool:create', ({ workerPool }) => created.push(workerPool));
    try {
      const runner = await run({
        pgPool: pool,
        concurrency,
        preset: {
          worker: { localQueue: { size: concurrency * jobsFetchedPerWorker, ttl: fetchedJobTtlMs } },
        },
        taskList,
        parsedCronItems: parseCrontab(crontab),
        logger: jobLogger(log),
        events,
        noHandleSignals: true,
        gracefulShutdownAbortTimeout: options.shutdownGraceMs,
      });
      const [workers] = created;
      if (!workers) throw new Error('graphile-worker started without a worker pool.');
      const liveness = new WorkerLiveness(
        databaseUrl,
        workers.id,
        inHand,
        log,
        options.sweepIntervalMs ?? sweepIntervalMs,
      );
      const jobRunner = new JobRunner(pool, runner, workers, liveness, options);
      try {
        await liveness.start();
      } catch (error) {
        await jobRunner.stop();
        throw error;
      }
      return jobRunner;
    } catch (error) {
      if (!pool.ended) await pool.end();
      throw error;
    }
  }

  /**
   * Takes no new jobs and waits for the running ones. Those that outlast the grace period are tried again later; what
   * they are doing meanwhile cannot be stopped, so in that case the connections stay until the process ends.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    const stopped = this.runner.stop().catch((error: unknown) => {
      this.options.log.warn({ err: error }, 'the job runner had stopped before');
    });
    const inTime = await this.#withinGrace(stopped);
    if (!inTime) {
      this.options.log.warn('jobs outlasted the grace period and will be tried again');
      await this.workers.forcefulShutdown('The process is shutting down.');
    }
    await this.liveness.stop();
    if (inTime) await this.pool.end();
    else this.pool.abandon();
  }

  async #withinGrace(stopped: Promise<void>): Promise<boolean> {
    const done = new AbortController();
    const patience = sleep(this.options.shutdownGraceMs + abortGraceMs, false, { signal: done.signal });
    const inTime = await Promise.race([stopped.then(() => true), patience]);
    done.abort();
    await patience.catch(() => undefined);
    return inTime;
  }
}
