import type { MicroCredits } from '../platform/credits.js';
import type { CreditSource, Lot, LotTerms } from './lot.js';

/** Credits taken from one lot. */
export interface Draw {
  readonly lotId: string;
  readonly amount: MicroCredits;
}

const isPromotional = (source: CreditSource): boolean => source === 'PROMOTION';

/** Later than any Date, and finite, so that never − never is 0. */
const neverMs = Number.MAX_SAFE_INTEGER;
const expiryMs = (lot: LotTerms): number => lot.expiresAt?.getTime() ?? neverMs;

/**
 * The order in which lots are spent: priority, then what expires first (never is last), then promotional
 * before paid, then what became effective first, then age, then id. A total order, so that two runs never differ.
 */
export function compareBurnDown(a: LotTerms, b: LotTerms): number {
  return (
    a.priority - b.priority ||
    expiryMs(a) - expiryMs(b) ||
    Number(isPromotional(b.source)) - Number(isPromotional(a.source)) ||
    a.effectiveAt.getTime() - b.effectiveAt.getTime() ||
    a.createdAt.getTime() - b.createdAt.getTime() ||
    (a.id < b.id ? -1 : Number(a.id > b.id))
  );
}

/**
 * Draws up to `amount` from what remains in lots that are given in burn-down order. `short` is what they did not
 * hold.
 */
export function burnDown(
  inOrder: Iterable<Pick<Lot, 'id' | 'remaining'>>,
  amount: MicroCredits,
): { readonly draws: readonly Draw[]; readonly short: MicroCredits } {
  const draws: Draw[] = [];
  let short = amount;
  for (const { id, remaining } of inOrder) {
    if (short === 0n) break;
    if (remaining === 0n) continue;
    const taken = remaining < short ? remaining : short;
    draws.push({ lotId: id, amount: taken });
    short -= taken;
  }
  return { draws, short };
}

/** Splits draws after the first `amount` of them: what comes first in the order, and the rest. */
export function splitDraws(
  draws: readonly Draw[],
  amount: MicroCredits,
): { readonly first: readonly Draw[]; readonly rest: readonly Draw[] } {
  const first: Draw[] = [];
  const rest: Draw[] = [];
  let left = amount;
  for (const { lotId, amount: size } of draws) {
    const taken = size < left ? size : left;
    if (taken > 0n) first.push({ lotId, amount: taken });
    if (size > taken) rest.push({ lotId, amount: size - taken });
    left -= taken;
  }
  return { first, rest };
}

export const totalOf = (draws: readonly Draw[]): MicroCredits =>
  draws.reduce((total, { amount }) => total + amount, 0n);
