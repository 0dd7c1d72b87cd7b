import { Field, ID, ObjectType } from 'type-graphql';
import type { FraudWarning } from './fraud-warning.entity.js';

@ObjectType('FraudWarning', {
  description:
    "A card network's early warning that a payment may be fraudulent. It moves neither money nor credits. A refund in time, with the reason FRAUDULENT, may prevent a dispute and its fee.",
})
export class FraudWarningType {
  @Field(() => ID, { description: 'Our name for the warning.' })
  readonly id: string;

  @Field(() => String, {
    description: 'What the issuer says of the fraud, in Stripe\'s word, e.g. "made_with_stolen_card".',
  })
  readonly fraudType: string;

  @Field(() => Boolean, {
    description:
      'Whether a refund may still prevent a dispute: the payment is neither disputed nor refunded in full.',
  })
  readonly actionable: boolean;

  @Field(() => ID, { description: 'The account that paid.' })
  readonly accountId: string;

  @Field(() => ID, {
    nullable: true,
    description: "Stripe's payment intent of the payment, which `refund` takes.",
  })
  readonly stripePaymentIntentId: string | null;

  @Field(() => ID, { description: "Stripe's name for it, to find it in the dashboard." })
  readonly stripeWarningId: string;

  @Field(() => Date, { description: 'When it was made, by the clock of Stripe.' })
  readonly createdAt: Date;

  @Field(() => Date, { description: 'When we heard of it.' })
  readonly heardAt: Date;

  constructor(warning: FraudWarning) {
    this.id = warning.id;
    this.fraudType = warning.fraudType;
    this.actionable = warning.actionable;
    this.accountId = warning.payment.accountId;
    this.stripePaymentIntentId = warning.payment.stripePaymentIntentId ?? null;
    this.stripeWarningId = warning.stripeWarningId;
    this.createdAt = warning.createdAt;
    this.heardAt = warning.heardAt;
  }
}
