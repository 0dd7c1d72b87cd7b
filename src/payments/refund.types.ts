import { IsIn, IsOptional, Length, Matches, MaxLength } from 'class-validator';
import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { BalanceType } from '../credits/balance.types.js';
import { enumOf } from '../graphql/enum.js';
import { MoneyType } from '../graphql/money.type.js';
import { GraphQLCredits, GraphQLSafeInt } from '../graphql/scalars/scalars.js';
import type { MicroCredits } from '../platform/credits.js';
import { maxIdempotencyKeyChars } from '../platform/idempotency/idempotency.js';
import { paymentIntentIdPattern } from './payment.inputs.js';
import { PaymentType } from './payment.types.js';
import type { Refund } from './refund.entity.js';
import { type SpentCreditsPolicy, spentCreditsPolicies } from './refund.service.js';
import { type RefundReason, type RefundStatus, refundReasons, refundStatuses } from './refund-state.js';

const maxNoteChars = 500;
export const defaultRefundReason: RefundReason = 'REQUESTED_BY_CUSTOMER';
export const defaultSpentCreditsPolicy: SpentCreditsPolicy = 'REJECT';

export const RefundStatusEnum = enumOf(refundStatuses);
registerEnumType(RefundStatusEnum, {
  name: 'RefundStatus',
  description: 'How far a refund has come.',
  valuesConfig: {
    PENDING: { description: 'Credits taken; the money is on its way, or Stripe has not answered yet.' },
    SUCCEEDED: { description: 'The money is with the customer. A bank may still send it back: FAILED.' },
    FAILED: { description: 'The money stayed here, and the credits went back to the customer.' },
    CANCELED: { description: 'Called off; the credits went back to the customer.' },
    REQUIRES_ACTION: { description: 'The customer must do something to receive the money.' },
  },
});

export const RefundReasonEnum = enumOf(refundReasons);
registerEnumType(RefundReasonEnum, {
  name: 'RefundReason',
  description: 'Why money is given back.',
  valuesConfig: {
    REQUESTED_BY_CUSTOMER: { description: 'The customer asked for it.' },
    DUPLICATE: { description: 'It was paid twice.' },
    FRAUDULENT: {
      description:
        'The payment was not made by the cardholder. Stripe learns from it and may block the card.',
    },
  },
});

export const SpentCreditsPolicyEnum = enumOf(spentCreditsPolicies);
registerEnumType(SpentCreditsPolicyEnum, {
  name: 'SpentCreditsPolicy',
  description: 'What to do where the credits that a refund takes back are spent.',
  valuesConfig: {
    REJECT: { description: 'Refuse with CREDITS_ALREADY_SPENT, which says how much could be refunded.' },
    CREATE_DEBT: {
      description:
        "Refund all the same: take the rest from the account's other credits, then as debt (`owed`).",
    },
  },
});

@ObjectType('Refund', { description: 'Money given back for a payment, and the credits taken for it.' })
export class RefundType {
  @Field(() => ID, { description: 'Our name for the refund.' })
  readonly id: string;

  @Field(() => RefundStatusEnum, { description: 'How far it has come.' })
  readonly status: RefundStatus;

  @Field(() => MoneyType, { description: 'How much money.' })
  readonly amount: MoneyType;

  @Field(() => GraphQLCredits, { description: 'The credits taken back for it; returned if it fails.' })
  readonly credits: MicroCredits;

  @Field(() => RefundReasonEnum, { description: 'Why.' })
  readonly reason: RefundReason;

  @Field(() => ID, { nullable: true, description: "Stripe's name for it; null until Stripe has answered." })
  readonly stripeRefundId: string | null;

  @Field(() => Date, { description: 'When it was asked for, or when we heard of it from Stripe.' })
  readonly createdAt: Date;

  constructor(refund: Refund) {
    this.id = refund.id;
    this.status = refund.status;
    this.amount = new MoneyType(refund.money);
    this.credits = refund.credits;
    this.reason = refund.reason;
    this.stripeRefundId = refund.stripeRefundId ?? null;
    this.createdAt = refund.createdAt;
  }
}

@InputType({ description: 'What to refund.' })
export class RefundInput {
  @Field(() => ID, { description: 'The payment intent that paid, "pi_…".' })
  @Matches(paymentIntentIdPattern)
  paymentIntentId!: string;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'How much, in minor units (cents for USD); left out: all that is left of the payment.',
  })
  amount?: bigint | null;

  @Field(() => RefundReasonEnum, {
    nullable: true,
    defaultValue: defaultRefundReason,
    description: 'Why; Stripe is told.',
  })
  @IsOptional()
  @IsIn(refundReasons)
  reason?: RefundReason | null;

  @Field(() => String, {
    nullable: true,
    description: `For support only; the customer does not see it. At most ${maxNoteChars} characters.`,
  })
  @IsOptional()
  @MaxLength(maxNoteChars)
  note?: string | null;

  @Field(() => SpentCreditsPolicyEnum, {
    nullable: true,
    defaultValue: defaultSpentCreditsPolicy,
    description: 'What to do where the credits are spent.',
  })
  @IsOptional()
  @IsIn(spentCreditsPolicies)
  spentCredits?: SpentCreditsPolicy | null;

  @Field(() => String, {
    nullable: true,
    description: 'Your name for this refund. Repeating the call with the same key refunds nothing more.',
  })
  @IsOptional()
  @Length(1, maxIdempotencyKeyChars)
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'What came of a refund.' })
export class RefundPayload {
  @Field(() => RefundType, { description: 'The refund as it stands.' })
  refund!: RefundType;

  @Field(() => PaymentType, { description: 'The payment as it stands.' })
  payment!: PaymentType;

  @Field(() => BalanceType, { description: "The customer's balance now." })
  balance!: BalanceType;
}
