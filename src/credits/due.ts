import type { Hold } from './hold.js';
import type { Lot } from './lot.js';

/** Something that happens to an account by itself, at an instant. */
export type Change = { readonly at: Date } & (
  | { readonly kind: 'LOT_BECOMES_EFFECTIVE'; readonly lot: Lot }
  | { readonly kind: 'HOLD_EXPIRES'; readonly hold: Hold }
  | { readonly kind: 'LOT_EXPIRES'; readonly lot: Lot }
);

const ranks: Readonly<Record<Change['kind'], number>> = {
  LOT_BECOMES_EFFECTIVE: 0,
  HOLD_EXPIRES: 1,
  LOT_EXPIRES: 2,
};

const subjectOf = (change: Change): string => ('lot' in change ? change.lot.id : change.hold.id);

/** A total order, so that two runs never differ. */
const compare = (a: Change, b: Change): number =>
  a.at.getTime() - b.at.getTime() || ranks[a.kind] - ranks[b.kind] || (subjectOf(a) < subjectOf(b) ? -1 : 1);

/** What happens next by itself, past or future; null: nothing ever. */
export function earliestChange(lots: Iterable<Lot>, holds: Iterable<Hold>): Change | null {
  let earliest: Change | null = null;
  const consider = (change: Change) => {
    if (earliest === null || compare(change, earliest) < 0) earliest = change;
  };
  for (const lot of lots) {
    if (lot.pending > 0n) consider({ at: lot.effectiveAt, kind: 'LOT_BECOMES_EFFECTIVE', lot });
    else if (lot.remaining > 0n && lot.expiresAt !== null)
      consider({ at: lot.expiresAt, kind: 'LOT_EXPIRES', lot });
  }
  for (const hold of holds) {
    if (hold.status === 'ACTIVE') consider({ at: hold.expiresAt, kind: 'HOLD_EXPIRES', hold });
  }
  return earliest;
}
