import { Disagreement } from '../disagreement.js';

/**
 * What an account's credits should be, worked out anew from the rules as they are documented: plain bigints of
 * micro-credits and times in milliseconds, no rule shared with the service.
 */
export interface ModelLot {
  readonly id: string;
  readonly source: string;
  readonly granted: bigint;
  readonly priority: number;
  readonly effectiveAt: number;
  readonly expiresAt: number | null;
  readonly createdAt: number;
  /** May be spent; set aside by holds; not effective yet. */
  readonly free: bigint;
  readonly held: bigint;
  readonly pending: bigint;
}

export interface Part {
  readonly lotId: string;
  readonly amount: bigint;
}

export interface ModelHold {
  readonly id: string;
  readonly status: 'ACTIVE' | 'CAPTURED' | 'RELEASED' | 'EXPIRED';
  readonly credits: bigint;
  readonly captured: bigint;
  /** What is still set aside, in burn-down order. */
  readonly parts: readonly Part[];
  readonly expiresAt: number;
}

export interface ModelPayment {
  readonly lotId: string;
  readonly cents: bigint;
  readonly refundedCents: bigint;
}

/** What a claw-back took. */
interface Taken {
  readonly cents: bigint;
  readonly parts: readonly Part[];
  readonly debt: bigint;
}

/** An operation as the journal must have it. */
export interface Entry {
  readonly type: string;
  readonly at: number;
  readonly holdId: string | null;
  /** "debit→credit lot amount", sorted. */
  readonly moves: readonly string[];
  readonly position: Position;
}

export interface Position {
  readonly available: bigint;
  readonly held: bigint;
  readonly owed: bigint;
}

interface Due {
  readonly at: number;
  readonly rank: number;
  readonly id: string;
}

/** The rules refuse, with this code. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    readonly details: Readonly<Record<string, bigint | string>> = {},
  ) {
    super(code);
  }
}

export interface GrantTerms {
  readonly id: string;
  readonly source: string;
  readonly granted: bigint;
  readonly priority: number;
  /** Null: at once. */
  readonly effectiveAt: number | null;
  readonly expiresAt: number | null;
}

type Books = 'available' | 'held' | 'scheduled' | 'debt' | 'issued' | 'consumed' | 'refunded' | 'expired';

/** Of a PostgreSQL bigint. */
const most = 2n ** 63n - 1n;
const never = Number.POSITIVE_INFINITY;
const returnedPriority = 40;
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const sumOf = (parts: readonly Part[]): bigint => parts.reduce((sum, { amount }) => sum + amount, 0n);

export class AccountModel {
  readonly lots: Map<string, ModelLot>;
  readonly holds: Map<string, ModelHold>;
  readonly payments: Map<string, ModelPayment>;
  /** Refunds that stand, by their ids. */
  readonly refunds: Map<string, Taken>;
  owed = 0n;
  updatedAt: number;
  #moves: string[] = [];

  constructor(from: number | AccountModel) {
    const model = typeof from === 'number' ? null : from;
    this.lots = new Map(model?.lots);
    this.holds = new Map(model?.holds);
    this.payments = new Map(model?.payments);
    this.refunds = new Map(model?.refunds);
    this.owed = model?.owed ?? 0n;
    this.updatedAt = typeof from === 'number' ? from : from.updatedAt;
  }

  get position(): Position {
    let [available, held] = [0n, 0n];
    for (const lot of this.lots.values()) {
      available += lot.free;
      held += lot.held;
    }
    return { available, held, owed: this.owed };
  }

  /** What may be spent: by priority, soonest end, promotions first, effective first, oldest, smallest id. */
  get spendable(): ModelLot[] {
    return [...this.lots.values()].filter(({ free }) => free > 0n).sort(inBurnDownOrder);
  }

  /** The next thing that happens by itself: credits become effective, then holds end, then lots end. */
  nextDue(): Due | null {
    const dues: Due[] = [];
    for (const { id, pending, free, effectiveAt, expiresAt } of this.lots.values()) {
      if (pending > 0n) dues.push({ at: effectiveAt, rank: 0, id });
      if (free > 0n && expiresAt !== null) dues.push({ at: expiresAt, rank: 2, id });
    }
    for (const { id, status, expiresAt } of this.holds.values()) {
      if (status === 'ACTIVE') dues.push({ at: expiresAt, rank: 1, id });
    }
    const order = (a: Due, b: Due) => a.at - b.at || a.rank - b.rank || (a.id < b.id ? -1 : 1);
    return dues.sort(order)[0] ?? null;
  }

