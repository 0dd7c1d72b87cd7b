import { BigIntType } from '@mikro-orm/core';
import { Check, Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { literals } from '../platform/database/literals.js';
import { type CreditSource, creditSources } from './lot.js';

const sourceList = literals(creditSources);

/** Credits granted together: one purchase, one promotion. Spending draws lots down in burn-down order. */
@Entity({ tableName: 'credit_lots' })
@Check({ name: 'credit_lots_granted_check', expression: 'granted > 0' })
@Check({
  name: 'credit_lots_remaining_check',
  expression: 'remaining >= 0 and remaining + held + pending <= granted',
})
@Check({ name: 'credit_lots_held_check', expression: 'held >= 0' })
@Check({
  name: 'credit_lots_pending_check',
  expression: 'pending >= 0 and (pending = 0 or remaining + held = 0)',
})
@Check({ name: 'credit_lots_open_check', expression: 'open = (remaining + held + pending > 0)' })
@Check({ name: 'credit_lots_source_check', expression: `source in (${sourceList})` })
@Check({ name: 'credit_lots_payment_check', expression: "(source = 'PURCHASE') = (payment_id is not null)" })
@Check({
  name: 'credit_lots_price_check',
  expression:
    "(source = 'PURCHASE') = (price_amount is not null) and (price_amount is null) = (price_currency is null)",
})
@Index({
  name: 'credit_lots_payment',
  expression:
    'create unique index credit_lots_payment on credit_lots (account_id, payment_id) where payment_id is not null',
})
@Index({
  name: 'credit_lots_open',
  expression: 'create index credit_lots_open on credit_lots (account_id) where open',
})
export class CreditLot {
  @PrimaryKey({ type: 'text' })
  accountId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  source!: CreditSource;

  /** Micro-credits. */
  @Property({ type: new BigIntType('bigint') })
  granted!: bigint;

  /** Micro-credits not yet spent, held, clawed back or expired. */
  @Property({ type: new BigIntType('bigint') })
  remaining!: bigint;

  /** Micro-credits set aside by holds. */
  @Property({ type: new BigIntType('bigint') })
  held!: bigint;

  /** Micro-credits that may be spent from `effectiveAt` on; all of them or none. */
  @Property({ type: new BigIntType('bigint') })
  pending!: bigint;

  /** Lower burns first. */
  @Property({ type: 'smallint' })
  priority!: number;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  effectiveAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  /** The payment that bought it. The unique index over it is what allows one grant per payment. */
  @Property({ type: 'uuid', nullable: true })
  paymentId!: string | null;

  /** What was paid for all that was granted, in minor units: the unit price, exactly. */
  @Property({ type: new BigIntType('bigint'), nullable: true })
  priceAmount!: bigint | null;

  @Property({ type: 'text', nullable: true })
  priceCurrency!: string | null;

  /** Whether anything is left in it. It stays as it is while a lot is spent, so that spending touches no index. */
  @Property({ type: 'boolean' })
  open!: boolean;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;
}
