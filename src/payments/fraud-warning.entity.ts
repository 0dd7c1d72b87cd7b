import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Payment } from './payment.entity.js';

/** A card network's early warning that a payment may be fraudulent. It moves nothing. */
@Entity({ tableName: 'fraud_warnings' })
@Index({ name: 'fraud_warnings_payment_id_index', properties: ['payment'] })
@Index({ name: 'fraud_warnings_created_at_index', properties: ['createdAt', 'id'] })
export class FraudWarning {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne({ entity: () => Payment, fieldName: 'payment_id', deleteRule: 'restrict' })
  payment!: Payment;

  @Property({ type: 'text' })
  @Unique()
  stripeWarningId!: string;

  /** Stripe's own word: new ones appear as card networks make them. */
  @Property({ type: 'text' })
  fraudType!: string;

  /** Whether a refund may still prevent a dispute. Once false, it stays so. */
  @Property({ type: 'boolean' })
  actionable!: boolean;

  /** When it was made, by Stripe's clock. */
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  /** When we heard of it. */
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  heardAt!: Date;
}
