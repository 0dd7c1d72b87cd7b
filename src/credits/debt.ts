import type { Transfer } from '../ledger/posting.js';
import type { MicroCredits } from '../platform/credits.js';
import type { Draw } from './burn-down.js';

/** Pays debt out of credits that just came in, before they can be spent: the transfers that do so. */
export function repayDebt(owed: MicroCredits, incoming: readonly Draw[]): readonly Transfer[] {
  const transfers: Transfer[] = [];
  let left = owed;
  for (const { lotId, amount } of incoming) {
    if (left === 0n) break;
    const paid = amount < left ? amount : left;
    transfers.push({ debit: 'available', credit: 'debt', amount: paid, lotId });
    left -= paid;
  }
  return transfers;
}
