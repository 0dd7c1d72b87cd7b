import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatCredits, maxMicroCredits, parseCredits } from '../../src/platform/credits.js';
import { formatMoney, toDecimalString } from '../../src/platform/money.js';

describe('credits', () => {
  test('survive being written and read, for every amount that can be stored', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -maxMicroCredits, max: maxMicroCredits }), (micro) => {
        const text = formatCredits(micro);
        expect(parseCredits(text)).toBe(micro);
        expect(text).toMatch(/^-?\d+(\.\d{0,5}[1-9])?$/);
      }),
    );
  });

  test.each([
    ['12.345678', 12_345_678n],
    ['0.000001', 1n],
    ['-3', -3_000_000n],
    ['007.50', 7_500_000n],
    [7, 7_000_000n],
    ['9223372036854.775807', maxMicroCredits],
  ])('%s is read exactly', (text, micro) => expect(parseCredits(text)).toBe(micro));

  test.each([
    '1.2345678',
    '1e3',
    ' 1',
    '1 ',
    '.5',
    '5.',
    '',
    '+1',
    '0x10',
    '1,000',
    '--1',
    'NaN',
    'Infinity',
    '9223372036854.775808',
    '99999999999999999999999',
    1.5,
    Number.NaN,
    2 ** 53,
    null,
    undefined,
    {},
    [],
    true,
  ])('%p is refused', (value) => {
    expect(() => parseCredits(value)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });
});

describe('money', () => {
  test.each([
    [4500n, 'USD', '$45.00'],
    [-310n, 'USD', '-$3.10'],
    [5n, 'USD', '$0.05'],
    [500n, 'JPY', '¥500'],
    [1234n, 'KWD', 'KWD\u00a01.234'],
    [123_456_789_012_345_678n, 'USD', '$1,234,567,890,123,456.78'],
  ])('%s %s is %s', (amount, currency, formatted) =>
    expect(formatMoney({ amount, currency })).toBe(formatted),
  );

  test('is exact as a decimal string, for any amount', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
        fc.constantFrom('USD', 'JPY', 'KWD'),
        (amount, currency) => {
          expect(BigInt(toDecimalString({ amount, currency }).replace('.', ''))).toBe(amount);
        },
      ),
    );
  });
});
