import type { MicroCredits } from '../platform/credits.js';

/**
 * The accounts of each customer's books. `available` and `held` are what we owe the customer in credits,
 * `debt` is what the customer owes us, `scheduled` what will be available from a later instant; the others say
 * where credits come from and go to.
 */
export const ledgerAccounts = [
  'available',
  'held',
  'debt',
  'scheduled',
  'issued',
  'consumed',
  'refunded',
  'disputed',
  'charged_back',
  'expired',
] as const;
export type LedgerAccount = (typeof ledgerAccounts)[number];

/** Where credits go that are taken back with their money: for good, or for as long as a dispute lasts. */
export type ClawBackAccount = Extract<LedgerAccount, 'refunded' | 'disputed'>;

/** A movement of credits: `amount` leaves the credit side's meaning to its account. Always positive. */
export interface Transfer {
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
  readonly amount: MicroCredits;
  /** The lot the credits belong to; null for debt. */
  readonly lotId: string | null;
}

/** What an account's cached balance says. */
export interface Position {
  readonly available: MicroCredits;
  readonly held: MicroCredits;
  readonly owed: MicroCredits;
}

export const emptyPosition: Position = { available: 0n, held: 0n, owed: 0n };

/**
 * The position after some transfers. `available` and `held` are liabilities (credits raise them), `debt` is
 * an asset (debits raise it).
 * @throws Error where a transfer is not positive, moves nowhere, or would take a balance below zero: callers
 * decide what is affordable before they post, so this is a fault of ours.
 */
export function applyTransfers(position: Position, transfers: readonly Transfer[]): Position {
  let { available, held, owed } = position;
  for (const { debit, credit, amount } of transfers) {
    if (amount <= 0n || debit === credit)
      throw new Error(`Not a transfer: ${debit} to ${credit}, ${amount}.`);
    if (credit === 'available') available += amount;
    if (debit === 'available') available -= amount;
    if (credit === 'held') held += amount;
    if (debit === 'held') held -= amount;
    if (debit === 'debt') owed += amount;
    if (credit === 'debt') owed -= amount;
  }
  if (available < 0n || held < 0n || owed < 0n) {
    throw new Error(`A posting would leave available ${available}, held ${held}, owed ${owed}.`);
  }
  return { available, held, owed };
}

/** What the account has in all, debt subtracted. */
export const netPosition = ({ available, held, owed }: Position): MicroCredits => available + held - owed;
