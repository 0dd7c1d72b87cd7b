import type { MicroCredits } from '../platform/credits.js';

export const creditSources = ['PURCHASE', 'PROMOTION', 'SUBSCRIPTION', 'ADJUSTMENT'] as const;
export type CreditSource = (typeof creditSources)[number];

/** A lot as the pure rules see it. */
export interface Lot {
  readonly id: string;
  readonly source: CreditSource;
  readonly granted: MicroCredits;
  readonly remaining: MicroCredits;
  /** Lower burns first. */
  readonly priority: number;
  /** The first instant at which what remains can no longer be spent; null: never. */
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
}

/** Whether a lot's credits are gone at this instant, swept or not. */
export const isExpired = (lot: Pick<Lot, 'expiresAt'>, now: Date): boolean =>
  lot.expiresAt !== null && lot.expiresAt <= now;
