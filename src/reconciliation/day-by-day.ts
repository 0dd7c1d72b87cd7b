import { type Clock, daysBefore } from '../platform/clock.js';
import {
  compareDay,
  type Difference,
  type OurDispute,
  type OurPayment,
  type OurRefund,
  type Ours,
} from './comparison.js';
import { type Day, dayAfter, daysBetween, startOf } from './day.js';
import {
  captureLagMs,
  firstLookbackDays,
  maxHealsAtOnce,
  maxLookupsAtOnce,
  maxMovementsAtOnce,
  maxMovementsPerRun,
  movementSettlingMs,
  overlapDays,
} from './limits.js';
import type { ReconciliationStore, UnmatchedDispute, UnmatchedObject } from './reconciliation.store.js';
import type {
  Amount,
  DisputedAmount,
  Movement,
  ReconciliationGateway,
  Span,
} from './reconciliation-gateway.js';
import { carryDifferences, type Findings, keepDifferences, keepTotals } from './report.js';
import type { Reports } from './reports.js';
import type { Resync } from './resync.js';

const objectsPerQuery = 1_000;
/** Stripe dates movements to the second. */
const shortestSpanMs = 1_000;

export interface MovementBounds {
  readonly atOnce: number;
  readonly perRun: number;
}

const defaultBounds: MovementBounds = { atOnce: maxMovementsAtOnce, perRun: maxMovementsPerRun };

/**
 * Compares our books with the movements of Stripe's balance, one UTC day after the other. A movement is compared with
 * what our books say of its object, on whatever day they began to say it: so a payment around midnight, or one that
 * was credited late, counts on Stripe's day in both. What differs is asked for at Stripe, and compared again.
 */
export class DayByDay {
  constructor(
    private readonly gateway: ReconciliationGateway,
    private readonly store: ReconciliationStore,
    private readonly reports: Reports,
    private readonly resync: Resync,
    private readonly clock: Clock,
    private readonly bounds: MovementBounds = defaultBounds,
  ) {}

  /** @param checkpoint is called between calls to Stripe; where it throws, the run ends there */
  async run(findings: Findings, checkpoint: () => void): Promise<void> {
    const until = new Date(this.clock.now().getTime() - movementSettlingMs);
    const last = await this.reports.lastCompared();
    const differences = last?.differences ?? [];
    const { fresh, late } = daysToCompare(last?.comparedUntil ?? null, until);
    const differing = new Set(differences.map(({ day }) => day)).difference(new Set([...fresh, ...late]));
    const compared = new Set<Day>();
    // Each has a bound of its own: what is compared again must not keep what is new waiting for ever.
    for (const days of [fresh, late, differing]) {
      const readBefore = findings.movementsRead;
      for (const day of days) {
        checkpoint();
        if (findings.movementsRead - readBefore >= this.bounds.perRun) {
          findings.isCutShort = true;
          break;
        }
        await this.#compareDay(day, until, findings, checkpoint);
        compared.add(day);
      }
    }
    carryDifferences(
      findings,
      differences.filter(({ day }) => !compared.has(day)),
    );
  }

