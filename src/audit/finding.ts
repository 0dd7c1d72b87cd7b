import { formatInstant, type Instant, isWholeMillis } from './instant.js';

/** What can be wrong with an account's books. */
export const findingKinds = [
  'OPERATION_MISSING',
  'OPERATION_MISPLACED',
  'OPERATION_DIFFERS',
  'HASH_DIFFERS',
  'TRANSFER_MALFORMED',
  'TRANSFER_WITHOUT_OPERATION',
  'BALANCE_MISSING',
  'BALANCE_DIFFERS',
  'LOT_MISSING',
  'LOT_DIFFERS',
  'LOT_WITHOUT_GRANT',
  'HOLD_MISSING',
  'HOLD_DIFFERS',
  'HOLD_WITHOUT_OPERATION',
  'USAGE_DIFFERS',
  'NOT_CHECKED',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** One thing that is not as the journal says. */
export interface Finding {
  readonly accountId: string;
  readonly kind: FindingKind;
  /** What differs, e.g. "operation 12 availableAfter" or "lot 0198… remaining". */
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
}

/** So many findings of an account are kept; what is wrong throughout a long journal is as clear from the first of them. */
export const maxFindingsPerAccount = 100;

/** The findings of one account. */
export class Findings {
  readonly kept: Finding[] = [];
  /** Those that were not kept among them. */
  count = 0;

  constructor(private readonly accountId: string) {}

  add(kind: FindingKind, subject: string, expected: unknown, found: unknown): void {
    this.count += 1;
    if (this.kept.length >= maxFindingsPerAccount) return;
    const finding = { kind, subject, expected: String(expected), found: String(found) };
    this.kept.push({ accountId: this.accountId, ...finding });
  }

  /** Adds a finding where the two are not the same. */
  compare<T>(kind: FindingKind, subject: string, expected: T, found: T): void {
    if (expected !== found) this.add(kind, subject, expected, found);
  }

  /** No Date of ours is finer than a millisecond, and what it leaves out no hash covers. */
  expectWholeMillis(kind: FindingKind, subject: string, instant: Instant | null): void {
    if (instant !== null && !isWholeMillis(instant))
      this.add(kind, subject, 'whole milliseconds', formatInstant(instant));
  }
}
