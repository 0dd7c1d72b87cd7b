import { describe, expect, test } from '@jest/globals';
import { discountPercent, pricePerCredit } from '../../src/catalog/price-math.js';

const usd = (credits: number, amount: bigint) => ({ credits, price: { amount, currency: 'USD' } });
const base = usd(100, 1000n);

describe('package prices', () => {
  test.each([
    [usd(100, 1000n), '0.100', 0],
    [usd(500, 4500n), '0.090', 10],
    [usd(1000, 8000n), '0.080', 20],
    [usd(2000, 15000n), '0.075', 25],
    [usd(5000, 35000n), '0.070', 30],
  ])('%o', (offer, perCredit, discount) => {
    expect(pricePerCredit(offer)).toBe(perCredit);
    expect(discountPercent(offer, base)).toBe(discount);
  });

  test('round half up, and never show a negative discount', () => {
    expect(pricePerCredit(usd(3, 1000n))).toBe('3.333');
    expect(pricePerCredit(usd(2000, 1001n))).toBe('0.005');
    expect(discountPercent(usd(100, 2000n), base)).toBe(0);
    expect(pricePerCredit({ credits: 1000, price: { amount: 5n, currency: 'JPY' } })).toBe('0.0');
  });
});
