import type { MikroORM } from '@mikro-orm/postgresql';
import { Coalescer } from '../platform/coalesce.js';
import { type Sql, sqlOfOrm } from '../platform/database/sql.js';
import { endlessAttempts } from '../platform/jobs/enqueue.js';
import { storablePayload, storableText } from './storable-payload.js';
import type { VerifiedEvent } from './verified-event.js';
import type { WebhookEventStatus } from './webhook-event.entity.js';

/** The job that processes one stored event; its payload is `{ eventId }`. */
export const processWebhookEventTaskName = 'process_webhook_event';

/**
 * How often an event is tried. graphile-worker waits e^attempts seconds after each failure, e^10 (6 h) at the
 * most, so that the last try comes about three days after the first: as long as Stripe itself keeps trying. The queue
 * by itself would go on: the last try says that it was the last, so that it is made again where it was cut off.
 */
export const maxProcessingAttempts = 21;

export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly status: WebhookEventStatus;
  readonly payload: unknown;
}

/** How an attempt to process an event ended, where the event is done with. */
export interface AttemptResult {
  readonly status: 'PROCESSED' | 'IGNORED';
  readonly outcome: string | null;
}

/** How an attempt failed. */
export interface FailedAttempt {
  readonly error: string;
  /** When it will be tried again; null: no more, the event is FAILED. */
  readonly nextAttemptAt: Date | null;
}

/** A row of the inbox, as the statement that stores it reads it from JSON. */
interface Delivery {
  readonly id: string;
  readonly type: string;
  readonly status: WebhookEventStatus;
  readonly api_version: string | null;
  readonly object_id: string | null;
  readonly payment_intent_id: string | null;
  readonly payload: unknown;
  readonly outcome: string | null;
  readonly created_at: Date;
  readonly received_at: Date;
  readonly processed_at: Date | null;
  readonly next_attempt_at: Date | null;
}

/** In the order of their ids, so that two processes which store the same events do not wait for each other in a circle. */
const storeEvents = {
  name: 'store_webhook_events',
  text: `with received as (
           insert into webhook_events
             (id, type, status, api_version, object_id, payment_intent_id, payload, attempts, outcome, created_at,
              received_at, processed_at, next_attempt_at)
           select id, type, status, api_version, object_id, payment_intent_id, payload, 0, outcome, created_at,
               received_at, processed_at, next_attempt_at
             from jsonb_to_recordset($1::jsonb) as delivered (
               id text, type text, status text, api_version text, object_id text, payment_intent_id text,
               payload jsonb, outcome text, created_at timestamptz, received_at timestamptz,
               processed_at timestamptz, next_attempt_at timestamptz)
            order by id
           on conflict (id) do nothing
           returning id, status
         ), wanted as (
           select array_agg((
               $2, json_build_object('eventId', id), null, null, $3::int, null, null, null
             )::graphile_worker.job_spec) as jobs
             from received where status = 'RECEIVED'
           having count(*) > 0
         ), added as (
           select count(*) as jobs from wanted cross join lateral graphile_worker.add_jobs(wanted.jobs)
         )
         select received.id, added.jobs from received cross join added`,
};

const findEvent = {
  name: 'find_webhook_event',
  text: 'select id, type, status, payload from webhook_events where id = $1',
};

const recordAttempt = {
  name: 'record_webhook_attempt',
  text: `update webhook_events
            set attempts = attempts + 1, status = $1, outcome = $2, processed_at = $3, last_attempt_at = $4,
                next_attempt_at = $5, last_error = coalesce($6, last_error)
          where id = $7 and status not in ('PROCESSED', 'IGNORED')`,
};

/**
 * PostgreSQL commits transactions that notify, as those do which add jobs, one after the other. So what arrives
 * meanwhile is better stored together; a second statement is there for when one is stuck.
 */
const maxInsertsAtOnce = 2;

/** The inbox. Stripe waits for `insert`: one statement, so one round trip and commit, which deliveries share. */
export class WebhookStore {
  readonly #sql: Sql;
  readonly #deliveries = new Coalescer((deliveries: readonly Delivery[]) => this.#insertAll(deliveries), {
    maxReadsAtOnce: maxInsertsAtOnce,
  });

  constructor(orm: MikroORM) {
    this.#sql = sqlOfOrm(orm);
  }

  /**
   * Stores an event and, unless it is to be ignored, its job: both or neither, and only the first time.
   * False: the event was there already. Deliveries of one event at once wait for each other on its primary key.
   *
   * @param ignored why nothing will be done about the event; null where a job is to process it
   */
  async insert(event: VerifiedEvent, ignored: string | null, receivedAt: Date): Promise<boolean> {
    return this.#deliveries.ask({
      id: event.id,
      type: event.type,
      status: ignored === null ? 'RECEIVED' : 'IGNORED',
      api_version: event.apiVersion,
      object_id: indexedId(event.objectId),
      payment_intent_id: indexedId(event.paymentIntentId),
      payload: storablePayload(event.payload),
      outcome: ignored,
      created_at: event.createdAt,
      received_at: receivedAt,
      processed_at: ignored === null ? null : receivedAt,
      next_attempt_at: ignored === null ? receivedAt : null,
    });
  }

  async find(id: string): Promise<StoredEvent | null> {
    const [row] = await this.#sql.query<StoredEvent>(findEvent, [id]);
    return row ?? null;
  }

  /** Records the attempt that settled an event, except where another has done so in the meantime. */
  async recordDone(id: string, { status, outcome }: AttemptResult, now: Date): Promise<void> {
    await this.#sql.query(recordAttempt, [status, outcome, now, now, null, null, id]);
  }

  /** Records an attempt that failed, except where another has finished the event in the meantime. */
  async recordFailed(id: string, { error, nextAttemptAt }: FailedAttempt, now: Date): Promise<void> {
    const [status, processedAt] = nextAttemptAt ? ['RECEIVED', null] : ['FAILED', now];
    await this.#sql.query(recordAttempt, [status, error, processedAt, now, nextAttemptAt, error, id]);
  }

  /** Whether each is new. Where they cannot be stored together, each is on its own: one may be at fault. */
  async #insertAll(deliveries: readonly Delivery[]): Promise<(boolean | Promise<boolean>)[]> {
    try {
      const rows = await this.#sql.query<{ id: string }>(storeEvents, [
        JSON.stringify(deliveries),
        processWebhookEventTaskName,
        endlessAttempts,
      ]);
      const stored = new Set(rows.map(({ id }) => id));
      // Of two deliveries of one event only the first finds its id.
      return deliveries.map(({ id }) => stored.delete(id));
    } catch (error) {
      if (deliveries.length === 1) throw error;
      return deliveries.map(async (delivery) => (await this.#insertAll([delivery]))[0] === true);
    }
  }
}

/** Stripe's ids never exceed it: https://docs.stripe.com/upgrades. What is much longer would not fit an index. */
const maxIndexedIdChars = 255;

/** An id as it may be stored and looked up. */
const indexedId = (id: string | null): string | null =>
  id === null ? null : storableText(id.slice(0, maxIndexedIdChars));
