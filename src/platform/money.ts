/** An amount of money: an integer of the currency's minor unit (cents for USD) and its ISO 4217 code in upper case. */
export interface Money {
  readonly amount: bigint;
  readonly currency: string;
}

/** https://docs.stripe.com/currencies#zero-decimal */
const zeroDecimal = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF'.split(' '));
/** https://docs.stripe.com/currencies#three-decimal */
const threeDecimal = new Set('BHD JOD KWD OMR TND'.split(' '));

/** How many digits of the minor unit make one major unit: 2 for USD, 0 for JPY, 3 for KWD. */
export function minorUnitDigits(currency: string): 0 | 2 | 3 {
  if (zeroDecimal.has(currency)) return 0;
  return threeDecimal.has(currency) ? 3 : 2;
}

/** Minor units as an exact decimal string of the major unit: 4500n USD → "45.00". */
export function toDecimalString({ amount, currency }: Money): `${number}` {
  return decimalString(amount, minorUnitDigits(currency));
}

/** One digit more than the currency has: enough to tell $0.075 from $0.08. */
const unitPriceExtraDigits = 1;

/** The price of one of `units` things in the major unit, rounded half up: 4500 cents for 500 is "0.090". */
export function unitPrice({ amount, currency }: Money, units: bigint): string {
  const scaled = amount * 10n ** BigInt(unitPriceExtraDigits);
  return decimalString(divideHalfUp(scaled, units), minorUnitDigits(currency) + unitPriceExtraDigits);
}

/** For positive numbers. */
export const divideHalfUp = (numerator: bigint, denominator: bigint): bigint =>
  (2n * numerator + denominator) / (2n * denominator);

/** An integer scaled by 10^digits, written as a decimal string: (90n, 3) → "0.090". */
export function decimalString(scaled: bigint, digits: number): `${number}` {
  const negative = scaled < 0n;
  const text = (negative ? -scaled : scaled).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = digits > 0 ? `.${text.slice(-digits)}` : '';
  return `${negative ? '-' : ''}${whole}${fraction}` as `${number}`;
}

/** For people, in US English: "$45.00", "-$3.10", "¥500". Exact: no number is involved. */
export function formatMoney(money: Money): string {
  const digits = minorUnitDigits(money.currency);
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: money.currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(toDecimalString(money));
}
