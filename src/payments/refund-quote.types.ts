import { Field, ObjectType } from 'type-graphql';
import { MoneyType } from '../graphql/money.type.js';
import { GraphQLCredits } from '../graphql/scalars/scalars.js';
import type { MicroCredits } from '../platform/credits.js';
import { unitPrice } from '../platform/money.js';
import { PaymentType } from './payment.types.js';
import type { SpentCreditsPolicy } from './refund.service.js';
import { SpentCreditsPolicyEnum } from './refund.types.js';
import type { QuotedRefund, RefundQuote } from './refund-quote.js';

@ObjectType('QuotedRefund', { description: 'What one refund would take, and from where.' })
export class QuotedRefundType {
  @Field(() => MoneyType, { description: 'The money that would go back.' })
  readonly amount: MoneyType;

  @Field(() => GraphQLCredits, {
    description: 'The credits that would be taken back: the sum of the next three.',
  })
  readonly credits: MicroCredits;

  @Field(() => GraphQLCredits, { description: 'From the unspent credits that this payment bought.' })
  readonly fromPayment: MicroCredits;

  @Field(() => GraphQLCredits, { description: "From the account's other credits, in burn-down order." })
  readonly fromOtherCredits: MicroCredits;

  @Field(() => GraphQLCredits, {
    description: 'As debt (`owed`), which blocks spending and is paid first by whatever comes in.',
  })
  readonly asDebt: MicroCredits;

  @Field(() => SpentCreditsPolicyEnum, {
    description:
      'What `refund` must be told: with REJECT it goes through; CREATE_DEBT says that REJECT would be refused, as too many of these credits are spent or held.',
  })
  readonly spentCredits: SpentCreditsPolicy;

  constructor(refund: QuotedRefund, currency: string) {
    this.amount = new MoneyType({ amount: refund.amount, currency });
    this.credits = refund.credits;
    this.fromPayment = refund.fromPayment;
    this.fromOtherCredits = refund.fromOthers;
    this.asDebt = refund.debt;
    this.spentCredits = refund.spentCredits;
  }
}

@ObjectType('RefundQuote', {
  description:
    'What could be refunded of a payment at this moment, and what that would do. Nothing is reserved by it.',
})
export class RefundQuoteType {
  @Field(() => PaymentType, { description: 'The payment as it stands.' })
  readonly payment: PaymentType;

  @Field(() => MoneyType, {
    description:
      'What is left of the payment: refunds that did not fail, pending ones too, and what disputes hold are subtracted.',
  })
  readonly refundable: MoneyType;

  @Field(() => MoneyType, {
    description:
      'How much of that the unspent credits of this payment cover: what `refund` gives under REJECT.',
  })
  readonly refundableByUnspentCredits: MoneyType;

  @Field(() => String, {
    description:
      'What one credit of this payment cost, in the major unit, e.g. "0.090"; for people, as it is rounded.',
  })
  readonly pricePerCredit: string;

  @Field(() => GraphQLCredits, { description: 'Of the credits that it bought: may be spent now.' })
  readonly unspent: MicroCredits;

  @Field(() => GraphQLCredits, { description: 'Of the credits that it bought: set aside by holds.' })
  readonly held: MicroCredits;

  @Field(() => GraphQLCredits, {
    description:
      "Of the credits that it bought: used, or gone to pay a debt or another payment's refund; not what its own refunds and disputes took.",
  })
  readonly spent: MicroCredits;

  @Field(() => GraphQLCredits, {
    description: 'Taken back for its refunds so far, also from other credits and as debt.',
  })
  readonly refundedCredits: MicroCredits;

  @Field(() => QuotedRefundType, {
    nullable: true,
    description: 'What refunding the amount would do; null where nothing is left to refund.',
  })
  readonly refund: QuotedRefundType | null;

  constructor(quote: RefundQuote) {
    const { payment } = quote;
    const { currency } = payment;
    this.payment = new PaymentType(payment);
    this.refundable = new MoneyType({ amount: quote.refundable, currency });
    this.refundableByUnspentCredits = new MoneyType({ amount: quote.refundableByUnspent, currency });
    this.pricePerCredit = unitPrice(payment.price, BigInt(payment.credits));
    this.unspent = quote.unspent;
    this.held = quote.held;
    this.spent = quote.spent;
    this.refundedCredits = quote.refundedCredits;
    this.refund = quote.refund && new QuotedRefundType(quote.refund, currency);
  }
}
