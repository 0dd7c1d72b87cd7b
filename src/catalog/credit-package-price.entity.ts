import { BigIntType, type Rel } from '@mikro-orm/core';
import { Check, Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { CreditPackage } from './credit-package.entity.js';

/** What a package cost from one instant until another. Prices are never edited: a new one succeeds the old. */
@Entity({ tableName: 'credit_package_prices' })
@Check({ name: 'credit_package_prices_amount_check', expression: 'amount > 0' })
@Index({
  name: 'credit_package_prices_current',
  expression:
    'create unique index credit_package_prices_current on credit_package_prices (package_id, currency) where valid_to is null',
})
export class CreditPackagePrice {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne({
    entity: () => CreditPackage,
    fieldName: 'package_id',
    columnType: 'text',
    deleteRule: 'restrict',
  })
  package!: Rel<CreditPackage>;

  /** Minor units of the currency. */
  @Property({ type: new BigIntType('bigint') })
  amount!: bigint;

  /** ISO 4217, upper case. */
  @Property({ type: 'text' })
  currency!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  validFrom!: Date;

  /** Exclusive; null while this is the price. */
  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  validTo: Date | null = null;
}
