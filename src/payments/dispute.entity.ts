import { BigIntType, OptionalProps, type Rel } from '@mikro-orm/core';
import { Check, Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { literals } from '../platform/database/literals.js';
import type { Money } from '../platform/money.js';
import { closedDisputeStatuses, type DisputeStatus, disputeStatuses } from './dispute-state.js';
import { Payment } from './payment.entity.js';

/** A cardholder's complaint to the bank about a payment, and the credits that were taken for the money it withdrew. */
@Entity({ tableName: 'disputes' })
@Check({ name: 'disputes_status_check', expression: `status in (${literals(disputeStatuses)})` })
@Check({ name: 'disputes_amount_check', expression: 'amount > 0' })
@Check({ name: 'disputes_fund_moves_check', expression: 'fund_moves >= 0' })
@Check({
  name: 'disputes_funds_check',
  expression: 'funds_withdrawn >= 0 and (funds_withdrawn = 0 or fund_moves > 0)',
})
@Check({
  name: 'disputes_credits_check',
  expression: 'credits_taken >= 0 and (credits_taken = 0 or funds_withdrawn > 0)',
})
@Check({
  name: 'disputes_claw_back_check',
  expression: '(claw_back_seq is not null) = (funds_withdrawn > 0)',
})
@Check({
  name: 'disputes_written_off_check',
  expression: 'not written_off or claw_back_seq is not null',
})
@Check({
  name: 'disputes_closed_check',
  expression: `(closed_at is not null) = (status in (${literals(closedDisputeStatuses)}))`,
})
@Index({ name: 'disputes_payment_id_index', properties: ['payment'] })
@Index({ name: 'disputes_created_at_index', properties: ['createdAt', 'id'] })
export class Dispute {
  [OptionalProps]?: 'disputed' | 'withdrawn' | 'writtenOff';

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne({ entity: () => Payment, fieldName: 'payment_id', deleteRule: 'restrict' })
  payment!: Rel<Payment>;

  @Property({ type: 'text' })
  @Unique()
  stripeDisputeId!: string;

  @Property({ type: 'text' })
  status!: DisputeStatus;

  /** Stripe's own word: new ones appear as card networks make them. */
  @Property({ type: 'text' })
  reason!: string;

  /** What is disputed, in minor units of the payment's currency. */
  @Property({ type: new BigIntType('bigint') })
  amount!: bigint;

  @Property({ type: 'text' })
  currency!: string;

  /** Until when Stripe takes evidence. */
  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  evidenceDueBy: Date | null = null;

  /** How often Stripe has moved money for it: tells an old report from a new one. */
  @Property({ type: 'integer' })
  fundMoves!: number;

  /** Minor units that Stripe holds of us for it: withdrawn less reinstated, without fees. */
  @Property({ type: new BigIntType('bigint') })
  fundsWithdrawn!: bigint;

  /** Micro-credits taken for that, and not for refunds. */
  @Property({ type: new BigIntType('bigint') })
  creditsTaken!: bigint;

  /** The ledger operation that took them: what a reinstatement unwinds. */
  @Property({ type: new BigIntType('bigint'), nullable: true })
  clawBackSeq: bigint | null = null;

  /** Whether what it took is gone for good, as it is lost, and no longer only frozen. */
  @Property({ type: 'boolean', default: false })
  writtenOff: boolean = false;

  /** When it was opened, by Stripe's clock. */
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  /** When we heard that it is over. */
  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  closedAt: Date | null = null;

  get disputed(): Money {
    return { amount: this.amount, currency: this.currency };
  }

  get withdrawn(): Money {
    return { amount: this.fundsWithdrawn, currency: this.currency };
  }
}
