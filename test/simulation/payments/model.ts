import { Disagreement } from '../disagreement.js';

/**
 * What an account should have, worked out anew: numbers in plain bigints, no rule shared with the service. Amounts
 * of credits are micro-credits, money is in cents, times are milliseconds.
 */
export interface ModelLot {
  readonly id: string;
  readonly source: string;
  readonly granted: bigint;
  remaining: bigint;
  readonly priority: number;
  readonly expiresAt: number | null;
  readonly createdAt: number;
}

export interface ModelPayment {
  readonly id: string;
  readonly cents: bigint;
  readonly credits: bigint;
  /** Null until it was credited. */
  lotId: string | null;
  /** What was taken for each refund that stands, by the refund's id. */
  readonly refunds: Map<string, ModelClaim>;
  /** What was taken for the money that a dispute holds. */
  dispute: ModelClaim | null;
}

/** Credits that were taken for money that went back. */
export interface ModelClaim {
  readonly cents: bigint;
  readonly credits: bigint;
  readonly drawn: readonly { readonly lotId: string; readonly amount: bigint }[];
  readonly debt: bigint;
}

/** Terms of a lot that is made for credits which have none to return to. */
export type NewLot = Omit<ModelLot, 'remaining' | 'granted'>;

const never = Number.POSITIVE_INFINITY;

export class AccountModel {
  readonly lots = new Map<string, ModelLot>();
  readonly payments = new Map<string, ModelPayment>();
  owed = 0n;
  /** Everything that ever came in and went out. */
  readonly flows = { in: 0n, out: 0n };

  copy(): AccountModel {
    const copy = new AccountModel();
    for (const [id, lot] of this.lots) copy.lots.set(id, { ...lot });
    for (const [id, payment] of this.payments) {
      copy.payments.set(id, { ...payment, refunds: new Map(payment.refunds) });
    }
    copy.owed = this.owed;
    Object.assign(copy.flows, this.flows);
    return copy;
  }

  /** What lies in lots, expired ones that were not booked yet included. */
  get booked(): bigint {
    return [...this.lots.values()].reduce((sum, lot) => sum + lot.remaining, 0n);
  }

  spendable(now: number): bigint {
    return this.spendableLots(now).reduce((sum, lot) => sum + lot.remaining, 0n);
  }

  /** In the order of spending: priority, soonest expiry, free ones, oldest, smallest id. */
  spendableLots(now: number): ModelLot[] {
    const rank = (lot: ModelLot) =>
      [
        lot.priority,
        lot.expiresAt ?? never,
        lot.source === 'PROMOTION' ? 0 : 1,
        lot.createdAt,
        lot.id,
      ] as const;
    return [...this.lots.values()]
      .filter((lot) => lot.remaining > 0n && (lot.expiresAt ?? never) > now)
      .sort((a, b) => {
        const [left, right] = [rank(a), rank(b)];
        const at = left.findIndex((value, index) => value !== right[index]);
        return (left[at] ?? 0) < (right[at] ?? 0) ? -1 : 1;
      });
  }

  /** Takes away what is left of a lot at the very instant at which it expires. */
  expire(lotId: string, now: number): void {
    const lot = this.lot(lotId);
    if (lot.expiresAt !== now || lot.remaining === 0n)
      throw new Disagreement(`Nothing of ${lotId} expired then.`);
    this.flows.out += lot.remaining;
    lot.remaining = 0n;
  }

  grant(lot: Omit<ModelLot, 'remaining'>): void {
    if (this.lots.has(lot.id)) throw new Disagreement(`The lot ${lot.id} was granted twice.`);
    const repaid = lot.granted < this.owed ? lot.granted : this.owed;
    this.owed -= repaid;
    this.lots.set(lot.id, { ...lot, remaining: lot.granted - repaid });
    this.flows.in += lot.granted;
  }

  debit(amount: bigint, now: number): void {
    if (this.owed > 0n) throw new Disagreement(`${amount} were spent while ${this.owed} are owed.`);
    if (this.spendable(now) < amount) {
      throw new Disagreement(`${amount} were spent where there are ${this.spendable(now)}.`);
    }
    this.#draw(this.spendableLots(now), amount);
    this.flows.out += amount;
  }

  /** Cents that can still be refunded: a dispute leaves the others. */
  refundable(paymentId: string): bigint {
    const { cents, dispute } = this.payment(paymentId);
    const left = cents - this.refunded(paymentId).cents - (dispute?.cents ?? 0n);
    return left > 0n ? left : 0n;
  }

  /** What refunds that stand come to. */
  refunded(paymentId: string): { cents: bigint; credits: bigint } {
    const sum = { cents: 0n, credits: 0n };
    for (const { cents, credits } of this.payment(paymentId).refunds.values()) {
      sum.cents += cents;
      sum.credits += credits;
    }
    return sum;
  }

  /** The credits that a refund of so many cents more takes. */
  creditsFor(paymentId: string, cents: bigint): bigint {
    const { credits, cents: price } = this.payment(paymentId);
    const before = this.refunded(paymentId);
    const share = (credits * (before.cents + cents)) / price;
    return share > before.credits ? share - before.credits : 0n;
  }

