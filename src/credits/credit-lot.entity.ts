import { BigIntType } from '@mikro-orm/core';
import { Check, Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { type CreditSource, creditSources } from './lot.js';

const sourceList = creditSources.map((source) => `'${source}'`).join(', ');

/** Credits granted together: one purchase, one promotion. Spending draws lots down in burn-down order. */
@Entity({ tableName: 'credit_lots' })
@Check({ name: 'credit_lots_granted_check', expression: 'granted > 0' })
@Check({ name: 'credit_lots_remaining_check', expression: 'remaining >= 0 and remaining <= granted' })
@Check({ name: 'credit_lots_source_check', expression: `source in (${sourceList})` })
@Check({ name: 'credit_lots_payment_check', expression: "(source = 'PURCHASE') = (payment_id is not null)" })
@Index({
  name: 'credit_lots_payment',
  expression:
    'create unique index credit_lots_payment on credit_lots (account_id, payment_id) where payment_id is not null',
})
@Index({
  name: 'credit_lots_spendable',
  expression: 'create index credit_lots_spendable on credit_lots (account_id) where remaining > 0',
})
@Index({
  name: 'credit_lots_expiring',
  expression:
    'create index credit_lots_expiring on credit_lots (expires_at) where remaining > 0 and expires_at is not null',
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

  /** Micro-credits not yet spent, clawed back or expired. */
  @Property({ type: new BigIntType('bigint') })
  remaining!: bigint;

  /** Lower burns first. */
  @Property({ type: 'smallint' })
  priority!: number;

  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  /** The payment that bought it. The unique index over it is what allows one grant per payment. */
  @Property({ type: 'uuid', nullable: true })
  paymentId!: string | null;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;
}
