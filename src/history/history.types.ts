import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../graphql/connections/page-info.type.js';
import { enumOf } from '../graphql/enum.js';
import { MoneyType } from '../graphql/money.type.js';
import { GraphQLCredits } from '../graphql/scalars/scalars.js';
import { type BillingType, billingTypes } from '../ledger/operation.js';
import type { MicroCredits } from '../platform/credits.js';
import type { HistoryEntry } from './history.store.js';

/** What each type means. */
export const billingEntryTypes = {
  PURCHASE: { description: 'Credits were bought.' },
  PAYMENT_FAILED: { description: 'An attempt to pay failed; nothing moved.' },
  REFUND: { description: 'Money was given back and its credits were taken.' },
  REFUND_FAILED: { description: 'A refund did not go through; its credits came back.' },
  DISPUTE: { description: 'The cardholder disputed a payment; its credits were taken.' },
  DISPUTE_REVERSED: { description: 'A dispute was won; its credits came back.' },
  DISPUTE_LOST: { description: 'A dispute was lost: what it had frozen is gone for good.' },
  GRANT: { description: 'Credits were given without a payment.' },
  EXPIRY: { description: 'Credits expired unspent.' },
  ADJUSTMENT: { description: 'Support corrected the balance.' },
  USAGE: { description: 'Credits were spent.' },
};

export const BillingEntryTypeEnum = enumOf(billingTypes);
registerEnumType(BillingEntryTypeEnum, {
  name: 'BillingEntryType',
  description: 'What kind of thing happened.',
  valuesConfig: billingEntryTypes,
});

@ObjectType('BillingEntry', { description: 'One line of the billing history.' })
export class BillingEntryType {
  readonly seq: bigint;

  @Field(() => ID, { description: 'Names the line.' })
  readonly id: string;

  @Field(() => BillingEntryTypeEnum, { description: 'What kind of thing happened.' })
  readonly type: BillingType;

  @Field(() => String, { description: 'The same for people, e.g. "Purchased 500 credits".' })
  readonly description: string;

  @Field(() => GraphQLCredits, { description: 'By how much the credits changed: negative where they went.' })
  readonly credits: MicroCredits;

  @Field(() => MoneyType, {
    nullable: true,
    description: 'What was paid (positive) or given back (negative); null where no money moved.',
  })
  readonly money: MoneyType | null;

  @Field(() => ID, { nullable: true, description: "Stripe's payment intent, where it concerns a payment." })
  readonly stripePaymentIntentId: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "Stripe's refund, where it concerns one that Stripe has accepted.",
  })
  readonly stripeRefundId: string | null;

  @Field(() => Date, { description: 'When it was booked.' })
  readonly createdAt: Date;

  constructor(accountId: string, entry: HistoryEntry) {
    this.seq = entry.seq;
    this.id = `${accountId}/${entry.seq}`;
    this.type = entry.type;
    this.description = entry.description;
    this.credits = entry.credits;
    this.money = entry.money && new MoneyType(entry.money);
    this.stripePaymentIntentId = entry.stripePaymentIntentId;
    this.stripeRefundId = entry.stripeRefundId;
    this.createdAt = entry.createdAt;
  }
}

@ObjectType({ description: 'A line of the history and its place in the list.' })
export class BillingEntryEdge {
  @Field(() => String, {
    description: 'Pass it as `after` to go on from here. It stays good while entries arrive.',
  })
  cursor!: string;

  @Field(() => BillingEntryType, { description: 'The line.' })
  node!: BillingEntryType;
}

@ObjectType({
  description:
    'A page of the billing history, newest first. Where thousands of holds lie between two lines it may end early, even empty: there is more as long as `pageInfo` says so.',
})
export class BillingHistoryConnection {
  @Field(() => [BillingEntryEdge], { description: 'The lines with their cursors.' })
  edges!: readonly BillingEntryEdge[];

  @Field(() => [BillingEntryType], { description: 'The lines alone.' })
  nodes!: readonly BillingEntryType[];

  @Field(() => PageInfo, { description: 'Whether there is more, and where to go on.' })
  pageInfo!: PageInfo;
}
