import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Draw, splitDraws, totalOf } from '../../src/credits/burn-down.js';
import { mergeDraws } from '../../src/credits/hold.js';

const amount = fc.bigInt({ min: 1n, max: 1_000n });
const draws: fc.Arbitrary<Draw[]> = fc.uniqueArray(
  fc.record({ lotId: fc.constantFrom(...'abcdefgh'), amount }),
  { selector: ({ lotId }) => lotId },
);
const of = (all: readonly Draw[], id: string) => totalOf(all.filter(({ lotId }) => lotId === id));

describe('splitting draws', () => {
  test('gives the first so many of them, and the rest, and loses none', () => {
    fc.assert(
      fc.property(draws, fc.bigInt({ min: 0n, max: 5_000n }), (all, wanted) => {
        const { first, rest } = splitDraws(all, wanted);
        const total = totalOf(all);
        expect(totalOf(first)).toBe(wanted < total ? wanted : total);
        for (const { lotId, amount: size } of all) expect(of(first, lotId) + of(rest, lotId)).toBe(size);
        for (const part of [...first, ...rest]) expect(part.amount).toBeGreaterThan(0n);
        // In their order: one lot at most is in both, and it is between them.
        const order = all.map(({ lotId }) => lotId);
        const ids = [...first, ...rest].map(({ lotId }) => order.indexOf(lotId));
        expect(ids).toEqual(ids.toSorted((a, b) => a - b));
        expect(ids.length - new Set(ids).size).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('at either end gives all to one side', () => {
    const all = [
      { lotId: 'a', amount: 3n },
      { lotId: 'b', amount: 4n },
    ];
    expect(splitDraws(all, 0n)).toEqual({ first: [], rest: all });
    expect(splitDraws(all, 7n)).toEqual({ first: all, rest: [] });
    expect(splitDraws(all, 3n)).toEqual({ first: all.slice(0, 1), rest: all.slice(1) });
    expect(splitDraws([], 7n)).toEqual({ first: [], rest: [] });
  });
});

describe('merging draws', () => {
  test('adds up by lot, and has each lot once', () => {
    fc.assert(
      fc.property(draws, draws, (existing, added) => {
        const merged = mergeDraws(existing, added);
        const ids = merged.map(({ lotId }) => lotId);
        expect(new Set(ids)).toEqual(new Set([...existing, ...added].map(({ lotId }) => lotId)));
        expect(ids).toHaveLength(new Set(ids).size);
        for (const id of ids) expect(of(merged, id)).toBe(of(existing, id) + of(added, id));
      }),
    );
  });
});
