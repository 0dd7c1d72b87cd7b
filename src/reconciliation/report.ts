import type { DayTotal, Difference } from './comparison.js';
import { maxDifferencesKept, maxTotalsKept } from './limits.js';

export const reconciliationStatuses = ['RUNNING', 'AGREED', 'DIFFERS', 'INCOMPLETE', 'FAILED'] as const;
export type ReconciliationStatus = (typeof reconciliationStatuses)[number];

export const reconciliationTriggers = ['SCHEDULE', 'ADMIN', 'COMMAND_LINE'] as const;
export type ReconciliationTrigger = (typeof reconciliationTriggers)[number];

/** Of an interface whose amounts are bigint, as JSON has it. */
type Stored<T> = { readonly [K in keyof T]: T[K] extends bigint ? string : T[K] };
export type StoredDifference = Stored<Difference>;
export type StoredTotal = Stored<DayTotal>;

/** What a run has come to so far. */
export interface Findings {
  eventsRead: number;
  /** Those that had never arrived. */
  eventsStored: number;
  /** Payments, refunds and disputes that had been open for long, and were asked for. */
  paymentsReread: number;
  refundsReread: number;
  disputesReread: number;
  /** Those of them that had moved on. */
  paymentsHealed: number;
  refundsHealed: number;
  disputesHealed: number;
  /** Balance transactions at Stripe, and those of them that are none of ours. */
  movementsRead: number;
  movementsForeign: number;
  /** Differences that were gone once Stripe was asked for the object. */
  differencesHealed: number;
  /** Those that were left. */
  differencesLeft: number;
  differences: StoredDifference[];
  totals: StoredTotal[];
  /** Up to where movements were compared. */
  comparedUntil: Date | null;
  /** Whether a bound was met, so that there is more to look at. */
  isCutShort: boolean;
}

export const noFindings = (): Findings => ({
  eventsRead: 0,
  eventsStored: 0,
  paymentsReread: 0,
  refundsReread: 0,
  disputesReread: 0,
  paymentsHealed: 0,
  refundsHealed: 0,
  disputesHealed: 0,
  movementsRead: 0,
  movementsForeign: 0,
  differencesHealed: 0,
  differencesLeft: 0,
  differences: [],
  totals: [],
  comparedUntil: null,
  isCutShort: false,
});

/** Those of one day: the next run knows by the ones that are kept which days to compare again, so that one always is. */
export function keepDifferences(findings: Findings, differences: readonly Difference[]): void {
  findings.differencesLeft += differences.length;
  const room = Math.max(1, maxDifferencesKept - findings.differences.length);
  findings.differences.push(...differences.slice(0, room).map(stored));
}

/** Those of days that the last report named and that were not compared again. They come first, to be next in turn. */
export function carryDifferences(findings: Findings, differences: readonly StoredDifference[]): void {
  findings.differencesLeft += differences.length;
  findings.differences.unshift(...differences);
}

/** Those of a day, or of a part of one: they add up. */
export function keepTotals({ totals: kept }: Findings, totals: readonly DayTotal[]): void {
  for (const total of totals) {
    const place = kept.findIndex(
      ({ day, kind, currency }) => day === total.day && kind === total.kind && currency === total.currency,
    );
    const known = kept[place];
    if (known) kept[place] = stored(sumOf(known, total));
    else if (kept.length < maxTotalsKept) kept.push(stored(total));
  }
}

const sumOf = (known: StoredTotal, more: DayTotal): DayTotal => ({
  ...more,
  count: known.count + more.count,
  ours: BigInt(known.ours) + more.ours,
  theirs: BigInt(known.theirs) + more.theirs,
});

const stored = <T extends { readonly ours: bigint; readonly theirs: bigint }>(item: T) => ({
  ...item,
  ours: `${item.ours}`,
  theirs: `${item.theirs}`,
});

/** How a run ended that was not broken off. */
export function statusOf({ differencesLeft, isCutShort }: Findings): ReconciliationStatus {
  if (differencesLeft > 0) return 'DIFFERS';
  return isCutShort ? 'INCOMPLETE' : 'AGREED';
}

/** What a run puts right, each counted by itself. */
export type Healed = Pick<
  Findings,
  'eventsStored' | 'paymentsHealed' | 'refundsHealed' | 'disputesHealed' | 'differencesHealed'
>;

/** How much a run has put right. */
export const healedBy = (findings: Healed): number =>
  findings.eventsStored +
  findings.paymentsHealed +
  findings.refundsHealed +
  findings.disputesHealed +
  findings.differencesHealed;
