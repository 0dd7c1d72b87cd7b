import type { MicroCredits } from '../platform/credits.js';
import type { Draw } from './burn-down.js';

export const holdStatuses = ['ACTIVE', 'CAPTURED', 'RELEASED', 'EXPIRED'] as const;
export type HoldStatus = (typeof holdStatuses)[number];

/** Credits set aside for a call whose cost is not known yet. */
export interface Hold {
  readonly id: string;
  readonly status: HoldStatus;
  /** What was set aside, extensions among it. */
  readonly credits: MicroCredits;
  /** What was charged; more than `credits` where the call cost more. */
  readonly captured: MicroCredits;
  /** Where what is still set aside lies, in burn-down order. Empty unless ACTIVE. */
  readonly draws: readonly Draw[];
  /** The first instant at which it no longer holds. */
  readonly expiresAt: Date;
  readonly createdAt: Date;
}

/** Adds draws to those of a hold; one entry per lot. */
export function mergeDraws(existing: readonly Draw[], added: readonly Draw[]): readonly Draw[] {
  const amounts = new Map<string, MicroCredits>();
  for (const { lotId, amount } of [...existing, ...added]) {
    amounts.set(lotId, (amounts.get(lotId) ?? 0n) + amount);
  }
  return [...amounts].map(([lotId, amount]) => ({ lotId, amount }));
}

/** What no transfer tells of a hold, as the journal keeps it beside what is held: JSON text. */
export const holdTermsText = ({ expiresAt }: Pick<Hold, 'expiresAt'>): string =>
  JSON.stringify({ expiresAt });
