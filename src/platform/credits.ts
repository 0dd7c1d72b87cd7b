import { badInput } from './errors.js';

/** An amount of credits in micro-credits: 1 credit = 1 000 000. Never a float, at any point. */
export type MicroCredits = bigint;

export const microCreditsPerCredit = 1_000_000n;
const fractionDigits = 6;

/** PostgreSQL's bigint, which stores every amount, ends here. */
export const maxMicroCredits: MicroCredits = 9_223_372_036_854_775_807n;

export const creditsToMicro = (credits: number | bigint): MicroCredits =>
  BigInt(credits) * microCreditsPerCredit;

const decimal = /^(-?)(\d{1,19})(?:\.(\d+))?$/;

/**
 * Reads credits as clients write them: an integer, or a decimal string with at most 6 fraction digits.
 * @throws DomainError BAD_USER_INPUT for anything else, for more digits, and beyond the range of bigint.
 */
export function parseCredits(value: unknown): MicroCredits {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) {
      throw badInput(
        'Credits given as a number must be a whole number; write fractions as a string, e.g. "12.5".',
      );
    }
    return inRange(creditsToMicro(value));
  }
  if (typeof value === 'bigint') return inRange(creditsToMicro(value));
  const match = typeof value === 'string' ? decimal.exec(value) : null;
  if (!match) throw badInput('Credits must be an integer or a decimal string such as "12.345678".');
  const [, sign, whole = '0', fraction = ''] = match;
  if (fraction.length > fractionDigits) {
    throw badInput(`Credits have at most ${fractionDigits} fraction digits.`);
  }
  const micro = BigInt(whole) * microCreditsPerCredit + BigInt(fraction.padEnd(fractionDigits, '0'));
  return inRange(sign ? -micro : micro);
}

function inRange(micro: MicroCredits): MicroCredits {
  if (micro > maxMicroCredits || micro < -maxMicroCredits)
    throw badInput('That many credits cannot be stored.');
  return micro;
}

/** Writes micro-credits as a decimal string without trailing zeros: 12_345_000n → "12.345", 5_000_000n → "5". */
export function formatCredits(micro: MicroCredits): string {
  const absolute = micro < 0n ? -micro : micro;
  const whole = absolute / microCreditsPerCredit;
  const fraction = (absolute % microCreditsPerCredit)
    .toString()
    .padStart(fractionDigits, '0')
    .replace(/0+$/, '');
  return `${micro < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}`;
}
