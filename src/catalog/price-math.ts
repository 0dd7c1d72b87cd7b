import { decimalString, type Money, minorUnitDigits } from '../platform/money.js';

interface Priced {
  readonly credits: number;
  readonly price: Money;
}

/** One digit more than the currency has: enough to tell $0.075 from $0.08. */
const extraDigits = 1;

/** The price of one credit in the major unit, rounded half up: 4500 cents for 500 credits is "0.090". */
export function pricePerCredit({ credits, price }: Priced): string {
  const digits = minorUnitDigits(price.currency) + extraDigits;
  const scaled = price.amount * 10n ** BigInt(extraDigits);
  return decimalString(divideHalfUp(scaled, BigInt(credits)), digits);
}

/** How much cheaper a credit is than in `base`, in whole percent, rounded half up. */
export function discountPercent(offer: Priced, base: Priced): number {
  // 100 × (1 − (offer.price / offer.credits) / (base.price / base.credits)), without leaving the integers.
  const full = base.price.amount * BigInt(offer.credits);
  const saved = full - offer.price.amount * BigInt(base.credits);
  return saved <= 0n ? 0 : Number(divideHalfUp(100n * saved, full));
}

const divideHalfUp = (numerator: bigint, denominator: bigint): bigint =>
  (2n * numerator + denominator) / (2n * denominator);
