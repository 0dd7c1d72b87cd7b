import type { InstantPosition } from '../platform/database/instant-position.js';
import type { Sql } from '../platform/database/sql.js';
import { endlessAttempts } from '../platform/jobs/enqueue.js';
import { processWebhookEventTaskName } from './webhook.store.js';
import type { WebhookEventStatus } from './webhook-event.entity.js';

/** An event of the inbox, as people look at it. */
export interface InboxEvent {
  readonly id: string;
  readonly type: string;
  readonly status: WebhookEventStatus;
  readonly attempts: number;
  readonly outcome: string | null;
  readonly lastError: string | null;
  readonly objectId: string | null;
  readonly paymentIntentId: string | null;
  /** Our payment that it concerns, where there is one. */
  readonly paymentId: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly receivedAt: Date;
  readonly processedAt: Date | null;
  readonly lastAttemptAt: Date | null;
  readonly nextAttemptAt: Date | null;
}

/** Which events are looked for; what is left out is not looked at. */
export interface InboxFilter {
  readonly status?: WebhookEventStatus | null;
  readonly type?: string | null;
  /** The first instant of arrival that counts. */
  readonly receivedFrom?: Date | null;
  /** The first that no longer does. */
  readonly receivedTo?: Date | null;
  readonly objectId?: string | null;
  readonly paymentIntentId?: string | null;
}

export interface InboxQuery extends InboxFilter {
  /** Only events that came before this one. */
  readonly before: InstantPosition | null;
  readonly limit: number;
}

export interface FoundEvents {
  /** Newest first. */
  readonly events: readonly InboxEvent[];
  /** Where the search was given up, after `maxSkippedEvents`, before it had found `limit`; null: it was not. */
  readonly givenUpAt: InstantPosition | null;
}

/** How far the inbox is behind. */
export interface Backlog {
  /** At most `maxCounted`. */
  readonly failed: number;
  /** RECEIVED and not processed yet; at most `maxCounted`. */
  readonly waiting: number;
  /** When the one came that has waited longest; null: none waits. */
  readonly oldestWaiting: Date | null;
}

/** How many events, besides those on the page, are looked at for it: any number of others may lie between two of a type. */
export const maxSkippedEvents = 5_000;
/** The inbox is behind by more than anyone would count. */
export const maxCounted = 10_000;

/** Has an index of its own, where the others have to be looked for. */
const openStatuses: readonly WebhookEventStatus[] = ['RECEIVED', 'FAILED'];

const columns = `id, type, status, attempts, outcome, last_error, object_id, payment_intent_id, payload, created_at,
  received_at, processed_at, last_attempt_at, next_attempt_at,
  (select p.id from payments p where p.stripe_payment_intent_id = payment_intent_id) as payment_id`;

const findOne = { name: 'find_inbox_event', text: `select ${columns} from webhook_events where id = $1` };

/**
 * Under a job key, so that however often an event is replayed before that runs, one job waits. A job that waits for
 * the event's next regular attempt stays: whichever comes second finds the event done.
 */
const replayOne = {
  name: 'replay_webhook_event',
  text: `with found as (
           select id, status from webhook_events where id = $1 for update
         ), replayed as (
           update webhook_events e
              set status = 'RECEIVED', outcome = null, processed_at = null, next_attempt_at = $2
             from found where e.id = found.id
           returning e.*
         ), added as (
           select count(*) as jobs from replayed cross join lateral graphile_worker.add_job(
             $3::text, json_build_object('eventId', replayed.id), max_attempts => $4::int,
             job_key => 'replay:' || replayed.id)
         )
         select ${columns}, (select found.status from found) as status_before, added.jobs
           from replayed cross join added`,
};

/** FAILED events are kept for whoever has to look into them. One replayed lately is not old, though it came long ago. */
const deleteSome = {
  name: 'delete_done_webhook_events',
  text: `delete from webhook_events where id in (
           select id from webhook_events
            where received_at < $1 and processed_at < $1 and status in ('PROCESSED', 'IGNORED')
            order by received_at, id limit $2 for update skip locked)
         returning id`,
};

const measure = {
  name: 'measure_webhook_backlog',
  text: `select
           (select count(*) from (
              select from webhook_events where status = 'FAILED' limit ${maxCounted}) counted) as failed,
           (select count(*) from (
              select from webhook_events where status = 'RECEIVED' limit ${maxCounted}) counted) as waiting,
           (select received_at from webhook_events where status = 'RECEIVED'
             order by received_at, id limit 1) as oldest_waiting`,
};

interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly status: WebhookEventStatus;
  readonly attempts: number;
  readonly outcome: string | null;
  readonly last_error: string | null;
  readonly object_id: string | null;
  readonly payment_intent_id: string | null;
  readonly payment_id: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly created_at: string;
  readonly received_at: string;
  readonly processed_at: string | null;
  readonly last_attempt_at: string | null;
  readonly next_attempt_at: string | null;
}

