import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../graphql/connections/page-info.type.js';
import { enumOf } from '../graphql/enum.js';
import { GraphQLJSONObject } from '../graphql/scalars/scalars.js';
import type { InboxEvent } from './inbox.store.js';
import { type WebhookEventStatus, webhookEventStatuses } from './webhook-event.entity.js';

export const WebhookEventStatusEnum = enumOf(webhookEventStatuses);
registerEnumType(WebhookEventStatusEnum, {
  name: 'WebhookEventStatus',
  description: 'What became of an event.',
  valuesConfig: {
    RECEIVED: { description: 'It waits for its first attempt, or for the next after one that failed.' },
    PROCESSED: { description: 'Our books say what Stripe says.' },
    IGNORED: { description: 'Nothing is to be done about it; `outcome` says why.' },
    FAILED: { description: 'It was given up; `outcome` says why. `replayWebhookEvent` tries it again.' },
  },
});

@ObjectType('WebhookEvent', { description: 'An event that Stripe delivered, once, however often it came.' })
export class WebhookEventType {
  @Field(() => ID, { description: "Stripe's id of the event, `evt_…`." })
  readonly id: string;

  @Field(() => String, { description: "Stripe's name for what happened, e.g. `payment_intent.succeeded`." })
  readonly type: string;

  @Field(() => WebhookEventStatusEnum, { description: 'What became of it.' })
  readonly status: WebhookEventStatus;

  @Field(() => Int, { description: 'How often it was tried, replays included.' })
  readonly attempts: number;

  @Field(() => String, {
    nullable: true,
    description: 'Why it is IGNORED, has FAILED, or has to be tried again; null otherwise.',
  })
  readonly outcome: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'How the last attempt failed that did; it stays when a later one succeeds. Null if none has.',
  })
  readonly lastError: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "Stripe's id of what it is about; null for objects without one.",
  })
  readonly objectId: string | null;

  @Field(() => ID, { nullable: true, description: 'The payment intent that it concerns; null if none.' })
  readonly paymentIntentId: string | null;

  @Field(() => ID, { nullable: true, description: 'Our payment that it concerns; null if none is known.' })
  readonly paymentId: string | null;

  @Field(() => GraphQLJSONObject, {
    description: 'The event as Stripe sent it, without client secrets. Nothing in it is acted on but ids.',
  })
  readonly payload: Readonly<Record<string, unknown>>;

  @Field(() => Date, { description: 'When it happened, by Stripe.' })
  readonly createdAt: Date;

  @Field(() => Date, { description: 'When it was first delivered.' })
  readonly receivedAt: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'When it was processed, ignored or given up; null while it waits.',
  })
  readonly processedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was last tried; null if it never was.' })
  readonly lastAttemptAt: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When it is due to be tried, to within seconds; null where nothing more will be done.',
  })
  readonly nextAttemptAt: Date | null;

  constructor(event: InboxEvent) {
    this.id = event.id;
    this.type = event.type;
    this.status = event.status;
    this.attempts = event.attempts;
    this.outcome = event.outcome;
    this.lastError = event.lastError;
    this.objectId = event.objectId;
    this.paymentIntentId = event.paymentIntentId;
    this.paymentId = event.paymentId;
    this.payload = event.payload;
    this.createdAt = event.createdAt;
    this.receivedAt = event.receivedAt;
    this.processedAt = event.processedAt;
    this.lastAttemptAt = event.lastAttemptAt;
    this.nextAttemptAt = event.nextAttemptAt;
  }
}

@ObjectType({ description: 'An event in a page of them.' })
export class WebhookEventEdge {
  @Field(() => String, { description: 'Where the event lies in the list, to pass as `after`.' })
  readonly cursor!: string;

  @Field(() => WebhookEventType, { description: 'The event.' })
  readonly node!: WebhookEventType;
}

@ObjectType({ description: 'A page of events, newest first.' })
export class WebhookEventConnection {
  @Field(() => [WebhookEventEdge], { description: 'The events with their cursors.' })
  readonly edges!: readonly WebhookEventEdge[];

  @Field(() => [WebhookEventType], { description: 'The events alone.' })
  readonly nodes!: readonly WebhookEventType[];

  @Field(() => PageInfo, { description: 'Whether there are more, and where to go on.' })
  readonly pageInfo!: PageInfo;
}

@ObjectType({ description: 'The event that will be processed again.' })
export class ReplayWebhookEventPayload {
  @Field(() => WebhookEventType, { description: 'The event, RECEIVED again and due at once.' })
  readonly event!: WebhookEventType;
}
