import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../graphql/enum.js';
import { MoneyType } from '../graphql/money.type.js';
import { GraphQLCredits } from '../graphql/scalars/scalars.js';
import type { MicroCredits } from '../platform/credits.js';
import type { Dispute } from './dispute.entity.js';
import { type DisputeStatus, disputeStatuses } from './dispute-state.js';

export const DisputeStatusEnum = enumOf(disputeStatuses);
registerEnumType(DisputeStatusEnum, {
  name: 'DisputeStatus',
  description: 'How far a dispute has come, as Stripe says.',
  valuesConfig: {
    WARNING_NEEDS_RESPONSE: { description: 'An inquiry: the bank asks, and waits for evidence.' },
    WARNING_UNDER_REVIEW: { description: 'An inquiry that was answered.' },
    WARNING_CLOSED: { description: 'An inquiry that came to nothing.' },
    NEEDS_RESPONSE: { description: 'The bank has withdrawn the money, and waits for evidence.' },
    UNDER_REVIEW: { description: 'The evidence is with the bank.' },
    LOST: { description: 'The bank decided for the cardholder: the money and its credits stay gone.' },
    APPEAL_NEEDS_RESPONSE: { description: 'Lost, and it can be appealed against with evidence.' },
    APPEAL_UNDER_REVIEW: { description: 'Lost, and appealed against.' },
    WON: { description: 'The bank decided for us: the money came back, and its credits with it.' },
    PREVENTED: { description: 'Settled with the card network before it became a dispute.' },
  },
});

@ObjectType('Dispute', {
  description: "A cardholder's complaint to the bank about a payment, and the credits taken for it.",
})
export class DisputeType {
  @Field(() => ID, { description: 'Our name for the dispute.' })
  readonly id: string;

  @Field(() => DisputeStatusEnum, { description: 'How far it has come.' })
  readonly status: DisputeStatus;

  @Field(() => String, { description: 'What the cardholder claims, in Stripe\'s word, e.g. "fraudulent".' })
  readonly reason: string;

  @Field(() => MoneyType, { description: 'How much is disputed.' })
  readonly amount: MoneyType;

  @Field(() => MoneyType, {
    description: 'How much is withdrawn now, without fees; 0 before that and when it was reinstated.',
  })
  readonly withdrawn: MoneyType;

  @Field(() => GraphQLCredits, {
    description:
      'The credits taken for what is withdrawn. Those of money that was refunded too are taken for the refund.',
  })
  readonly credits: MicroCredits;

  @Field(() => Date, { nullable: true, description: 'Until when Stripe takes evidence, where it takes any.' })
  readonly evidenceDueBy: Date | null;

  @Field(() => ID, { description: 'The account that paid.' })
  readonly accountId: string;

  @Field(() => ID, { nullable: true, description: "Stripe's payment intent of the payment." })
  readonly stripePaymentIntentId: string | null;

  @Field(() => ID, { description: "Stripe's name for it, to find it in the dashboard." })
  readonly stripeDisputeId: string;

  @Field(() => Date, { description: 'When it was opened.' })
  readonly createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'When we heard that it is over; null while it is open.' })
  readonly closedAt: Date | null;

  constructor(dispute: Dispute) {
    this.id = dispute.id;
    this.status = dispute.status;
    this.reason = dispute.reason;
    this.amount = new MoneyType(dispute.disputed);
    this.withdrawn = new MoneyType(dispute.withdrawn);
    this.credits = dispute.creditsTaken;
    this.evidenceDueBy = dispute.evidenceDueBy ?? null;
    this.accountId = dispute.payment.accountId;
    this.stripePaymentIntentId = dispute.payment.stripePaymentIntentId ?? null;
    this.stripeDisputeId = dispute.stripeDisputeId;
    this.createdAt = dispute.createdAt;
    this.closedAt = dispute.closedAt ?? null;
  }
}
