import { Collection } from '@mikro-orm/core';
import { Check, Entity, OneToMany, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { CreditPackagePrice } from './credit-package-price.entity.js';

/** Something on sale: a number of credits. What it costs, now and before, is in its prices. */
@Entity({ tableName: 'credit_packages' })
@Check({ name: 'credit_packages_credits_check', expression: 'credits > 0' })
export class CreditPackage {
  /** A readable name for code and support, e.g. "credits_500". */
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Property({ type: 'text' })
  name!: string;

  /** Whole credits. One package per amount, so that an amount names a package. */
  @Property({ type: 'integer' })
  @Unique()
  credits!: number;

  /** Withdrawn packages stay, for the payments that bought them. */
  @Property({ type: 'boolean' })
  active!: boolean;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  @OneToMany({ entity: () => CreditPackagePrice, mappedBy: (price) => price.package })
  prices = new Collection<CreditPackagePrice>(this);
}
