import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { maxMicroCredits } from '../../src/platform/credits.js';
import {
  formatMarkup,
  formatPrice,
  maxMarkup,
  maxPrice,
  parseMarkup,
  parsePrice,
} from '../../src/rates/decimal.js';
import { maxTokens } from '../../src/rates/limits.js';
import { priceOf } from '../../src/rates/pricing.js';
import type { RateTerms } from '../../src/rates/rate.js';

const badInput = expect.objectContaining({ code: 'BAD_USER_INPUT' });
const terms = (input: string, output: string, markup = '0'): RateTerms => ({
  inputPrice: parsePrice(input),
  outputPrice: parsePrice(output),
  markup: parseMarkup(markup),
});

/** A fraction that is never reduced nor rounded. */
interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}
const fraction = (over: bigint, under = 1n): Fraction => ({ over, under });
const times = (a: Fraction, b: Fraction) => fraction(a.over * b.over, a.under * b.under);
const plus = (a: Fraction, b: Fraction) => fraction(a.over * b.under + b.over * a.under, a.under * b.under);
const atMost = (a: Fraction, b: Fraction) => a.over * b.under <= b.over * a.under;
const below = (a: Fraction, b: Fraction) => a.over * b.under < b.over * a.under;
/** Of a decimal's text, so that nothing of what is tested is trusted. */
function decimal(text: string): Fraction {
  const [whole = '', digits = ''] = text.split('.');
  return fraction(BigInt(whole + digits), 10n ** BigInt(digits.length));
}

/** In credits, from what the rate card shows. */
function exactPrice(rate: RateTerms, inputTokens: bigint, outputTokens: bigint): Fraction {
  const perToken = (price: bigint) => times(decimal(formatPrice(price)), fraction(1n, 1_000n));
  const tokens = plus(
    times(perToken(rate.inputPrice), fraction(inputTokens)),
    times(perToken(rate.outputPrice), fraction(outputTokens)),
  );
  return times(tokens, plus(fraction(1n), times(decimal(formatMarkup(rate.markup)), fraction(1n, 100n))));
}
const credits = (micro: bigint): Fraction => fraction(micro, 1_000_000n);

/** All sizes alike: a uniform choice would hardly ever be small. */
const upTo = (max: bigint) =>
  fc.oneof(fc.bigInt({ min: 0n, max }), fc.bigInt({ min: 0n, max: max < 5_000n ? max : 5_000n }));
const ratesOf = (highest: bigint) =>
  fc.record({ inputPrice: upTo(highest), outputPrice: upTo(highest), markup: upTo(maxMarkup) });
/** So that no price of so many tokens is more than can be stored: 2 × 10^-12 × 10^9 × 10^9 × 11 is below 10^13. */
const rates = ratesOf(1_000_000_000_000n);
const tokens = upTo(1_000_000_000n);

