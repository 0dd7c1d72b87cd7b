import { invalidRequest } from './http/errors.js';

/** Charged in whole units (https://docs.stripe.com/currencies#zero-decimal). */
const zeroDecimal = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf'.split(' '));
/** Charged in thousandths, with a last digit of 0 (https://docs.stripe.com/currencies#three-decimal). */
const threeDecimal = new Set('bhd jod kwd omr tnd'.split(' '));

/** Smallest charge, in minor units (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
const minimumCharge: Readonly<Record<string, number>> = {
  usd: 50,
  aed: 200,
  aud: 50,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
};

const largestCharge = 99_999_999;
const knownCurrencies = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

export function minorDigits(currency: string): number {
  if (zeroDecimal.has(currency)) return 0;
  return threeDecimal.has(currency) ? 3 : 2;
}

/** "$45.00", as Stripe's messages show amounts. */
export function formatAmount(amount: number, currency: string): string {
  const digits = minorDigits(currency);
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 10 ** digits);
}

/** A currency code in lower case, refused when Stripe does not know it. */
export function checkCurrency(currency: string): string {
  const code = currency.toLowerCase();
  if (!knownCurrencies.has(code)) {
    throw invalidRequest(`Invalid currency: ${currency}.`, { param: 'currency' });
  }
  return code;
}

/** Refuses what Stripe cannot charge: too small, too large, or not a whole number of hundredths. */
export function checkChargeAmount(amount: number, currency: string): void {
  if (amount < (minimumCharge[currency] ?? 1)) {
    const least = formatAmount(minimumCharge[currency] ?? 1, currency);
    throw invalidRequest(`Amount must be at least ${least} ${currency}`, {
      code: 'amount_too_small',
      param: 'amount',
    });
  }
  if (amount > largestCharge) {
    const most = formatAmount(largestCharge, currency);
    throw invalidRequest(`Amount must be no more than ${most}`, {
      code: 'amount_too_large',
      param: 'amount',
    });
  }
  if (threeDecimal.has(currency) && amount % 10 !== 0) {
    throw invalidRequest(
      `Invalid amount: ${currency} amounts must be rounded to the nearest ten (the last digit must be 0).`,
      { param: 'amount' },
    );
  }
}

const feeRate = 0.029;
const fixedFee = 30;

/** Stripe's standard fee, 2.9% + 30 minor units (https://stripe.com/pricing). */
export function processingFee(amount: number): number {
  return Math.round(amount * feeRate) + fixedFee;
}
