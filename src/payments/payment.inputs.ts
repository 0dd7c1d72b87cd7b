import { IsOptional, Length, Matches, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { maxIdempotencyKeyChars } from '../platform/idempotency/idempotency.js';

/** A payment intent's id, as Stripe makes them; what is not one is refused before anything is asked. */
export const paymentIntentIdPattern = /^pi_[A-Za-z0-9_]{1,250}$/;

@InputType({ description: 'What to buy.' })
export class CreatePaymentIntentInput {
  @Field(() => Int, { description: 'How many credits: one of the amounts in `creditPackages`.' })
  @Min(1)
  creditAmount!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Your name for this purchase. Repeating the call with the same key returns the same payment intent.',
  })
  @IsOptional()
  @Length(1, maxIdempotencyKeyChars)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which payment to confirm.' })
export class ConfirmPaymentInput {
  @Field(() => ID, { description: 'The payment intent that was paid, "pi_…".' })
  @Matches(paymentIntentIdPattern)
  paymentIntentId!: string;
}
