import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { BalanceType } from '../credits/balance.types.js';
import { enumOf } from '../graphql/enum.js';
import { MoneyType } from '../graphql/money.type.js';
import { GraphQLCredits } from '../graphql/scalars/scalars.js';
import type { MicroCredits } from '../platform/credits.js';
import type { Payment } from './payment.entity.js';
import { type PaymentStatus, paymentStatuses } from './payment-state.js';

export const PaymentStatusEnum = enumOf(paymentStatuses);
registerEnumType(PaymentStatusEnum, {
  name: 'PaymentStatus',
  description: 'Where a payment stands.',
  valuesConfig: {
    REQUIRES_PAYMENT: { description: 'Waits for a payment method or for the customer to authenticate.' },
    PROCESSING: { description: 'On its way, e.g. a bank debit; credits follow when it succeeds.' },
    SUCCEEDED: { description: 'Paid, and the credits granted.' },
    FAILED: { description: 'The last attempt failed; the customer may try another payment method.' },
    CANCELED: { description: 'Given up; it can no longer be paid.' },
    PARTIALLY_REFUNDED: { description: 'Paid, and some of the money given back.' },
    REFUNDED: { description: 'Paid, and all of the money given back.' },
    DISPUTED: {
      description: 'Paid, and disputed: the bank has taken money back, until the dispute is won or for good.',
    },
  },
});

/** `refunds`, `disputes` and `fraudWarnings` are added by the resolver, for those who ask for them. */
@ObjectType('Payment', { description: 'One purchase of credits, with what it cost when it was made.' })
export class PaymentType {
  @Field(() => ID, { description: 'Our name for the payment.' })
  readonly id: string;

  @Field(() => PaymentStatusEnum, { description: 'Where it stands.' })
  readonly status: PaymentStatus;

  @Field(() => Int, { description: 'How many credits it buys.' })
  readonly credits: number;

  @Field(() => MoneyType, { description: 'What it costs.' })
  readonly price: MoneyType;

  @Field(() => MoneyType, { description: 'What was given back or is on its way back.' })
  readonly refunded: MoneyType;

  @Field(() => MoneyType, { description: 'What disputes hold of it: withdrawn, and not reinstated.' })
  readonly disputed: MoneyType;

  @Field(() => ID, { description: "Stripe's name for it, which `confirmPayment` and `refund` take." })
  readonly stripePaymentIntentId: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Why the last attempt failed, e.g. "insufficient_funds". That a card is lost, stolen or suspected of fraud is "generic_decline" to customers.',
  })
  readonly failureCode: string | null;

  @Field(() => String, { nullable: true, description: 'The same for the customer to read.' })
  readonly failureMessage: string | null;

  @Field(() => Date, { description: 'When it was started.' })
  readonly createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it succeeded and its credits were granted.' })
  readonly succeededAt: Date | null;

  constructor(payment: Payment) {
    if (payment.stripePaymentIntentId === null)
      throw new Error(`Payment ${payment.id} has no payment intent yet.`);
    this.id = payment.id;
    this.status = payment.status;
    this.credits = payment.credits;
    this.price = new MoneyType(payment.price);
    this.refunded = new MoneyType(payment.refunded);
    this.disputed = new MoneyType(payment.disputed);
    this.stripePaymentIntentId = payment.stripePaymentIntentId;
    this.failureCode = payment.failureCode ?? null;
    this.failureMessage = payment.failureMessage ?? null;
    this.createdAt = payment.createdAt;
    this.succeededAt = payment.succeededAt ?? null;
  }
}

@ObjectType({ description: 'What a browser needs to let the customer pay.' })
export class CreatePaymentIntentPayload {
  @Field(() => ID, { description: "Stripe's payment intent; pass it to `confirmPayment` afterwards." })
  paymentIntentId!: string;

  @Field(() => String, {
    description: 'For Stripe.js: lets whoever has it pay this intent. Do not log or store it.',
  })
  clientSecret!: string;

  @Field(() => String, { description: 'For Stripe.js: names our Stripe account; not secret.' })
  publishableKey!: string;

  @Field(() => PaymentType, { description: 'The payment as it stands.' })
  payment!: PaymentType;
}

@ObjectType({ description: 'What came of a confirmation.' })
export class ConfirmPaymentPayload {
  @Field(() => PaymentType, { description: 'The payment as it stands.' })
  payment!: PaymentType;

  @Field(() => GraphQLCredits, {
    description: 'What this call granted: 0 where the webhook or an earlier call had granted it before.',
  })
  creditsAdded!: MicroCredits;

  @Field(() => BalanceType, { description: 'The balance now.' })
  balance!: BalanceType;
}
