import { Check, Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { literals } from '../platform/database/literals.js';

export const webhookEventStatuses = ['RECEIVED', 'PROCESSED', 'IGNORED', 'FAILED'] as const;
export type WebhookEventStatus = (typeof webhookEventStatuses)[number];

const statusList = literals(webhookEventStatuses);

/** The inbox: each event Stripe delivered, once, however often it came. */
@Entity({ tableName: 'webhook_events' })
@Check({ name: 'webhook_events_status_check', expression: `status in (${statusList})` })
@Index({ name: 'webhook_events_received', properties: ['receivedAt', 'id'] })
@Index({
  name: 'webhook_events_open',
  expression:
    "create index webhook_events_open on webhook_events (status, received_at, id) where status in ('RECEIVED', 'FAILED')",
})
@Index({ name: 'webhook_events_object', properties: ['objectId', 'receivedAt', 'id'] })
@Index({ name: 'webhook_events_payment_intent', properties: ['paymentIntentId', 'receivedAt', 'id'] })
export class WebhookEvent {
  /** Stripe's event id. */
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Property({ type: 'text' })
  type!: string;

  @Property({ type: 'text' })
  status!: WebhookEventStatus;

  /** The API version the event was rendered in. For people: what we act on is fetched afresh. */
  @Property({ type: 'text', nullable: true })
  apiVersion!: string | null;

  /** What it is about; null for objects without an id, such as a balance. */
  @Property({ type: 'text', nullable: true })
  objectId!: string | null;

  /** The payment intent that it concerns, where there is one. */
  @Property({ type: 'text', nullable: true })
  paymentIntentId!: string | null;

  @Property({ type: 'json', columnType: 'jsonb' })
  payload!: Record<string, unknown>;

  @Property({ type: 'integer' })
  attempts!: number;

  /** Why it was ignored or has failed. */
  @Property({ type: 'text', nullable: true })
  outcome!: string | null;

  /** Why the last attempt that failed did so; it stays when a later one succeeds. */
  @Property({ type: 'text', nullable: true })
  lastError!: string | null;

  /** When Stripe says it happened. */
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  receivedAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  processedAt!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  lastAttemptAt!: Date | null;

  /** When the job is due; null where nothing more will be done. */
  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  nextAttemptAt!: Date | null;
}
