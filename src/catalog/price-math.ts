import { divideHalfUp, type Money, unitPrice } from '../platform/money.js';

interface Priced {
  readonly credits: number;
  readonly price: Money;
}

/** The price of one credit in the major unit: 4500 cents for 500 credits is "0.090". */
export const pricePerCredit = ({ credits, price }: Priced): string => unitPrice(price, BigInt(credits));

/** How much cheaper a credit is than in `base`, in whole percent, rounded half up. */
export function discountPercent(offer: Priced, base: Priced): number {
  // 100 × (1 − (offer.price / offer.credits) / (base.price / base.credits)), without leaving the integers.
  const full = base.price.amount * BigInt(offer.credits);
  const saved = full - offer.price.amount * BigInt(base.credits);
  return saved <= 0n ? 0 : Number(divideHalfUp(100n * saved, full));
}
