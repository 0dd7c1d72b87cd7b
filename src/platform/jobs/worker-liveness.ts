import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { bounded, requestBounds } from '../database/bounds.js';
import type { Log } from '../log.js';

const sweepIntervalMs = 15_000;
/** A job locked for less than this is left alone: its worker may not have taken its advisory lock yet. */
const minLockAgeSeconds = 10;

/** What force_unlock_workers does for all jobs of a pool. */
const giveBackUnknown = `with unknown as (
    update graphile_worker._private_jobs set locked_by = null, locked_at = null
    where locked_at < now() - make_interval(secs => $1) and locked_by = $2 and id <> all ($3::bigint[])
    returning id, job_queue_id
  ), freed as (
    update graphile_worker._private_job_queues set locked_by = null, locked_at = null
    where locked_by = $2 and id in (select job_queue_id from unknown)
  )
  select id from unknown`;

/**
 * Gives the jobs of a crashed worker back. graphile-worker itself waits four hours before it does so, which is
 * too long where a job may stand for a customer's paid credits.
 *
 * Each worker pool holds a session-level advisory lock on its own id for as long as it lives; PostgreSQL frees it
 * when the process or its host dies. Whoever can take the lock of a pool that still has jobs locked knows that
 * the pool is gone. Needs a direct connection, as LISTEN does: no transaction-mode pooler in between.
 *
 * A pool that lives may have jobs locked of which it knows nothing, too: PostgreSQL handed them over, and the answer
 * was lost with its connection.
 */
export class WorkerLiveness {
  #client: Client | null = null;
  readonly #stopped = new AbortController();
  #sweeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly databaseUrl: string,
    private readonly poolId: string,
    private readonly log: Log,
    /** The ids of the jobs that this pool runs now. Others it keeps for less than `minLockAgeSeconds` before it begins. */
    private readonly running: () => readonly string[],
  ) {}

  /** Resolves when the lock is held and the first sweep is done. */
  async start(): Promise<void> {
    await this.#sweep();
    this.#sweeping = this.#sweepUntilStopped();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#sweeping;
    await this.#client?.end();
    this.#client = null;
  }

  async #sweepUntilStopped(): Promise<void> {
    while (await this.#pause()) {
      try {
        await this.#sweep();
      } catch (error) {
        this.log.warn({ err: error }, 'could not look for jobs of crashed workers; trying again');
      }
    }
  }

  async #pause(): Promise<boolean> {
    return sleep(sweepIntervalMs, true, { signal: this.#stopped.signal, ref: false }).catch(() => false);
  }

  async #sweep(): Promise<void> {
    const client = this.#client ?? (await this.#connect());
    const { rows } = await client.query<{ pool_id: string }>(
      `with suspects as materialized (
         select distinct locked_by as pool_id from graphile_worker.jobs
         where locked_at < now() - make_interval(secs => $1) and locked_by <> $2
       ), dead as materialized (
         select pool_id from suspects where pg_try_advisory_xact_lock(hashtextextended(pool_id, 0))
       )
       select pool_id, graphile_worker.force_unlock_workers(array[pool_id]) from dead`,
      [minLockAgeSeconds, this.poolId],
    );
    if (rows.length > 0) {
      this.log.warn({ pools: rows.map((row) => row.pool_id) }, 'gave back the jobs of crashed workers');
    }
    const { rowCount } = await client.query(giveBackUnknown, [
      minLockAgeSeconds,
      this.poolId,
      this.running(),
    ]);
    if (rowCount) this.log.warn({ jobs: rowCount }, 'gave back jobs that never arrived here');
  }

  async #connect(): Promise<Client> {
    const client = new Client({ connectionString: this.databaseUrl, ...bounded(requestBounds) });
    client.on('error', (error) => {
      this.log.warn({ err: error }, 'lost the connection that marks this worker as alive');
      if (this.#client === client) this.#client = null;
    });
    try {
      await client.connect();
      await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [this.poolId]);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#client = client;
    return client;
  }
}