describe('the price of a call', () => {
  test.each([
    ['nothing', terms('1', '1'), 0n, 0n, 0n],
    ['tokens of a free model', terms('0', '0', '1000'), 1_000n, 1_000n, 0n],
    ['a thousand tokens in', terms('0.25', '1'), 1_000n, 0n, 250_000n],
    ['a thousand tokens out', terms('0.25', '1'), 0n, 1_000n, 1_000_000n],
    ['both, with a markup', terms('0.25', '1', '20'), 1_200n, 350n, 780_000n],
    ['one token of the cheapest rate there is', terms('0.000000000001', '0'), 1n, 0n, 1n],
    ['exactly one micro-credit', terms('0.000001', '0'), 1_000n, 0n, 1n],
    ['hardly more than one', terms('0.000001', '0', '0.0001'), 1_000n, 0n, 2n],
    ['two parts that are each below one', terms('0.0004', '0.0006'), 1n, 1n, 1n],
  ])('%s', (_what, rate, inputTokens, outputTokens, price) => {
    expect(priceOf(rate, inputTokens, outputTokens)).toBe(price);
  });

  it('is the exact one, or less than a micro-credit above it', () => {
    fc.assert(
      fc.property(rates, tokens, tokens, (rate, input, output) => {
        const exact = exactPrice(rate, input, output);
        const price = priceOf(rate, input, output);
        expect(atMost(exact, credits(price))).toBe(true);
        expect(below(credits(price - 1n), exact)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never falls when anything grows', () => {
    fc.assert(
      fc.property(rates, tokens, tokens, fc.nat(3), tokens, (rate, input, output, which, more) => {
        const grown = {
          inputPrice: rate.inputPrice + (which === 0 ? more : 0n),
          outputPrice: rate.outputPrice + (which === 1 ? more : 0n),
          markup: rate.markup,
        };
        const price = priceOf(rate, input, output);
        const next = priceOf(grown, input + (which === 2 ? more : 0n), output + (which === 3 ? more : 0n));
        expect(next >= price).toBe(true);
      }),
    );
  });

  it('is not lowered by cutting a call in two, and raised by one micro-credit at most', () => {
    fc.assert(
      fc.property(rates, tokens, tokens, tokens, tokens, (rate, input, output, input2, output2) => {
        const whole = priceOf(rate, input + input2, output + output2);
        const parts = priceOf(rate, input, output) + priceOf(rate, input2, output2);
        expect(parts >= whole && parts <= whole + 1n).toBe(true);
      }),
    );
  });

  it('is refused where it cannot be stored, and only there', () => {
    fc.assert(
      fc.property(ratesOf(maxPrice), upTo(maxTokens), upTo(maxTokens), (rate, input, output) => {
        const storable = atMost(exactPrice(rate, input, output), credits(maxMicroCredits));
        if (storable) expect(priceOf(rate, input, output) <= maxMicroCredits).toBe(true);
        else expect(() => priceOf(rate, input, output)).toThrow(badInput);
      }),
    );
  });

  it('reaches the largest amount there is', () => {
    const rate = terms('0.000000000001', '0');
    const nearly = { ...rate, inputPrice: 922_337_203_685_477_580n };
    expect(priceOf({ ...nearly, outputPrice: 700_000n }, 10_000_000_000n, 10_000n)).toBe(maxMicroCredits);
    expect(() => priceOf({ ...nearly, outputPrice: 700_001n }, 10_000_000_000n, 10_000n)).toThrow(badInput);
  });

  it.each([-1n, maxTokens + 1n])('is refused for %p tokens', (number) => {
    const free = terms('0', '0');
    expect(() => priceOf(free, number, 0n)).toThrow(badInput);
    expect(() => priceOf(free, 0n, number)).toThrow(badInput);
    expect(() => priceOf(free, number, 0n)).toThrow(`A number of tokens lies between 0 and ${maxTokens}.`);
    expect(priceOf(free, maxTokens, maxTokens)).toBe(0n);
  });
});

describe.each([
  ['prices', parsePrice, formatPrice, maxPrice, 12, 'A price', '1000000'],
  ['markups', parseMarkup, formatMarkup, maxMarkup, 4, 'A markup', '1000'],
] as const)('%s', (_what, parse, format, max, digits, name, most) => {
  it('come back from their own text, without trailing zeros', () => {
    fc.assert(
      fc.property(upTo(max), (scaled) => {
        const text = format(scaled);
        expect(text).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/);
        expect(parse(text)).toBe(scaled);
        expect(decimal(text).over * 10n ** BigInt(digits)).toBe(scaled * decimal(text).under);
      }),
    );
  });

  it('have bounds', () => {
    const smallest = `0.${'1'.padStart(digits, '0')}`;
    expect(parse(smallest)).toBe(1n);
    expect(format(1n)).toBe(smallest);
    expect(parse(format(max))).toBe(max);
    expect(() => parse(format(max + 1n))).toThrow(badInput);
    expect(() => parse(`0.${'1'.padStart(digits + 1, '0')}`)).toThrow(badInput);
    expect(() => parse(`0.${'0'.repeat(digits + 1)}`)).toThrow(badInput);
  });

  it('say what they may be', () => {
    expect(() => parse('much')).toThrow(
      `${name} is a decimal string from "0" to "${most}" with at most ${digits} fraction digits.`,
    );
  });

  it.each(['', '-1', '+1', '1.', '.5', '1e3', ' 1', '1\n', '1,5', '0x1', '١', 'one', '9'.repeat(400)])(
    'are not %j',
    (text) => {
      expect(() => parse(text)).toThrow(badInput);
    },
  );
});
