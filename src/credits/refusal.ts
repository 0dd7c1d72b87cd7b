import type { Position } from '../ledger/posting.js';
import { formatCredits, type MicroCredits } from '../platform/credits.js';
import { badInput, DomainError } from '../platform/errors.js';
import type { HoldStatus } from './hold.js';

/**
 * Why `amount` cannot be spent or held now; null where it can. Debt blocks everything. Credits that holds have set
 * aside may come free again, so that waiting helps, which it does not where there are too few.
 */
export function refusalOf({ available, held, owed }: Position, amount: MicroCredits): DomainError | null {
  if (owed > 0n) {
    return new DomainError(
      'ACCOUNT_IN_DEBT',
      'The account owes credits and cannot spend until they are paid.',
      { owed: formatCredits(owed) },
    );
  }
  if (amount <= available) return null;
  if (amount <= available + held) {
    return new DomainError('CREDITS_HELD', 'The credits for this are set aside by holds.', {
      available: formatCredits(available),
      held: formatCredits(held),
    });
  }
  return new DomainError('INSUFFICIENT_CREDITS', 'The account has too few credits for this.', {
    available: formatCredits(available),
  });
}

export const holdNotActive = (status: HoldStatus): DomainError =>
  new DomainError('HOLD_NOT_ACTIVE', `The hold is ${status.toLowerCase()}.`, { status });

/** @throws DomainError BAD_USER_INPUT */
export function assertPositive(credits: MicroCredits): void {
  if (credits <= 0n) throw badInput('The number of credits must be positive.');
}
