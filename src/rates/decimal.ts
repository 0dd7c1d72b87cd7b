import { badInput } from '../platform/errors.js';
import { decimalString } from '../platform/money.js';

/** 1 credit = 10^12. Models cost fractions of a micro-credit per token, so prices need finer units than balances. */
export type PicoCredits = bigint;

/** Parts per million: 1 percent = 10,000. */
export type PartsPerMillion = bigint;

export const maxPrice: PicoCredits = 1_000_000_000_000_000_000n;
export const maxMarkup: PartsPerMillion = 10_000_000n;

/** A decimal of which an integer of 10^-fractionDigits is kept. */
interface Quantity {
  readonly name: string;
  readonly fractionDigits: number;
  readonly max: bigint;
}

const price: Quantity = { name: 'A price', fractionDigits: 12, max: maxPrice };
/** One part per million is the fourth fraction digit of a percentage. */
const markup: Quantity = { name: 'A markup', fractionDigits: 4, max: maxMarkup };
/** A price times parts per million. */
const markedUp = { fractionDigits: price.fractionDigits + 6 };

/**
 * Reads credits such as "0.0000025".
 * @throws DomainError BAD_USER_INPUT for anything but a decimal of at most 12 fraction digits, 0 to 1,000,000.
 */
export const parsePrice = (text: string): PicoCredits => parse(price, text);

/**
 * Reads a percentage such as "12.5".
 * @throws DomainError BAD_USER_INPUT for anything but a decimal of at most 4 fraction digits, 0 to 1,000.
 */
export const parseMarkup = (text: string): PartsPerMillion => parse(markup, text);

/** As credits, without trailing zeros: 2_500_000n → "0.0000025". */
export const formatPrice = (pico: PicoCredits): string => format(price, pico);

/** As a percentage, without trailing zeros: 125_000n → "12.5". */
export const formatMarkup = (ppm: PartsPerMillion): string => format(markup, ppm);

/** A markup of 100%. */
export const wholeMarkup: PartsPerMillion = 1_000_000n;

/** A price with its markup, exactly: 2_500_000n and 200_000n → "0.000003". */
export const formatMarkedUp = (pico: PicoCredits, ppm: PartsPerMillion): string =>
  format(markedUp, pico * (wholeMarkup + ppm));

/** The whole part is bounded so that a long text is refused before it is made a number. */
const decimal = /^(\d{1,19})(?:\.(\d+))?$/;

function parse(quantity: Quantity, text: string): bigint {
  const { fractionDigits, max } = quantity;
  const [, whole, fraction = ''] = decimal.exec(text) ?? [];
  if (whole === undefined || fraction.length > fractionDigits) throw malformed(quantity);
  const scaled = BigInt(whole + fraction.padEnd(fractionDigits, '0'));
  if (scaled > max) throw malformed(quantity);
  return scaled;
}

const malformed = (quantity: Quantity) =>
  badInput(
    `${quantity.name} is a decimal string from "0" to "${format(quantity, quantity.max)}" with at most ${quantity.fractionDigits} fraction digits.`,
  );

const format = ({ fractionDigits }: Pick<Quantity, 'fractionDigits'>, scaled: bigint): string =>
  decimalString(scaled, fractionDigits).replace(/\.?0+$/, '');
