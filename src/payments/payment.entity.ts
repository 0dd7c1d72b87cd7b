import { BigIntType, Collection, OptionalProps } from '@mikro-orm/core';
import {
  Check,
  Entity,
  Index,
  ManyToOne,
  OneToMany,
  PrimaryKey,
  Property,
  Unique,
} from '@mikro-orm/decorators/legacy';
import { Account } from '../accounts/account.entity.js';
import { CreditPackagePrice } from '../catalog/credit-package-price.entity.js';
import { type MicroCredits, microCreditsPerCredit } from '../platform/credits.js';
import { literals } from '../platform/database/literals.js';
import type { Money } from '../platform/money.js';
import { Dispute } from './dispute.entity.js';
import { type PaymentStatus, paymentStatuses } from './payment-state.js';
import { Refund } from './refund.entity.js';

const statusList = literals(paymentStatuses);

/** One purchase: a snapshot of what was bought at which price, and how far its payment intent has come. */
@Entity({ tableName: 'payments' })
@Check({ name: 'payments_status_check', expression: `status in (${statusList})` })
@Check({ name: 'payments_amount_check', expression: 'amount > 0' })
@Check({ name: 'payments_credits_check', expression: 'credits > 0' })
@Check({ name: 'payments_refunded_check', expression: 'refunded_amount >= 0 and refunded_amount <= amount' })
@Check({
  name: 'payments_disputed_check',
  expression: "disputed_amount >= 0 and (disputed_amount > 0) = (status = 'DISPUTED')",
})
@Check({
  name: 'payments_succeeded_check',
  expression:
    "(succeeded_at is not null) = (status in ('SUCCEEDED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED'))",
})
@Check({ name: 'payments_lot_check', expression: '(lot_id is not null) = (succeeded_at is not null)' })
@Index({ name: 'payments_account_id_index', properties: ['accountId', 'createdAt'] })
@Index({ name: 'payments_succeeded_at_index', properties: ['succeededAt'] })
@Index({
  name: 'payments_unpaid_index',
  expression: 'create index payments_unpaid_index on payments (created_at) where succeeded_at is null',
})
export class Payment {
  [OptionalProps]?: 'price' | 'refunded' | 'disputed' | 'microCredits';

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne({
    entity: () => Account,
    fieldName: 'account_id',
    columnType: 'text',
    mapToPk: true,
    index: false,
    deleteRule: 'restrict',
  })
  accountId!: string;

  @Property({ type: 'text' })
  status!: PaymentStatus;

  @ManyToOne({
    entity: () => CreditPackagePrice,
    fieldName: 'package_price_id',
    mapToPk: true,
    index: false,
    deleteRule: 'restrict',
  })
  packagePriceId!: string;

  /** Whole credits bought. */
  @Property({ type: 'integer' })
  credits!: number;

  /** Minor units. */
  @Property({ type: new BigIntType('bigint') })
  amount!: bigint;

  @Property({ type: 'text' })
  currency!: string;

  /** Minor units given back or on their way back: the sum of the refunds that did not fail. */
  @Property({ type: new BigIntType('bigint') })
  refundedAmount!: bigint;

  /** Minor units that disputes hold: the sum of what Stripe has withdrawn for them and not reinstated. */
  @Property({ type: new BigIntType('bigint'), defaultRaw: '0' })
  disputedAmount!: bigint;

  /** Where Stripe sends the receipt; kept so that a repeated creation asks Stripe for exactly the same. */
  @Property({ type: 'text', nullable: true })
  receiptEmail: string | null = null;

  /** Null until Stripe has answered the creation. */
  @Property({ type: 'text', nullable: true })
  @Unique()
  stripePaymentIntentId: string | null = null;

  @Property({ type: 'text', nullable: true })
  failureCode: string | null = null;

  @Property({ type: 'text', nullable: true })
  failureMessage: string | null = null;

  /** The failed charge that was last recorded, so that a repeated report of it is not recorded again. */
  @Property({ type: 'text', nullable: true })
  failedChargeId: string | null = null;

  /** The lot this payment granted. */
  @Property({ type: 'uuid', nullable: true })
  lotId: string | null = null;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  succeededAt: Date | null = null;

  @OneToMany({
    entity: () => Refund,
    mappedBy: (refund) => refund.payment,
    orderBy: { createdAt: 'asc', id: 'asc' },
  })
  refunds = new Collection<Refund>(this);

  @OneToMany({
    entity: () => Dispute,
    mappedBy: (dispute) => dispute.payment,
    orderBy: { createdAt: 'asc', stripeDisputeId: 'asc' },
  })
  disputes = new Collection<Dispute>(this);

  get price(): Money {
    return { amount: this.amount, currency: this.currency };
  }

  get refunded(): Money {
    return { amount: this.refundedAmount, currency: this.currency };
  }

  get disputed(): Money {
    return { amount: this.disputedAmount, currency: this.currency };
  }

  get microCredits(): MicroCredits {
    return BigInt(this.credits) * microCreditsPerCredit;
  }
}