  /** Books it at its own instant. */
  bookDue({ at, rank, id }: Due): Entry[] {
    if (rank === 1) return this.#endHold(this.#hold(id), 'EXPIRED', at);
    const lot = this.#lot(id);
    if (rank === 0) {
      this.#move('scheduled', 'available', { lotId: id, amount: lot.pending });
      this.#payDebt([{ lotId: id, amount: lot.pending }]);
      return [this.#entry(lot.source === 'ADJUSTMENT' ? 'ADJUSTMENT' : 'GRANT', at)];
    }
    this.#move('available', 'expired', { lotId: id, amount: lot.free });
    return [this.#entry('EXPIRY', at)];
  }

  /** As it is at an instant, with all that is due by then. */
  settled(at: number): AccountModel {
    const model = new AccountModel(this);
    const until = Math.max(at, this.updatedAt);
    for (let due = model.nextDue(); due !== null && due.at <= until; due = model.nextDue())
      model.bookDue(due);
    return model;
  }

  grant(
    at: number,
    { effectiveAt, ...terms }: GrantTerms,
    type = terms.source === 'ADJUSTMENT' ? 'ADJUSTMENT' : 'GRANT',
  ): Entry[] {
    const pending = [...this.lots.values()].reduce((sum, lot) => sum + lot.pending, 0n);
    const { available, held } = this.position;
    const starts = effectiveAt ?? at;
    if (terms.expiresAt !== null && (terms.expiresAt <= at || terms.expiresAt <= starts))
      throw new Refused('BAD_USER_INPUT');
    if (available + held + pending + terms.granted > most) throw new Refused('BAD_USER_INPUT');
    const whole = { lotId: terms.id, amount: terms.granted };
    this.#addLot(at, { ...terms, effectiveAt: starts });
    if (starts > at) this.#move('issued', 'scheduled', whole);
    else {
      this.#move('issued', 'available', whole);
      this.#payDebt([whole]);
    }
    return [this.#entry(type, at)];
  }

  debit(at: number, amount: bigint): Entry[] {
    this.#refuseUnlessAffordable(amount);
    for (const part of this.#draw(amount, this.spendable)) this.#move('available', 'consumed', part);
    return [this.#entry('USAGE', at)];
  }

  openHold(at: number, id: string, credits: bigint, expiresAt: number): Entry[] {
    this.#refuseUnlessAffordable(credits);
    const parts = this.#draw(credits, this.spendable);
    for (const part of parts) this.#move('available', 'held', part);
    this.holds.set(id, { id, status: 'ACTIVE', credits, captured: 0n, parts, expiresAt });
    return [this.#entry('HOLD', at, id)];
  }

  extendHold(at: number, id: string, add: bigint | null, addMs: number | null): Entry[] {
    const hold = this.#hold(id);
    if (hold.status !== 'ACTIVE') throw new Refused('HOLD_NOT_ACTIVE', { status: hold.status });
    if (add !== null) this.#refuseUnlessAffordable(add);
    if (add !== null && hold.credits + add > most) throw new Refused('BAD_USER_INPUT');
    const parts = add === null ? [] : this.#draw(add, this.spendable);
    for (const part of parts) this.#move('available', 'held', part);
    this.holds.set(id, {
      ...hold,
      credits: hold.credits + (add ?? 0n),
      parts: this.#inOrder([...hold.parts, ...parts]),
      expiresAt: hold.expiresAt + (addMs ?? 0),
    });
    return [this.#entry('HOLD', at, id)];
  }

  capture(at: number, id: string, amount: bigint, allowDebt: boolean, final: boolean): Entry[] {
    const hold = this.#hold(id);
    if (hold.status === 'CAPTURED' || hold.status === 'RELEASED')
      throw new Refused('HOLD_NOT_ACTIVE', { status: hold.status });
    const isLate = hold.status === 'EXPIRED';
    const setAside = sumOf(hold.parts);
    if (!isLate && !final && amount > setAside) throw new Refused('BAD_USER_INPUT');
    const kept = [...hold.parts];
    const fromHold: Part[] = [];
    for (let left = amount; left > 0n && kept[0]; ) {
      const taken = least(kept[0].amount, left);
      fromHold.push({ lotId: kept[0].lotId, amount: taken });
      left -= taken;
      if (taken === kept[0].amount) kept.shift();
      else kept[0] = { lotId: kept[0].lotId, amount: kept[0].amount - taken };
    }
    const beyond = this.#draw(amount - sumOf(fromHold), this.spendable);
    const short = amount - sumOf(fromHold) - sumOf(beyond);
    const charged = allowDebt ? amount : amount - short;
    if (charged < amount && (!isLate || charged === 0n)) throw this.#refusal(amount - setAside, setAside);
    if ((allowDebt && this.owed + short > most) || hold.captured + charged > most)
      throw new Refused('BAD_USER_INPUT');
    const isOver = final || (!isLate && kept.length === 0);
    const freed = isOver ? kept : [];
    for (const part of fromHold) this.#move('held', 'consumed', part);
    for (const part of beyond) this.#move('available', 'consumed', part);
    if (allowDebt) this.#move('debt', 'consumed', { lotId: null, amount: short });
    this.holds.set(id, {
      ...hold,
      status: isOver ? 'CAPTURED' : hold.status,
      captured: hold.captured + charged,
      parts: isOver ? [] : kept,
    });
    return this.#setFree('USAGE', at, id, freed);
  }

  /** Null: it was released before, and nothing happens. */
  release(at: number, id: string): Entry[] | null {
    const hold = this.#hold(id);
    if (hold.status === 'RELEASED') return null;
    if (hold.status !== 'ACTIVE') throw new Refused('HOLD_NOT_ACTIVE', { status: hold.status });
    return this.#endHold(hold, 'RELEASED', at);
  }

  purchase(at: number, paymentId: string, lotId: string, cents: bigint, granted: bigint): Entry[] {
    if (this.payments.has(paymentId)) throw new Disagreement(`The payment ${paymentId} was credited twice.`);
    this.payments.set(paymentId, { lotId, cents, refundedCents: 0n });
    const terms = {
      id: lotId,
      source: 'PURCHASE',
      granted,
      priority: 50,
      effectiveAt: null,
      expiresAt: null,
    };
    return this.grant(at, terms, 'PURCHASE');
  }

  /** What is refused of refunds is refused by payments, which know the price; see Payments.refund. */
  refusesRefund(paymentId: string, cents: bigint, credits: bigint, rejectsSpent: boolean): string | null {
    const payment = this.payments.get(paymentId);
    if (!payment) return 'PAYMENT_NOT_SUCCEEDED';
    if (cents > payment.cents - payment.refundedCents) return 'REFUND_EXCEEDS_PAYMENT';
    return rejectsSpent && this.#lot(payment.lotId).free < credits ? 'CREDITS_ALREADY_SPENT' : null;
  }

  /** The payment's own credits first, then others, then debt. Holds keep theirs. */
  clawBack(at: number, paymentId: string, refundId: string, cents: bigint, credits: bigint): Entry[] {
    const payment = this.#payment(paymentId);
    if (this.refunds.has(refundId)) throw new Disagreement(`The refund ${refundId} was taken twice.`);
    const own = this.spendable.filter(({ id }) => id === payment.lotId);
    const others = this.spendable.filter(({ id }) => id !== payment.lotId);
    const parts = this.#draw(credits, [...own, ...others]);
    const debt = credits - sumOf(parts);
    for (const part of parts) this.#move('available', 'refunded', part);
    this.#move('debt', 'refunded', { lotId: null, amount: debt });
    this.refunds.set(refundId, { cents, parts, debt });
    this.payments.set(paymentId, { ...payment, refundedCents: payment.refundedCents + cents });
    return [this.#entry('REFUND', at)];
  }

  /**
   * Credits return to the lots they came from, and what has expired meanwhile is gone; debt is forgiven as far as it
   * is owed, and what was paid of it comes back as the lot `newLotId`. Other debt is paid from what returns.
   */
  unwind(at: number, paymentId: string, refundId: string, newLotId: string | null): Entry[] {
    const payment = this.#payment(paymentId);
    const taken = this.refunds.get(refundId);
    if (!taken) throw new Disagreement(`The refund ${refundId} was not taken, or was returned before.`);
    this.refunds.delete(refundId);
    this.payments.set(paymentId, { ...payment, refundedCents: payment.refundedCents - taken.cents });
    const forgiven = least(taken.debt, this.owed);
    const paid = taken.debt - forgiven;
    if ((newLotId !== null) !== paid > 0n)
      throw new Disagreement(`${paid} of debt was paid since; the lot for it: ${newLotId}.`);
    this.#move('refunded', 'debt', { lotId: null, amount: forgiven });
    const returned = [...taken.parts];
    if (newLotId !== null) {
      this.#addLot(at, {
        id: newLotId,
        source: 'ADJUSTMENT',
        granted: paid,
        priority: returnedPriority,
        effectiveAt: at,
        expiresAt: null,
      });
      returned.push({ lotId: newLotId, amount: paid });
    }
    for (const part of returned) {
      const isGone = this.#isExpired(part, at);
      this.#move('refunded', isGone ? 'expired' : 'available', part);
      if (!isGone) this.#payDebt([part]);
    }
    return [this.#entry('REFUND_FAILED', at)];
  }

  note(at: number): Entry[] {
    return [this.#entry('PAYMENT_FAILED', at)];
  }

  #endHold(hold: ModelHold, status: 'RELEASED' | 'EXPIRED', at: number): Entry[] {
    this.holds.set(hold.id, { ...hold, status, parts: [] });
    return this.#setFree('RELEASE', at, hold.id, hold.parts);
  }

  /** Ends an operation that sets credits free: debt is paid from them first, and those that expired meanwhile go. */
  #setFree(type: string, at: number, holdId: string, parts: readonly Part[]): Entry[] {
    for (const part of parts) if (!this.#isExpired(part, at)) this.#move('held', 'available', part);
    this.#payDebt(parts.filter((part) => !this.#isExpired(part, at)));
    const entries = [this.#entry(type, at, holdId)];
    const gone = parts.filter((part) => this.#isExpired(part, at));
    if (gone.length === 0) return entries;
    for (const part of gone) this.#move('held', 'expired', part);
    return [...entries, this.#entry('EXPIRY', at, holdId)];
  }

  #payDebt(incoming: readonly Part[]): void {
    for (const { lotId, amount } of incoming) {
      this.#move('available', 'debt', { lotId, amount: least(amount, this.owed) });
    }
  }

  #refuseUnlessAffordable(amount: bigint): void {
    if (this.owed > 0n || amount > this.position.available) throw this.#refusal(amount, 0n);
  }

  /** Why it cannot be afforded. What the caller's own hold has set aside is not in its way. */
  #refusal(amount: bigint, own: bigint): Refused {
    const { available, held, owed } = this.position;
    if (owed > 0n) return new Refused('ACCOUNT_IN_DEBT', { owed });
    if (amount <= available + held - own) return new Refused('CREDITS_HELD', { available, held: held - own });
    return new Refused('INSUFFICIENT_CREDITS', { available });
  }

  #draw(amount: bigint, lots: readonly ModelLot[]): Part[] {
    const parts: Part[] = [];
    let left = amount;
    for (const { id, free } of lots) {
      const taken = least(free, left);
      if (taken > 0n) parts.push({ lotId: id, amount: taken });
      left -= taken;
    }
    return parts;
  }

  /** One part per lot, in burn-down order. */
  #inOrder(parts: readonly Part[]): Part[] {
    const lots = [...new Set(parts.map(({ lotId }) => this.#lot(lotId)))].sort(inBurnDownOrder);
    return lots.map(({ id }) => ({ lotId: id, amount: sumOf(parts.filter(({ lotId }) => lotId === id)) }));
  }

  #addLot(at: number, terms: Omit<ModelLot, 'free' | 'held' | 'pending' | 'createdAt'>): void {
    if (this.lots.has(terms.id)) throw new Disagreement(`The lot ${terms.id} was granted twice.`);
    this.lots.set(terms.id, { ...terms, createdAt: at, free: 0n, held: 0n, pending: 0n });
  }

  #move(debit: Books, credit: Books, { lotId, amount }: { lotId: string | null; amount: bigint }): void {
    if (amount === 0n) return;
    this.#moves.push(moveText(debit, credit, lotId, amount));
    if (debit === 'debt') this.owed += amount;
    if (credit === 'debt') this.owed -= amount;
    if (lotId === null) return;
    const lot = this.#lot(lotId);
    const change = (books: Books) => (credit === books ? amount : 0n) - (debit === books ? amount : 0n);
    this.lots.set(lotId, {
      ...lot,
      free: lot.free + change('available'),
      held: lot.held + change('held'),
      pending: lot.pending + change('scheduled'),
    });
  }

  #entry(type: string, at: number, holdId: string | null = null): Entry {
    this.updatedAt = Math.max(at, this.updatedAt);
    const entry = { type, at: this.updatedAt, holdId, moves: this.#moves.sort(), position: this.position };
    this.#moves = [];
    return entry;
  }

  #isExpired({ lotId }: Part, at: number): boolean {
    return (this.#lot(lotId).expiresAt ?? never) <= at;
  }

  #lot(id: string): ModelLot {
    const lot = this.lots.get(id);
    if (!lot) throw new Disagreement(`The account has no lot ${id}.`);
    return lot;
  }

  #hold(id: string): ModelHold {
    const hold = this.holds.get(id);
    if (!hold) throw new Refused('NOT_FOUND');
    return hold;
  }

  #payment(id: string): ModelPayment {
    const payment = this.payments.get(id);
    if (!payment) throw new Disagreement(`The payment ${id} was not credited.`);
    return payment;
  }
}

export const moveText = (debit: string, credit: string, lotId: string | null, amount: bigint): string =>
  `${debit}→${credit} ${lotId ?? '-'} ${amount}`;

function inBurnDownOrder(a: ModelLot, b: ModelLot): number {
  const rank = (lot: ModelLot) =>
    [
      lot.priority,
      lot.expiresAt ?? never,
      lot.source === 'PROMOTION' ? 0 : 1,
      lot.effectiveAt,
      lot.createdAt,
      lot.id,
    ] as const;
  const [left, right] = [rank(a), rank(b)];
  const at = left.findIndex((value, index) => value !== right[index]);
  return (left[at] ?? 0) < (right[at] ?? 0) ? -1 : 1;
}
