import type { MicroCredits } from '../platform/credits.js';
import { burnDown, type Draw } from './burn-down.js';
import type { Lot } from './lot.js';

/**
 * Where clawed-back credits come from: first the lot that the payment granted, then whatever else the account
 * has, in burn-down order. What is beyond the whole balance is debt.
 */
export function planClawBack(
  lots: Iterable<Lot>,
  paymentLotId: string,
  amount: MicroCredits,
): { readonly draws: readonly Draw[]; readonly debt: MicroCredits } {
  const all = [...lots];
  const own = burnDown(
    all.filter((lot) => lot.id === paymentLotId),
    amount,
  );
  const others = burnDown(
    all.filter((lot) => lot.id !== paymentLotId),
    own.short,
  );
  return { draws: [...own.draws, ...others.draws], debt: others.short };
}
