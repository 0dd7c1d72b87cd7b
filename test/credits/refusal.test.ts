import { describe, expect, test } from '@jest/globals';
import { assertPositive, refusalOf } from '../../src/credits/refusal.js';

describe('what is refused', () => {
  test.each([
    [10n, 0n, 0n, 10n, null],
    [10n, 0n, 0n, 11n, 'INSUFFICIENT_CREDITS'],
    [10n, 5n, 0n, 10n, null],
    [10n, 5n, 0n, 11n, 'CREDITS_HELD'],
    [10n, 5n, 0n, 15n, 'CREDITS_HELD'],
    [10n, 5n, 0n, 16n, 'INSUFFICIENT_CREDITS'],
    [0n, 0n, 0n, 1n, 'INSUFFICIENT_CREDITS'],
    [0n, 5n, 1n, 1n, 'ACCOUNT_IN_DEBT'],
    [0n, 0n, 1n, 1n, 'ACCOUNT_IN_DEBT'],
  ])('with %d available, %d held and %d owed: %d → %s', (available, held, owed, amount, code) => {
    expect(refusalOf({ available, held, owed }, amount)?.code ?? null).toBe(code);
  });

  test('says in decimals what there is', () => {
    expect(refusalOf({ available: 1_500_000n, held: 2n, owed: 0n }, 1_500_001n)?.details).toEqual({
      available: '1.5',
      held: '0.000002',
    });
  });

  test.each([0n, -1n])('%d credits are none', (credits) => {
    expect(() => assertPositive(credits)).toThrow('must be positive');
  });
});
