import type { EntityManager } from '@mikro-orm/postgresql';

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
export type JobPayload = { readonly [key: string]: JsonValue };

/**
 * As many as graphile-worker can count: for a job that is never given up, or decides that by itself. An attempt counts
 * from when a job is handed out, so that a process which keeps dying uses up a few of them without trying anything.
 */
export const endlessAttempts = 32_767;

export interface EnqueueOptions {
  /** At most one job waits under a key: enqueueing again replaces what waits there (graphile-worker's job_key). */
  readonly jobKey?: string;
  /** Not before this instant; by default at once. */
  readonly runAt?: Date;
  /** How often the job is tried before it is given up; graphile-worker's default is 25. */
  readonly maxAttempts?: number;
  /** Jobs of one queue run one after the other. */
  readonly queueName?: string;
}

/**
 * Adds a job inside the caller's transaction, so that it exists exactly when the work that needs it commits.
 * Jobs run at least once: a handler must bear being run again with the same payload.
 */
export async function enqueueJob(
  em: EntityManager,
  task: string,
  payload: JobPayload,
  options: EnqueueOptions = {},
): Promise<void> {
  await em.execute(
    `select graphile_worker.add_job(
       identifier => ?::text, payload => ?::json, queue_name => ?::text, run_at => ?::timestamptz,
       max_attempts => ?::integer, job_key => ?::text)`,
    [
      task,
      JSON.stringify(payload),
      options.queueName ?? null,
      options.runAt ?? null,
      options.maxAttempts ?? null,
      options.jobKey ?? null,
    ],
  );
}