  /** In as many parts as it takes for each to have no more movements than are read at once. */
  async #compareDay(day: Day, until: Date, findings: Findings, checkpoint: () => void): Promise<void> {
    const end = earlier(startOf(dayAfter(day)), until);
    let from = startOf(day);
    let widthMs = end.getTime() - from.getTime();
    while (from < end) {
      const span = { from, until: earlier(new Date(from.getTime() + widthMs), end) };
      const { movements, isWhole } = await this.#movements(span, checkpoint);
      if (!isWhole && widthMs > shortestSpanMs) {
        widthMs = Math.max(shortestSpanMs, Math.floor(widthMs / 2_000) * 1_000);
        continue;
      }
      if (!isWhole) findings.isCutShort = true;
      await this.#compare(day, span, movements, findings, checkpoint);
      from = span.until;
      // A crowd narrows the parts; the quiet after it widens them again.
      widthMs *= 2;
    }
  }

  async #compare(
    day: Day,
    span: Span,
    read: readonly Movement[],
    findings: Findings,
    checkpoint: () => void,
  ): Promise<void> {
    let movements = read;
    findings.movementsRead += movements.length;
    const compare = async () => {
      const missing = await this.#missing(day, span, movements, findings, checkpoint);
      return compareDay(day, movements, await this.#oursOf(movements), missing);
    };
    let comparison = await compare();
    const before = comparison.differences.length;
    if (before > 0) {
      const intents = distinct(comparison.differences.map(({ paymentIntentId }) => paymentIntentId));
      await this.resync.everything(intents.slice(0, maxHealsAtOnce), checkpoint);
      // Our books may be ahead now of what was read before: a dispute was won, a refund came back.
      const again = await this.#movements(span, checkpoint);
      if (!again.isWhole) findings.isCutShort = true;
      movements = again.movements;
      comparison = await compare();
      findings.differencesHealed += Math.max(0, before - comparison.differences.length);
    }
    findings.movementsForeign += comparison.foreign;
    keepTotals(findings, comparison.totals);
    keepDifferences(findings, comparison.differences);
    const { comparedUntil } = findings;
    if (comparedUntil === null || comparedUntil < span.until) findings.comparedUntil = span.until;
  }

  /** All movements of a span; where they are too many, the newest. */
  async #movements(
    span: Span,
    checkpoint: () => void,
  ): Promise<{ readonly movements: readonly Movement[]; readonly isWhole: boolean }> {
    const movements: Movement[] = [];
    let cursor: string | null = null;
    do {
      checkpoint();
      const page = await this.gateway.listMovements(span, cursor);
      movements.push(...page.items);
      cursor = page.next;
    } while (cursor !== null && movements.length < this.bounds.atOnce);
    return { movements, isWhole: cursor === null };
  }

  async #oursOf(movements: readonly Movement[]): Promise<Ours> {
    const byIntent = new Map<string, OurPayment>();
    const byPaymentId = new Map<string, OurPayment>();
    const refunds = new Map<string, OurRefund>();
    const disputes = new Map<string, OurDispute>();
    const accounts = new Set<string>();
    for (let i = 0; i < movements.length; i += objectsPerQuery) {
      const some = movements.slice(i, i + objectsPerQuery);
      const payments = await this.store.payments(
        distinct(some.map(({ paymentIntentId }) => paymentIntentId)),
        distinct(some.map(({ paymentId }) => paymentId)),
      );
      for (const payment of payments) {
        byPaymentId.set(payment.id, payment);
        if (payment.paymentIntentId !== null) byIntent.set(payment.paymentIntentId, payment);
      }
      const refundIds = some.filter(({ kind }) => kind.startsWith('REFUND')).map(({ objectId }) => objectId);
      for (const refund of await this.store.refunds(distinct(refundIds)))
        refunds.set(refund.stripeRefundId, refund);
      const disputeIds = some.filter(({ dispute }) => dispute).map(({ objectId }) => objectId);
      for (const dispute of await this.store.disputes(distinct(disputeIds)))
        disputes.set(dispute.stripeDisputeId, dispute);
      for (const id of await this.store.accounts(distinct(some.map(({ accountId }) => accountId))))
        accounts.add(id);
    }
    return { byIntent, byPaymentId, refunds, disputes, accounts };
  }

  /** What our books have of a day and Stripe has on no day. */
  async #missing(
    day: Day,
    span: Span,
    movements: readonly Movement[],
    findings: Findings,
    checkpoint: () => void,
  ): Promise<readonly Difference[]> {
    const settled = { from: span.from, until: earlier(span.until, this.#capturedUntil()) };
    const seen = (kind: Movement['kind']) =>
      distinct(movements.map((movement) => (movement.kind === kind ? movement.objectId : null)));
    const payments = await this.store.unmatchedPayments(settled, seen('CHARGE'), maxLookupsAtOnce);
    const refunds = await this.store.unmatchedRefunds(settled, seen('REFUND'), maxLookupsAtOnce);
    const disputes = await this.store.unmatchedDisputes(settled, seen('DISPUTE'), maxLookupsAtOnce);
    if ([payments, refunds, disputes].some(({ length }) => length === maxLookupsAtOnce))
      findings.isCutShort = true;
    const missing: Difference[] = [];
    const lookUp = async (
      kind: 'CHARGE' | 'REFUND' | 'DISPUTE',
      object: UnmatchedObject | UnmatchedDispute,
      find: (id: string) => Promise<Amount | DisputedAmount | null>,
    ) => {
      checkpoint();
      const { objectId, paymentIntentId, currency } = object;
      const found = await find(objectId);
      const sides = {
        ours: kind === 'CHARGE' ? object.amount : -object.amount,
        theirs: found?.currency === currency ? found.amount : 0n,
        ourStatus: 'status' in object ? object.status : null,
        theirStatus: found && 'status' in found ? found.status : null,
      };
      if (sides.ours !== sides.theirs || sides.ourStatus !== sides.theirStatus)
        missing.push({ day, kind, objectId, paymentIntentId, currency, ...sides });
    };
    for (const payment of payments) await lookUp('CHARGE', payment, (id) => this.gateway.findCharged(id));
    for (const refund of refunds) await lookUp('REFUND', refund, (id) => this.gateway.findRefunded(id));
    for (const dispute of disputes) await lookUp('DISPUTE', dispute, (id) => this.gateway.findDisputed(id));
    return missing;
  }

  #capturedUntil(): Date {
    return new Date(this.clock.now().getTime() - captureLagMs);
  }
}

/**
 * Oldest first.
 * @param comparedUntil how far the last run came
 */
function daysToCompare(
  comparedUntil: Date | null,
  until: Date,
): { readonly fresh: readonly Day[]; readonly late: readonly Day[] } {
  if (!comparedUntil) return { fresh: daysBetween(daysBefore(until, firstLookbackDays), until), late: [] };
  // A clock that was set back meanwhile must not leave out the days until it has caught up.
  const days = daysBetween(daysBefore(earlier(comparedUntil, until), overlapDays), until);
  const isFresh = (day: Day): boolean => startOf(dayAfter(day)) > comparedUntil;
  return { fresh: days.filter(isFresh), late: days.filter((day) => !isFresh(day)) };
}

const distinct = (values: readonly (string | null)[]): string[] => [
  ...new Set(values.filter((value) => value !== null)),
];

const earlier = (a: Date, b: Date): Date => (a < b ? a : b);
