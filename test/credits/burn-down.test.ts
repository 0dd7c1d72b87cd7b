import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { burnDown, compareBurnDown } from '../../src/credits/burn-down.js';
import { planClawBack } from '../../src/credits/claw-back.js';
import { repayDebt } from '../../src/credits/debt.js';
import { creditSources, type Lot } from '../../src/credits/lot.js';

const day = 86_400_000;
const dates = fc.integer({ min: 0, max: 3 }).map((n) => new Date(Date.UTC(2026, 0, 1) + n * day));
const lot: fc.Arbitrary<Lot> = fc.record({
  id: fc.uuid(),
  source: fc.constantFrom(...creditSources),
  granted: fc.constant(1_000n),
  remaining: fc.bigInt({ min: 0n, max: 1_000n }),
  held: fc.constant(0n),
  pending: fc.constant(0n),
  effectiveAt: dates,
  paymentId: fc.constant(null),
  price: fc.constant(null),
  priority: fc.integer({ min: 0, max: 2 }),
  expiresAt: fc.option(dates, { nil: null }),
  createdAt: dates,
});
const lots = fc.uniqueArray(lot, { maxLength: 12, selector: ({ id }) => id });
const sum = (draws: readonly { readonly amount: bigint }[]) =>
  draws.reduce((total, { amount }) => total + amount, 0n);
const inOrder = (all: readonly Lot[]) => [...all].sort(compareBurnDown);
const remaining = (all: readonly Lot[]) => all.reduce((total, one) => total + one.remaining, 0n);

const at = (fields: Partial<Lot>): Lot => ({
  id: 'b',
  source: 'PURCHASE',
  granted: 10n,
  remaining: 10n,
  held: 0n,
  pending: 0n,
  effectiveAt: new Date(0),
  paymentId: null,
  price: null,
  priority: 10,
  expiresAt: null,
  createdAt: new Date(0),
  ...fields,
});

describe('burn-down order', () => {
  test.each([
    ['priority', at({ priority: 1, id: 'z' }), at({ priority: 2, expiresAt: new Date(1) })],
    ['expiry', at({ expiresAt: new Date(1), id: 'z' }), at({ expiresAt: new Date(2), source: 'PROMOTION' })],
    ['no expiry last', at({ expiresAt: new Date(9e12), id: 'z' }), at({ source: 'PROMOTION' })],
    [
      'promotional before paid',
      at({ source: 'PROMOTION', createdAt: new Date(9) }),
      at({ createdAt: new Date(1) }),
    ],
    ['age', at({ createdAt: new Date(1), id: 'z' }), at({ createdAt: new Date(2), id: 'a' })],
    ['id', at({ id: 'a' }), at({ id: 'b' })],
  ])('is decided by %s', (_what, first, second) => {
    expect(compareBurnDown(first, second)).toBeLessThan(0);
    expect(compareBurnDown(second, first)).toBeGreaterThan(0);
  });

  test('is total: any shuffle burns down the same', () => {
    fc.assert(
      fc.property(
        lots.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        fc.bigInt({ min: 0n, max: 5_000n }),
        ([all, shuffled], amount) =>
          expect(burnDown(inOrder(shuffled), amount)).toEqual(burnDown(inOrder(all), amount)),
      ),
    );
  });
});

describe('burning down', () => {
  test('draws exactly what it can, never more than a lot holds, and empties earlier lots first', () => {
    fc.assert(
      fc.property(lots, fc.bigInt({ min: 0n, max: 5_000n }), (all, amount) => {
        const { draws, short } = burnDown(all, amount);
        expect(sum(draws) + short).toBe(amount);
        expect(short > 0n).toBe(amount > remaining(all));
        const byId = new Map(all.map((one) => [one.id, one]));
        for (const [i, { lotId, amount: drawn }] of draws.entries()) {
          const held = byId.get(lotId)?.remaining ?? 0n;
          expect(drawn).toBeGreaterThan(0n);
          if (i < draws.length - 1) expect(drawn).toBe(held);
          expect(drawn <= held).toBe(true);
        }
      }),
    );
  });
});

describe('clawing back', () => {
  test('takes from the own lot first, then the others, and owes only what nobody holds', () => {
    fc.assert(
      fc.property(lots, fc.bigInt({ min: 0n, max: 5_000n }), (all, amount) => {
        const own = all[0]?.id ?? 'none';
        const { draws, debt } = planClawBack(all, own, amount);
        expect(sum(draws) + debt).toBe(amount);
        if (debt > 0n) expect(sum(draws)).toBe(remaining(all));
        const held = all[0]?.remaining ?? 0n;
        const fromOwn = draws.find(({ lotId }) => lotId === own)?.amount ?? 0n;
        expect(fromOwn).toBe(amount < held ? amount : held);
      }),
    );
  });
});

describe('repaying debt', () => {
  test('pays as much as came in or is owed, whichever is less', () => {
    fc.assert(
      fc.property(lots, fc.bigInt({ min: 0n, max: 5_000n }), (all, owed) => {
        const incoming = all
          .filter((one) => one.remaining > 0n)
          .map(({ id, remaining: amount }) => ({ lotId: id, amount }));
        const paid = sum(repayDebt(owed, incoming));
        const came = sum(incoming);
        expect(paid).toBe(owed < came ? owed : came);
      }),
    );
  });
});
