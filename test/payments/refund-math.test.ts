import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  afterRefund,
  creditsToTake,
  disputeShares,
  type RefundBasis,
  refundableAmount,
  refundableBy,
} from '../../src/payments/refund-math.js';
import { creditsToMicro } from '../../src/platform/credits.js';

const purchase = fc.record({
  amount: fc.bigInt({ min: 1n, max: 1_000_000n }),
  credits: fc.bigInt({ min: 1n, max: 10_000n }).map(creditsToMicro),
});
const untouched = (bought: { amount: bigint; credits: bigint }): RefundBasis => ({
  ...bought,
  disputedAmount: 0n,
  refundedAmount: 0n,
  refundedCredits: 0n,
});

describe('the credits of a refund', () => {
  test('are their share: half of 500 credits for half of $45.00', () => {
    const basis = untouched({ amount: 4500n, credits: creditsToMicro(500) });
    expect(creditsToTake(basis, 2250n)).toBe(creditsToMicro(250));
    expect(creditsToTake(basis, 1000n)).toBe(111_111_111n);
  });

  test('add up to exactly what was bought, however the refunds are cut', () => {
    fc.assert(
      fc.property(purchase, fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 8 }), (bought, cuts) => {
        let basis = untouched(bought);
        for (const percent of cuts) {
          const amount = (refundableAmount(basis) * BigInt(percent)) / 100n;
          if (amount === 0n) continue;
          basis = afterRefund(basis, amount);
          expect(basis.refundedCredits <= basis.credits).toBe(true);
        }
        const rest = refundableAmount(basis);
        if (rest > 0n) basis = afterRefund(basis, rest);
        expect(basis.refundedCredits).toBe(basis.credits);
        expect(basis.refundedAmount).toBe(basis.amount);
      }),
    );
  });

  test('are off by a micro-credit at most for each refund that failed, and exact after the next', () => {
    const step = fc.record({
      percent: fc.integer({ min: 1, max: 40 }),
      fails: fc.option(fc.nat(), { nil: null }),
    });
    // So that a cent is worth more than all that can be left over.
    const sold = purchase.filter(({ amount, credits }) => credits / amount > 100n);
    const share = ({ credits, amount, refundedAmount }: RefundBasis) => (credits * refundedAmount) / amount;
    fc.assert(
      fc.property(sold, fc.array(step, { maxLength: 30 }), (bought, steps) => {
        let basis = untouched(bought);
        const standing: { amount: bigint; credits: bigint }[] = [];
        let failed = 0n;
        for (const { percent, fails } of steps) {
          const amount = (refundableAmount(basis) * BigInt(percent)) / 100n;
          if (amount > 0n) {
            standing.push({ amount, credits: creditsToTake(basis, amount) });
            basis = afterRefund(basis, amount);
            expect(basis.refundedCredits).toBe(share(basis));
          }
          if (fails === null || standing.length === 0) continue;
          const [gone] = standing.splice(fails % standing.length, 1);
          basis = {
            ...basis,
            refundedAmount: basis.refundedAmount - (gone?.amount ?? 0n),
            refundedCredits: basis.refundedCredits - (gone?.credits ?? 0n),
          };
          failed += 1n;
          const off = basis.refundedCredits - share(basis);
          expect(off <= failed && off >= -failed).toBe(true);
        }
      }),
    );
  });

  test('are off by two where two failed that had been rounded down: 2 and 6 cents of 2, 5, 6 and 1', () => {
    let basis = untouched({ amount: 35_000n, credits: creditsToMicro(5_000) });
    const taken = [2n, 5n, 6n, 1n].map((amount) => {
      const credits = creditsToTake(basis, amount);
      basis = afterRefund(basis, amount);
      return credits;
    });
    expect(taken).toEqual([285_714n, 714_286n, 857_142n, 142_858n]);
    const left = { ...basis, refundedAmount: 6n, refundedCredits: 714_286n + 142_858n };
    expect(left.refundedCredits - (left.credits * 6n) / left.amount).toBe(2n);
    expect(afterRefund(left, 1n).refundedCredits).toBe((left.credits * 7n) / left.amount);
  });

  test('never come to a negative number, even after a failed refund left a rounding behind', () => {
    fc.assert(
      fc.property(purchase, fc.bigInt({ min: 0n, max: 3n }), (bought, excess) => {
        const refundedCredits = bought.credits / bought.amount + excess;
        const basis = { ...untouched(bought), refundedCredits };
        expect(creditsToTake(basis, 1n) >= 0n).toBe(true);
      }),
    );
  });
});

describe('the credits of a refund, where more was taken than belongs to what was refunded', () => {
  const basis: RefundBasis = {
    amount: 3n,
    credits: 10n,
    disputedAmount: 0n,
    refundedAmount: 0n,
    refundedCredits: 5n,
  };

  test.each([
    [1n, 0n],
    [2n, 1n],
    [3n, 5n],
  ])('are none until its share has caught up: of %p cents %p', (amount, taken) => {
    expect(creditsToTake(basis, amount)).toBe(taken);
  });
});