interface PageRow extends EventRow {
  /** Whether it is what was looked for, and not only the last that was looked at. */
  readonly wanted: boolean;
  /** Whether it is the last that was looked at. */
  readonly last: boolean;
}

/** The inbox as people see it: looked through, replayed and cleared. */
export class InboxStore {
  constructor(private readonly sql: Sql) {}

  async find(id: string): Promise<InboxEvent | null> {
    const [row] = await this.sql.query<EventRow>(findOne, [id]);
    return row ? toEvent(row) : null;
  }

  async page(query: InboxQuery): Promise<FoundEvents> {
    const { text, values } = pageOf(query);
    const rows = await this.sql.query<PageRow>({ text }, values);
    const last = rows.at(-1);
    return {
      events: rows.filter(({ wanted }) => wanted).map(toEvent),
      givenUpAt: last?.last ? { at: new Date(last.received_at), id: last.id } : null,
    };
  }

  /**
   * Has an event processed again, whatever became of it, in the caller's transaction together with its job; null:
   * there is none.
   */
  async replay(
    sql: Sql,
    id: string,
    now: Date,
  ): Promise<{ readonly event: InboxEvent; readonly statusBefore: WebhookEventStatus } | null> {
    const [row] = await sql.query<EventRow & { status_before: WebhookEventStatus }>(replayOne, [
      id,
      now,
      processWebhookEventTaskName,
      endlessAttempts,
    ]);
    return row ? { event: toEvent(row), statusBefore: row.status_before } : null;
  }

  /** Deletes up to `limit` events that came, and were done with, before an instant. Returns how many it were. */
  async deleteDone(before: Date, limit: number): Promise<number> {
    return (await this.sql.query(deleteSome, [before, limit])).length;
  }

  async backlog(): Promise<Backlog> {
    const [row] = await this.sql.query<{ failed: string; waiting: string; oldest_waiting: string | null }>(
      measure,
      [],
    );
    return {
      failed: Number(row?.failed),
      waiting: Number(row?.waiting),
      oldestWaiting: dateOrNull(row?.oldest_waiting ?? null),
    };
  }
}

/**
 * Walks one index backwards, the most selective that the filter has, and stops when the page is full or enough was
 * looked at. What the index does not know is asked of each row.
 */
function pageOf(query: InboxQuery): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const parameter = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
  const walked: string[] = [];
  const wanted: string[] = [];
  const { before, status, type, receivedFrom, receivedTo, objectId, paymentIntentId } = query;
  if (before) {
    const [at, id] = [parameter(before.at, 'timestamptz'), parameter(before.id, 'text')];
    walked.push(`received_at <= ${at} and (received_at, id) < (${at}, ${id})`);
  }
  if (receivedFrom) walked.push(`received_at >= ${parameter(receivedFrom, 'timestamptz')}`);
  if (receivedTo) walked.push(`received_at < ${parameter(receivedTo, 'timestamptz')}`);
  if (objectId) walked.push(`object_id = ${parameter(objectId, 'text')}`);
  if (paymentIntentId) walked.push(`payment_intent_id = ${parameter(paymentIntentId, 'text')}`);
  // Literally, so that the planner knows the partial index.
  if (status && openStatuses.includes(status)) walked.push(`status = '${status}'`);
  else if (status) wanted.push(`status = ${parameter(status, 'text')}`);
  if (type) wanted.push(`type = ${parameter(type, 'text')}`);

  const isWanted = wanted.join(' and ') || 'true';
  const limit = parameter(query.limit, 'int');
  const isLast = `nth = ${limit} + ${maxSkippedEvents}`;
  const text = `
    select ${columns}, ${isWanted} as wanted, ${isLast} as last
      from (
        select *, row_number() over (order by received_at desc, id desc) as nth
          from webhook_events
         where ${walked.join(' and ') || 'true'}
         order by received_at desc, id desc
         limit ${limit} + ${maxSkippedEvents}) looked_at
     where ${isWanted} or ${isLast}
     order by received_at desc, id desc
     limit ${limit}`;
  return { text, values };
}

const dateOrNull = (text: string | null): Date | null => (text === null ? null : new Date(text));

const toEvent = (row: EventRow): InboxEvent => ({
  id: row.id,
  type: row.type,
  status: row.status,
  attempts: row.attempts,
  outcome: row.outcome,
  lastError: row.last_error,
  objectId: row.object_id,
  paymentIntentId: row.payment_intent_id,
  paymentId: row.payment_id,
  payload: row.payload,
  createdAt: new Date(row.created_at),
  receivedAt: new Date(row.received_at),
  processedAt: dateOrNull(row.processed_at),
  lastAttemptAt: dateOrNull(row.last_attempt_at),
  nextAttemptAt: dateOrNull(row.next_attempt_at),
});
