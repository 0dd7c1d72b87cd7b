import type { MikroORM } from '@mikro-orm/postgresql';
import { storablePayload } from './storable-payload.js';
import type { VerifiedEvent } from './verified-event.js';
import type { WebhookEventStatus } from './webhook-event.entity.js';

/** The job that processes one stored event; its payload is `{ eventId }`. */
export const processWebhookEventTaskName = 'process_webhook_event';

/**
 * How often an event is tried. graphile-worker waits e^attempts seconds after each failure, e^10 (6 h) at the
 * most, so that the last try comes about three days after the first: as long as Stripe itself keeps trying.
 */
export const maxProcessingAttempts = 21;

export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly status: WebhookEventStatus;
  readonly payload: unknown;
}

/** How an attempt to process an event ended. RECEIVED: it will be tried again. */
export interface AttemptResult<Status extends WebhookEventStatus = WebhookEventStatus> {
  readonly status: Status;
  readonly outcome: string | null;
}

/** The inbox in native SQL: Stripe waits for `insert`, so it is one statement, and so one round trip and commit. */
export class WebhookStore {
  constructor(private readonly orm: MikroORM) {}

  /**
   * Stores an event and, unless it is to be ignored, its job: both or neither, and only the first time.
   * False: the event was there already. Deliveries of one event at once wait for each other on its primary key.
   *
   * @param ignored why nothing will be done about the event; null where a job is to process it
   */
  async insert(event: VerifiedEvent, ignored: string | null, receivedAt: Date): Promise<boolean> {
    const stored = await this.execute(
      `with received as (
         insert into webhook_events
           (id, type, status, api_version, payload, attempts, outcome, created_at, received_at, processed_at)
         values (?, ?, ?, ?, ?, 0, ?, ?, ?, ?)
         on conflict (id) do nothing
         returning id, status
       )
       select case status when 'RECEIVED' then
         (graphile_worker.add_job(
           identifier => ?, payload => json_build_object('eventId', id), max_attempts => ?::int)).id
       end as job_id
       from received`,
      [
        event.id,
        event.type,
        ignored === null ? 'RECEIVED' : 'IGNORED',
        event.apiVersion,
        JSON.stringify(storablePayload(event.payload)),
        ignored,
        event.createdAt,
        receivedAt,
        ignored === null ? null : receivedAt,
        processWebhookEventTaskName,
        maxProcessingAttempts,
      ],
    );
    return stored.length === 1;
  }

  async find(id: string): Promise<StoredEvent | null> {
    const [row] = await this.execute<StoredEvent>(
      'select id, type, status, payload from webhook_events where id = ?',
      [id],
    );
    return row ?? null;
  }

  /** Records one attempt, except where another has finished the event in the meantime. */
  async recordAttempt(id: string, result: AttemptResult, now: Date): Promise<void> {
    await this.execute(
      `update webhook_events set attempts = attempts + 1, status = ?, outcome = ?, processed_at = ?
       where id = ? and status not in ('PROCESSED', 'IGNORED')`,
      [result.status, result.outcome, result.status === 'RECEIVED' ? null : now, id],
    );
  }

  /** Each statement is a transaction of its own. */
  private execute<Row>(sql: string, params: unknown[]): Promise<Row[]> {
    return this.orm.em.getConnection().execute<Row[]>(sql, params);
  }
}