describe('what unspent credits can be refunded', () => {
  /** A cent is 3 1/3 micro-credits: in all 3, 6 and 10. */
  const thirds = untouched({ amount: 3n, credits: 10n });

  test.each([
    [0n, 0n],
    [2n, 0n],
    [3n, 1n],
    [5n, 1n],
    [6n, 2n],
    [9n, 2n],
    [10n, 3n],
    [11n, 3n],
    [100n, 3n],
  ])('ends at the last whole cent: for %p micro-credits %p', (unspent, cents) => {
    expect(refundableBy(thirds, unspent)).toBe(cents);
  });

  test('counts from what was refunded before', () => {
    const basis = afterRefund(thirds, 1n);
    expect([2n, 3n, 6n, 7n].map((unspent) => refundableBy(basis, unspent))).toEqual([0n, 1n, 1n, 2n]);
  });

  test('is nothing where less was taken than belongs to what was refunded', () => {
    const basis: RefundBasis = {
      amount: 100n,
      credits: 100n,
      disputedAmount: 0n,
      refundedAmount: 50n,
      refundedCredits: 10n,
    };
    expect([0n, 39n, 40n, 41n].map((unspent) => refundableBy(basis, unspent))).toEqual([0n, 0n, 0n, 1n]);
  });

  test('is the most money whose credits are still there', () => {
    fc.assert(
      fc.property(
        purchase,
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        (bought, before, left) => {
          const first = (bought.amount * BigInt(before)) / 100n;
          const basis = first > 0n ? afterRefund(untouched(bought), first) : untouched(bought);
          const unspent = ((basis.credits - basis.refundedCredits) * BigInt(left)) / 100n;
          const refundable = refundableBy(basis, unspent);
          expect(refundable >= 0n && refundable <= refundableAmount(basis)).toBe(true);
          if (refundable > 0n) expect(creditsToTake(basis, refundable) <= unspent).toBe(true);
          if (refundable < refundableAmount(basis))
            expect(creditsToTake(basis, refundable + 1n) > unspent).toBe(true);
        },
      ),
    );
  });

  test('is everything while nothing is spent, and nothing once all is', () => {
    fc.assert(
      fc.property(purchase, (bought) => {
        const basis = untouched(bought);
        expect(refundableBy(basis, basis.credits)).toBe(basis.amount);
        expect(
          refundableBy({ ...basis, refundedCredits: basis.credits, refundedAmount: basis.amount }, 0n),
        ).toBe(0n);
      }),
    );
  });
});

describe('the credits that disputes hold', () => {
  const cents = fc.array(fc.bigInt({ min: 0n, max: 1_500_000n }), { maxLength: 4 });

  test('are, with those of refunds, the share of all that was returned, to the micro-credit', () => {
    fc.assert(
      fc.property(purchase, fc.bigInt({ min: 0n, max: 1_000_000n }), cents, (bought, cut, withdrawn) => {
        const refunded = cut % (bought.amount + 1n);
        const basis = afterRefund(untouched(bought), refunded);
        const shares = disputeShares(basis, withdrawn);
        const all = [refunded, ...withdrawn].reduce((sum, amount) => sum + amount, 0n);
        const returned = all < bought.amount ? all : bought.amount;
        const taken = shares.reduce((sum, share) => sum + share, basis.refundedCredits);
        expect(taken).toBe((bought.credits * returned) / bought.amount);
        for (const share of shares) expect(share >= 0n).toBe(true);
      }),
    );
  });

  test('are none where refunds have taken everything, and everything where there is no refund', () => {
    const bought = { amount: 4500n, credits: creditsToMicro(500n) };
    expect(disputeShares(untouched(bought), [4500n, 1n])).toEqual([bought.credits, 0n]);
    expect(disputeShares(afterRefund(untouched(bought), 4500n), [4500n])).toEqual([0n]);
    expect(disputeShares(untouched(bought), [])).toEqual([]);
  });

  test('leave to refund what is neither refunded nor withdrawn, and never less than nothing', () => {
    const left = (refundedAmount: bigint, disputedAmount: bigint) =>
      refundableAmount({ amount: 4500n, refundedAmount, disputedAmount });
    expect(left(1000n, 1500n)).toBe(2000n);
    expect(left(1000n, 4500n)).toBe(0n);
  });
});

test('what comes after a refund counts it, with all that it took', () => {
  const basis: RefundBasis = {
    amount: 4500n,
    credits: 500_000_000n,
    disputedAmount: 200n,
    refundedAmount: 1000n,
    refundedCredits: 111_111_111n,
  };
  expect(afterRefund(basis, 500n)).toEqual({
    ...basis,
    refundedAmount: 1500n,
    refundedCredits: 166_666_666n,
  });
});
