import type { MicroCredits } from '../platform/credits.js';
import type { CreditSource, Lot } from './lot.js';

/** Credits taken from one lot. */
export interface Draw {
  readonly lotId: string;
  readonly amount: MicroCredits;
}

const isPromotional = (source: CreditSource): boolean => source === 'PROMOTION';

/** Later than any Date, and finite, so that never − never is 0. */
const neverMs = Number.MAX_SAFE_INTEGER;
const expiryMs = (lot: Lot): number => lot.expiresAt?.getTime() ?? neverMs;

/**
 * The order in which lots are spent: priority, then what expires first (never is last), then promotional
 * before paid, then age, then id. A total order, so that two runs never differ.
 */
export function compareBurnDown(a: Lot, b: Lot): number {
  return (
    a.priority - b.priority ||
    expiryMs(a) - expiryMs(b) ||
    Number(isPromotional(b.source)) - Number(isPromotional(a.source)) ||
    a.createdAt.getTime() - b.createdAt.getTime() ||
    (a.id < b.id ? -1 : Number(a.id > b.id))
  );
}

/** Draws up to `amount` from lots, in burn-down order. `short` is what they did not hold. */
export function burnDown(
  lots: Iterable<Lot>,
  amount: MicroCredits,
): { readonly draws: readonly Draw[]; readonly short: MicroCredits } {
  const draws: Draw[] = [];
  let short = amount;
  for (const lot of [...lots].sort(compareBurnDown)) {
    if (short === 0n) break;
    if (lot.remaining === 0n) continue;
    const taken = lot.remaining < short ? lot.remaining : short;
    draws.push({ lotId: lot.id, amount: taken });
    short -= taken;
  }
  return { draws, short };
}
