import { BigIntType, OptionalProps, type Rel } from '@mikro-orm/core';
import { Check, Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { literals } from '../platform/database/literals.js';
import type { Money } from '../platform/money.js';
import { Payment } from './payment.entity.js';
import { type RefundReason, type RefundStatus, refundReasons, refundStatuses } from './refund-state.js';

/** Money on its way back to the customer, and the credits that were taken for it. */
@Entity({ tableName: 'refunds' })
@Check({ name: 'refunds_status_check', expression: `status in (${literals(refundStatuses)})` })
@Check({ name: 'refunds_reason_check', expression: `reason in (${literals(refundReasons)})` })
@Check({ name: 'refunds_amount_check', expression: 'amount > 0' })
@Check({ name: 'refunds_credits_check', expression: 'credits >= 0' })
@Index({ name: 'refunds_payment_id_index', properties: ['payment'] })
@Index({ name: 'refunds_created_at_index', properties: ['createdAt'] })
export class Refund {
  [OptionalProps]?: 'money';

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne({ entity: () => Payment, fieldName: 'payment_id', deleteRule: 'restrict' })
  payment!: Rel<Payment>;

  @Property({ type: 'text' })
  status!: RefundStatus;

  /** Minor units of the payment's currency. */
  @Property({ type: new BigIntType('bigint') })
  amount!: bigint;

  @Property({ type: 'text' })
  currency!: string;

  /** Micro-credits taken back when the refund was recorded; returned if it fails. */
  @Property({ type: new BigIntType('bigint') })
  credits!: bigint;

  @Property({ type: 'text' })
  reason!: RefundReason;

  /** Support's own words; never shown to the customer. */
  @Property({ type: 'text', nullable: true })
  note: string | null = null;

  /** Null until Stripe has answered. */
  @Property({ type: 'text', nullable: true })
  @Unique()
  stripeRefundId: string | null = null;

  /** The API key that asked for it; null for a refund made at Stripe. */
  @Property({ type: 'uuid', nullable: true })
  requestedBy: string | null = null;

  /** The ledger operation that took the credits: what a failure unwinds. 0 where none did; they count from 1. */
  @Property({ type: new BigIntType('bigint') })
  clawBackSeq!: bigint;

  @Property({ type: 'text', nullable: true })
  failureReason: string | null = null;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  get money(): Money {
    return { amount: this.amount, currency: this.currency };
  }
}
