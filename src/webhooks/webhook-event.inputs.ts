import { IsDate, IsOptional, Length } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import type { WebhookEventStatus } from './webhook-event.entity.js';
import { WebhookEventStatusEnum } from './webhook-event.types.js';

/** Of Stripe's ids and event types, which are far shorter. */
const maxNameChars = 255;

@InputType({ description: 'Which events to list: those for which everything given here is so.' })
export class WebhookEventFilter {
  @Field(() => WebhookEventStatusEnum, { nullable: true, description: 'Only events of this status.' })
  status?: WebhookEventStatus | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only events of this type, e.g. `payment_intent.succeeded`.',
  })
  @IsOptional()
  @Length(1, maxNameChars)
  type?: string | null;

  @Field(() => Date, { nullable: true, description: 'Only events that were delivered then or later.' })
  @IsOptional()
  @IsDate()
  receivedFrom?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Only events that were delivered before this instant.' })
  @IsOptional()
  @IsDate()
  receivedTo?: Date | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only events about this object of Stripe, e.g. a refund, `re_…`.',
  })
  @IsOptional()
  @Length(1, maxNameChars)
  objectId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only events about this payment intent, or about its charges and refunds.',
  })
  @IsOptional()
  @Length(1, maxNameChars)
  paymentIntentId?: string | null;
}

@InputType({ description: 'An event to process again.' })
export class ReplayWebhookEventInput {
  @Field(() => ID, { description: "Stripe's id of the event, `evt_…`." })
  @Length(1, maxNameChars)
  id!: string;
}
