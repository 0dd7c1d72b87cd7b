import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../platform/errors.js';
import type { Money } from '../platform/money.js';
import { CreditPackagePrice } from './credit-package-price.entity.js';

/** A package that is on sale, at its present price. */
export interface Offer {
  readonly id: string;
  readonly name: string;
  /** Whole credits. */
  readonly credits: number;
  readonly price: Money;
  readonly priceId: string;
}

/** More packages than a customer would look through. */
const maxOffers = 100;

export class CatalogService {
  constructor(
    /** ISO 4217, upper case: what customers pay in. */
    private readonly currency: string,
  ) {}

  /** What is on sale, smallest first. */
  async offers(em: EntityManager): Promise<Offer[]> {
    const prices = await em.find(
      CreditPackagePrice,
      { validTo: null, currency: this.currency, package: { active: true } },
      { populate: ['package'], orderBy: { package: { credits: 'asc' } }, limit: maxOffers },
    );
    return prices.map((price) => ({
      id: price.package.id,
      name: price.package.name,
      credits: price.package.credits,
      price: { amount: price.amount, currency: price.currency },
      priceId: price.id,
    }));
  }

  /** @throws DomainError PACKAGE_NOT_FOUND, listing the amounts on sale */
  async offerOf(em: EntityManager, credits: number): Promise<Offer> {
    const offers = await this.offers(em);
    const offer = offers.find((candidate) => candidate.credits === credits);
    if (offer) return offer;
    throw new DomainError('PACKAGE_NOT_FOUND', `No package of ${credits} credits is on sale.`, {
      availableCreditAmounts: offers.map((candidate) => candidate.credits),
    });
  }
}
