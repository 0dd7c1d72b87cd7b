import { Entity, ManyToOne, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Account } from '../accounts/account.entity.js';

/**
 * An account's customer at Stripe. The row is written before Stripe is asked and keeps exactly what is asked
 * for, so that concurrent and repeated creations send the same request with the same idempotency key and
 * Stripe makes one customer.
 */
@Entity({ tableName: 'stripe_customers' })
export class StripeCustomer {
  @ManyToOne({
    entity: () => Account,
    fieldName: 'account_id',
    columnType: 'text',
    primary: true,
    mapToPk: true,
    index: false,
    deleteRule: 'restrict',
  })
  accountId!: string;

  @Property({ type: 'uuid' })
  requestId!: string;

  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'text', nullable: true })
  email: string | null = null;

  @Property({ type: 'text', nullable: true })
  @Unique()
  stripeCustomerId: string | null = null;

  /** Those that were deleted at Stripe. What they began to pay may still come in. */
  @Property({ type: 'string[]', columnType: 'text[]', defaultRaw: "'{}'" })
  formerCustomerIds: string[] = [];

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  get allIds(): string[] {
    return [...this.formerCustomerIds, ...(this.stripeCustomerId === null ? [] : [this.stripeCustomerId])];
  }
}