  /**
   * The credits that a dispute of so many cents holds: all but those of the cents that stayed with us, which are
   * rounded up, and but those that refunds have taken; another refund of so many cents included.
   */
  creditsDisputed(paymentId: string, cents: bigint, refundedMore = 0n): bigint {
    const payment = this.payment(paymentId);
    const before = this.refunded(paymentId);
    const stayed = payment.cents - before.cents - refundedMore - cents;
    const kept = stayed > 0n ? (payment.credits * stayed + payment.cents - 1n) / payment.cents : 0n;
    const more = refundedMore === 0n ? 0n : this.creditsFor(paymentId, refundedMore);
    const held = payment.credits - kept - before.credits - more;
    return held > 0n ? held : 0n;
  }

  /** The most cents that can be refunded without taking credits that are spent; found by halving. */
  refundableUnspent(paymentId: string): bigint {
    const { lotId } = this.payment(paymentId);
    const unspent = (lotId && this.lots.get(lotId)?.remaining) || 0n;
    let [fits, tooMuch] = [0n, this.refundable(paymentId) + 1n];
    if (this.creditsFor(paymentId, 0n) > unspent) return 0n;
    while (tooMuch - fits > 1n) {
      const middle = (fits + tooMuch) / 2n;
      if (this.creditsFor(paymentId, middle) <= unspent) fits = middle;
      else tooMuch = middle;
    }
    return fits;
  }

  refund(paymentId: string, refundId: string, cents: bigint, now: number): ModelClaim {
    const payment = this.payment(paymentId);
    if (payment.lotId === null)
      throw new Disagreement(`The payment ${paymentId} was refunded before it came.`);
    if (payment.refunds.has(refundId)) throw new Disagreement(`The refund ${refundId} was counted twice.`);
    const left = payment.cents - this.refunded(paymentId).cents;
    if (cents > left) throw new Disagreement(`${cents} cents of ${paymentId} were refunded of ${left}.`);
    const claim = this.#claim(payment, cents, this.creditsFor(paymentId, cents), now);
    payment.refunds.set(refundId, claim);
    return claim;
  }

  dispute(paymentId: string, cents: bigint, credits: bigint, now: number): void {
    const payment = this.payment(paymentId);
    if (payment.lotId === null)
      throw new Disagreement(`The payment ${paymentId} was disputed before it came.`);
    if (payment.dispute) throw new Disagreement(`The dispute of ${paymentId} was counted twice.`);
    payment.dispute = this.#claim(payment, cents, credits, now);
  }

  undoRefund(paymentId: string, refundId: string, newLot: NewLot | null, now: number): void {
    const { refunds } = this.payment(paymentId);
    const claim = refunds.get(refundId);
    if (!claim) throw new Disagreement(`The refund ${refundId} failed, and had taken nothing.`);
    refunds.delete(refundId);
    this.#giveBack(claim, newLot, now);
  }

  undoDispute(paymentId: string, newLot: NewLot | null, now: number): void {
    const payment = this.payment(paymentId);
    if (!payment.dispute)
      throw new Disagreement(`A dispute of ${paymentId} returned, and had taken nothing.`);
    const claim = payment.dispute;
    payment.dispute = null;
    this.#giveBack(claim, newLot, now);
  }

  /** Takes credits for money: the payment's own, then others, then as debt. */
  #claim({ lotId }: ModelPayment, cents: bigint, credits: bigint, now: number): ModelClaim {
    const lots = this.spendableLots(now);
    const own = lots.filter(({ id }) => id === lotId);
    const drawn = this.#draw([...own, ...lots.filter((lot) => !own.includes(lot))], credits);
    const debt = drawn.reduce((left, draw) => left - draw.amount, credits);
    this.owed += debt;
    this.flows.out += credits;
    return { cents, credits, drawn, debt };
  }

  /** Returns what was taken. `newLot` receives what has no lot to return to: debt that was paid since. */
  #giveBack(claim: ModelClaim, newLot: NewLot | null, now: number): void {
    this.flows.out -= claim.credits;
    const forgiven = claim.debt < this.owed ? claim.debt : this.owed;
    this.owed -= forgiven;
    const returned = [...claim.drawn];
    const paidSince = claim.debt - forgiven;
    if (newLot && paidSince === 0n) throw new Disagreement(`Nothing needs the new lot ${newLot.id}.`);
    if (paidSince > 0n) {
      if (!newLot) throw new Disagreement(`${paidSince} paid for debt went nowhere.`);
      this.lots.set(newLot.id, { ...newLot, granted: paidSince, remaining: 0n });
      returned.push({ lotId: newLot.id, amount: paidSince });
    }
    for (const { lotId, amount } of returned) {
      if ((this.lot(lotId).expiresAt ?? never) <= now) {
        // What returns to a lot that has expired meanwhile is gone at once.
        this.flows.out += amount;
        continue;
      }
      const repaid = amount < this.owed ? amount : this.owed;
      this.owed -= repaid;
      this.lot(lotId).remaining += amount - repaid;
    }
  }

  payment(id: string): ModelPayment {
    const payment = this.payments.get(id);
    if (!payment) throw new Disagreement(`The account has no payment ${id}.`);
    return payment;
  }

  lot(id: string): ModelLot {
    const lot = this.lots.get(id);
    if (!lot) throw new Disagreement(`The account has no lot ${id}.`);
    return lot;
  }

  #draw(lots: readonly ModelLot[], amount: bigint): { lotId: string; amount: bigint }[] {
    const drawn: { lotId: string; amount: bigint }[] = [];
    let left = amount;
    for (const lot of lots) {
      const taken = lot.remaining < left ? lot.remaining : left;
      if (taken === 0n) continue;
      lot.remaining -= taken;
      left -= taken;
      drawn.push({ lotId: lot.id, amount: taken });
    }
    return drawn;
  }
}
