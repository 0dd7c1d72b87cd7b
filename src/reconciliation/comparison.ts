import type { DisputeStatus } from '../payments/dispute-state.js';
import type { Day } from './day.js';
import type { Movement, MovementKind } from './reconciliation-gateway.js';

export interface OurPayment {
  readonly id: string;
  readonly paymentIntentId: string | null;
  readonly accountId: string;
  /** Minor units. */
  readonly amount: bigint;
  readonly currency: string;
  readonly isCredited: boolean;
}

export interface OurRefund {
  readonly stripeRefundId: string;
  readonly paymentIntentId: string | null;
  /** Minor units. */
  readonly amount: bigint;
  readonly currency: string;
  readonly isUndone: boolean;
}

export interface OurDispute {
  readonly stripeDisputeId: string;
  readonly currency: string;
  readonly status: DisputeStatus;
  /** How many movements of its money we know. */
  readonly fundMoves: number;
  /** Minor units, withdrawn less reinstated. */
  readonly fundsWithdrawn: bigint;
}

/** What our books say of the objects that movements are about. */
export interface Ours {
  readonly byIntent: ReadonlyMap<string, OurPayment>;
  readonly byPaymentId: ReadonlyMap<string, OurPayment>;
  readonly refunds: ReadonlyMap<string, OurRefund>;
  readonly disputes: ReadonlyMap<string, OurDispute>;
  /** Of the accounts that movements name, those that are ours. */
  readonly accounts: ReadonlySet<string>;
}

/** One object of which our books and Stripe's say different things. Amounts are minor units, signed as Stripe does. */
export interface Difference {
  readonly day: Day;
  readonly kind: MovementKind;
  readonly objectId: string;
  readonly paymentIntentId: string | null;
  readonly currency: string;
  readonly ours: bigint;
  readonly theirs: bigint;
  /** Of a dispute; null of anything else, and where one side has no such dispute. */
  readonly ourStatus: DisputeStatus | null;
  readonly theirStatus: DisputeStatus | null;
}

/** What one kind of movement comes to on a day in a currency. */
export interface DayTotal {
  readonly day: Day;
  readonly kind: MovementKind;
  readonly currency: string;
  readonly count: number;
  readonly ours: bigint;
  readonly theirs: bigint;
}

export interface DayComparison {
  readonly totals: readonly DayTotal[];
  readonly differences: readonly Difference[];
  /** Movements of the balance that are none of ours, as where several services share an account at Stripe. */
  readonly foreign: number;
}

/**
 * Compares one day's movements with what our books say of each.
 * @param missing what our books have of that day and Stripe has not
 */
export function compareDay(
  day: Day,
  movements: readonly Movement[],
  ours: Ours,
  missing: readonly Difference[],
): DayComparison {
  const totals = new Totals(day);
  const differences: Difference[] = [...missing];
  for (const difference of missing) totals.add(difference.kind, difference.currency, difference);
  let foreign = 0;
  for (const movement of movements) {
    const expected = expectedOf(movement, ours);
    if (expected === 'FOREIGN') foreign += 1;
    if (typeof expected === 'string') continue;
    const { kind, currency, amount, objectId, paymentIntentId, dispute } = movement;
    const sides = { ours: expected, theirs: amount };
    totals.add(kind, currency, sides);
    const ourStatus = (dispute && ours.disputes.get(objectId)?.status) ?? null;
    const theirStatus = dispute?.status ?? null;
    // The status belongs to the dispute as a whole, so it is judged once.
    const isSameStatus = ourStatus === theirStatus || dispute?.number !== dispute?.of;
    if (expected === amount && isSameStatus) continue;
    differences.push({ day, kind, objectId, paymentIntentId, currency, ...sides, ourStatus, theirStatus });
  }
  return { totals: totals.list(), differences, foreign };
}

/**
 * The amount that a movement has by our books. OPEN: it is of a bank debit that we have not credited, and that has not
 * ended well; FOREIGN: it is about nothing that we sold.
 */
function expectedOf(movement: Movement, ours: Ours): bigint | 'OPEN' | 'FOREIGN' {
  const payment = paymentOf(movement, ours);
  if (!payment && !(movement.accountId !== null && ours.accounts.has(movement.accountId))) return 'FOREIGN';
  switch (movement.kind) {
    case 'CHARGE':
      if (payment?.isCredited) return payment.currency === movement.currency ? payment.amount : 0n;
      return movement.state === 'FINAL' ? 0n : 'OPEN';
    case 'CHARGE_REVERSAL':
      return payment?.isCredited || movement.state === 'FINAL' ? 0n : 'OPEN';
    case 'REFUND':
      return expectedRefund(movement, ours.refunds.get(movement.objectId));
    case 'REFUND_REVERSAL':
      return expectedReversal(movement, ours.refunds.get(movement.objectId));
    case 'DISPUTE':
    case 'DISPUTE_REVERSAL':
      return expectedDispute(movement, ours.disputes.get(movement.objectId));
    // Stripe's own corrections: reported, and judged by nobody here.
    case 'ADJUSTMENT':
      return movement.amount;
  }
}

/** By intent; or by our own id, where the answer to the intent's creation was never recorded. */
function paymentOf({ paymentIntentId, paymentId }: Movement, ours: Ours): OurPayment | undefined {
  const known = paymentIntentId === null ? undefined : ours.byIntent.get(paymentIntentId);
  if (known) return known;
  const named = paymentId === null ? undefined : ours.byPaymentId.get(paymentId);
  return named?.paymentIntentId === null ? named : undefined;
}

function expectedRefund({ state, amount, currency }: Movement, refund: OurRefund | undefined): bigint {
  // One that came back before we heard of it took nothing and returns nothing.
  if (!refund) return state === 'UNDONE' ? amount : 0n;
  if (refund.currency !== currency) return 0n;
  return refund.isUndone && state !== 'UNDONE' ? 0n : -refund.amount;
}

function expectedReversal({ amount, currency }: Movement, refund: OurRefund | undefined): bigint {
  if (!refund) return amount;
  return refund.isUndone && refund.currency === currency ? refund.amount : 0n;
}

/** Our books keep what a dispute holds in all: what is wrong with that shows in the last movement that both know. */
function expectedDispute(
  { amount, currency, dispute: theirs }: Movement,
  ours: OurDispute | undefined,
): bigint {
  if (!theirs || !ours || ours.currency !== currency || ours.fundMoves < theirs.number) return 0n;
  const isLastKnown = theirs.number === ours.fundMoves || theirs.number === theirs.of;
  return isLastKnown ? amount + theirs.withdrawnAfter - ours.fundsWithdrawn : amount;
}

/** Adds up by kind and currency. */
class Totals {
  readonly #totals = new Map<string, DayTotal>();

  constructor(private readonly day: Day) {}

  add(kind: MovementKind, currency: string, sides: { readonly ours: bigint; readonly theirs: bigint }): void {
    const key = `${kind} ${currency}`;
    const { count, ours, theirs } = this.#totals.get(key) ?? { count: 0, ours: 0n, theirs: 0n };
    this.#totals.set(key, {
      day: this.day,
      kind,
      currency,
      count: count + 1,
      ours: ours + sides.ours,
      theirs: theirs + sides.theirs,
    });
  }

  list(): readonly DayTotal[] {
    return [...this.#totals.values()];
  }
}
