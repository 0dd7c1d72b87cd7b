import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { bounded, requestBounds } from '../database/bounds.js';
import type { Log } from '../log.js';
import type { JobsInHand } from './jobs-in-hand.js';

/** Longer than the end of a job takes to be recorded once the database is back. */
export const sweepIntervalMs = 15_000;
/** A job locked for less than this is left alone: its worker may not have taken its advisory lock yet. */
const minLockAgeSeconds = 10;

/** What force_unlock_workers does for all jobs of a pool. */
const giveBack = `with lost as (
    update graphile_worker._private_jobs set locked_by = null, locked_at = null
    where locked_by = $1 and id = any ($2::bigint[])
    returning job_queue_id
  )
  update graphile_worker._private_job_queues set locked_by = null, locked_at = null
  where locked_by = $1 and id in (select job_queue_id from lost)`;

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
  #missing: ReadonlySet<string> = new Set();
  #client: Client | null = null;
  readonly #stopped = new AbortController();
  #sweeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly databaseUrl: string,
    private readonly poolId: string,
    private readonly inHand: JobsInHand,
    private readonly log: Log,
    private readonly intervalMs: number,
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
    return sleep(this.intervalMs, true, { signal: this.#stopped.signal, ref: false }).catch(() => false);
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
    await this.#giveBackLost(client);
  }

  /** Missing once, a job may just be on its way here, or its end on its way into the database. */
  async #giveBackLost(client: Client): Promise<void> {
    const { rows } = await client.query<{ id: string }>(
      `select id from graphile_worker.jobs
       where locked_by = $2 and locked_at < now() - make_interval(secs => $1)`,
      [minLockAgeSeconds, this.poolId],
    );
    const missing = rows.map(({ id }) => id).filter((id) => !this.inHand.has(id));
    const lost = missing.filter((id) => this.#missing.has(id));
    this.#missing = new Set(missing);
    if (lost.length === 0) return;
    await client.query(giveBack, [this.poolId, lost]);
    this.log.warn({ jobs: lost }, 'gave back jobs that never arrived here');
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
