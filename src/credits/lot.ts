import type { MicroCredits } from '../platform/credits.js';
import type { Money } from '../platform/money.js';

export const creditSources = ['PURCHASE', 'PROMOTION', 'SUBSCRIPTION', 'ADJUSTMENT'] as const;
export type CreditSource = (typeof creditSources)[number];

/** What does not change in the life of a lot. */
export interface LotTerms {
  readonly id: string;
  readonly source: CreditSource;
  readonly granted: MicroCredits;
  /** Lower burns first. */
  readonly priority: number;
  /** The first instant at which its credits may be spent. */
  readonly effectiveAt: Date;
  /** The first instant at which what remains can no longer be spent; null: never. */
  readonly expiresAt: Date | null;
  /** The payment that bought it, and what was paid for all of it; null where it was not bought. */
  readonly paymentId: string | null;
  readonly price: Money | null;
  readonly createdAt: Date;
}

/** A lot as the pure rules see it. */
export interface Lot extends LotTerms {
  /** May be spent. */
  readonly remaining: MicroCredits;
  /** Set aside by holds. */
  readonly held: MicroCredits;
  /** Not effective yet: all of the lot, or nothing. */
  readonly pending: MicroCredits;
}

/** Whether a lot's credits are gone at this instant, booked or not. */
export const isExpired = (lot: Pick<Lot, 'expiresAt'>, now: Date): boolean =>
  lot.expiresAt !== null && lot.expiresAt <= now;

/** The terms that no transfer tells, as the journal keeps them beside the grant: JSON text. */
export const lotTermsText = ({
  source,
  priority,
  effectiveAt,
  expiresAt,
}: Pick<LotTerms, 'source' | 'priority' | 'effectiveAt' | 'expiresAt'>): string =>
  JSON.stringify({ source, priority, effectiveAt, expiresAt });
