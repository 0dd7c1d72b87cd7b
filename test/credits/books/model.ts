import type { NewLot } from '../../../src/credits/books.js';
import type { HoldStatus } from '../../../src/credits/hold.js';
import type { ErrorCode } from '../../../src/platform/errors.js';

export interface ModelLot {
  readonly terms: NewLot & { readonly createdAt: Date };
  free: bigint;
  later: bigint;
  /** By hold. */
  readonly aside: Map<string, bigint>;
}

export interface ModelHold {
  readonly id: string;
  status: HoldStatus;
  credits: bigint;
  captured: bigint;
  until: number;
}

export interface Taken {
  readonly lots: readonly (readonly [ModelLot, bigint])[];
  readonly debt: bigint;
}

class Refused extends Error {
  constructor(readonly code: ErrorCode) {
    super(code);
  }
}

const sum = (amounts: Iterable<bigint>) => [...amounts].reduce((a, b) => a + b, 0n);
const min = (a: bigint, b: bigint) => (a < b ? a : b);
const neverMs = 9e15;
const untilOf = ({ terms }: ModelLot) => terms.expiresAt?.getTime() ?? neverMs;

/**
 * What an account should have, the plain way: credits lie in lots, free, or aside for a hold, or for later. There is
 * no journal, nothing is cached, and whatever may happen is looked for among everything there ever was.
 */
export class Model {
  readonly lots: ModelLot[] = [];
  readonly holds: ModelHold[] = [];
  owed = 0n;
  now = 0;
  #lastAt = 0;

  get available(): bigint {
    return sum(this.lots.map(({ free }) => free));
  }

  get held(): bigint {
    return sum(this.lots.flatMap(({ aside }) => [...aside.values()]));
  }

  /** Time passes; a clock that lags behind what was done does not turn it back. */
  begin(now: number): void {
    this.now = Math.max(now, this.#lastAt);
    for (;;) {
      const [next] = this.#events().sort((a, b) => a.at - b.at || a.rank - b.rank || (a.id < b.id ? -1 : 1));
      if (!next || next.at > this.now) return;
      next.happen();
      this.#did(next.at);
    }
  }

  grant(terms: NewLot): ErrorCode | null {
    return this.#try(() => {
      const from = terms.effectiveAt.getTime();
      const until = terms.expiresAt?.getTime() ?? neverMs;
      if (terms.granted <= 0n || until <= this.now || until <= from) throw new Refused('BAD_USER_INPUT');
      const lot = this.#newLot(terms);
      if (from > this.now) lot.later = terms.granted;
      else this.#setFree(lot, terms.granted, this.now);
    });
  }

  debit(amount: bigint): ErrorCode | null {
    return this.#try(() => this.#take(this.#affordable(amount)));
  }

  hold(id: string, amount: bigint, until: number): ErrorCode | null {
    return this.#try(() => {
      for (const [lot, part] of this.#take(this.#affordable(amount))) lot.aside.set(id, part);
      this.holds.push({ id, status: 'ACTIVE', credits: amount, captured: 0n, until });
    });
  }

  extend(id: string, amount: bigint | null, until: number | null): ErrorCode | null {
    return this.#try(() => {
      const hold = this.#hold(id);
      if (hold.status !== 'ACTIVE') throw new Refused('HOLD_NOT_ACTIVE');
      for (const [lot, part] of amount === null ? [] : this.#take(this.#affordable(amount)))
        lot.aside.set(id, (lot.aside.get(id) ?? 0n) + part);
      hold.credits += amount ?? 0n;
      hold.until = until ?? hold.until;
    });
  }

  capture(id: string, amount: bigint, allowDebt: boolean, final: boolean): ErrorCode | null {
    return this.#try(() => {
      if (amount <= 0n) throw new Refused('BAD_USER_INPUT');
      const hold = this.#hold(id);
      if (hold.status === 'CAPTURED' || hold.status === 'RELEASED') throw new Refused('HOLD_NOT_ACTIVE');
      const late = hold.status === 'EXPIRED';
      const aside = sum(this.lots.map((lot) => lot.aside.get(id) ?? 0n));
      if (!late && !final && amount > aside) throw new Refused('BAD_USER_INPUT');
      const own = min(aside, amount);
      const free = min(this.available, amount - own);
      const missing = amount - own - free;
      if (missing > 0n && !allowDebt && (!late || own + free === 0n)) {
        if (this.owed > 0n) throw new Refused('ACCOUNT_IN_DEBT');
        const others = this.held - aside;
        throw new Refused(
          amount - aside <= this.available + others ? 'CREDITS_HELD' : 'INSUFFICIENT_CREDITS',
        );
      }
      let left = own;
      for (const lot of this.#inOrder()) {
        const part = min(lot.aside.get(id) ?? 0n, left);
        if (part > 0n) this.#lessAside(lot, id, part);
        left -= part;
      }
      this.#take(free);
      if (allowDebt) this.owed += missing;
      hold.captured += own + free + (allowDebt ? missing : 0n);
      if (final || (!late && own === aside)) {
        hold.status = 'CAPTURED';
        this.#giveBack(id, this.now);
      }
    });
  }

  release(id: string): ErrorCode | null {
    const hold = this.holds.find((one) => one.id === id);
    if (hold?.status === 'RELEASED') return null;
    return this.#try(() => {
      if (this.#hold(id).status !== 'ACTIVE') throw new Refused('HOLD_NOT_ACTIVE');
      this.#hold(id).status = 'RELEASED';
      this.#giveBack(id, this.now);
    });
  }

  clawBack(lotId: string, amount: bigint): Taken {
    const own = this.lots.filter(({ terms }) => terms.id === lotId);
    const others = this.#inOrder().filter((lot) => !own.includes(lot));
    let left = amount;
    const lots: [ModelLot, bigint][] = [];
    for (const lot of [...own, ...others]) {
      const part = min(lot.free, left);
      if (part === 0n) continue;
      lot.free -= part;
      left -= part;
      lots.push([lot, part]);
    }
    this.owed += left;
    this.#did(this.now);
    return { lots, debt: left };
  }

  unwind({ lots, debt }: Taken, substitute: NewLot): void {
    const forgiven = min(debt, this.owed);
    this.owed -= forgiven;
    for (const [lot, amount] of lots) this.#setFree(lot, amount, this.now);
    if (debt > forgiven)
      this.#setFree(this.#newLot({ ...substitute, granted: debt - forgiven }), debt - forgiven, this.now);
    this.#did(this.now);
  }

  /** When something happens by itself next; null: never. */
  get nextAt(): number | null {
    const events = this.#events().map(({ at }) => at);
    return events.length === 0 ? null : Math.min(...events);
  }

  #events() {
    const effective = this.lots
      .filter(({ later }) => later > 0n)
      .map((lot) => ({
        at: lot.terms.effectiveAt.getTime(),
        rank: 0,
        id: lot.terms.id,
        happen: () => {
          const { later } = lot;
          lot.later = 0n;
          this.#setFree(lot, later, lot.terms.effectiveAt.getTime());
        },
      }));
    const forgotten = this.holds
      .filter(({ status }) => status === 'ACTIVE')
      .map((hold) => ({
        at: hold.until,
        rank: 1,
        id: hold.id,
        happen: () => {
          hold.status = 'EXPIRED';
          this.#giveBack(hold.id, hold.until);
        },
      }));
    const gone = this.lots
      .filter((lot) => lot.free > 0n && untilOf(lot) < neverMs)
      .map((lot) => ({
        at: untilOf(lot),
        rank: 2,
        id: lot.terms.id,
        happen: () => {
          lot.free = 0n;
        },
      }));
    return [...effective, ...forgotten, ...gone];
  }

  #try(work: () => void): ErrorCode | null {
    try {
      work();
    } catch (error) {
      if (error instanceof Refused) return error.code;
      throw error;
    }
    this.#did(this.now);
    return null;
  }

  #did(at: number): void {
    this.#lastAt = Math.max(this.#lastAt, at);
  }

  #hold(id: string): ModelHold {
    const hold = this.holds.find((one) => one.id === id);
    if (!hold) throw new Refused('NOT_FOUND');
    return hold;
  }

  #newLot(terms: NewLot): ModelLot {
    const lot = { terms: { ...terms, createdAt: new Date(this.now) }, free: 0n, later: 0n, aside: new Map() };
    this.lots.push(lot);
    return lot;
  }

  #inOrder(): ModelLot[] {
    const rank = ({ terms }: ModelLot) => [
      terms.priority,
      terms.expiresAt?.getTime() ?? neverMs,
      terms.source === 'PROMOTION' ? 0 : 1,
      terms.effectiveAt.getTime(),
      terms.createdAt.getTime(),
    ];
    return this.lots.toSorted((a, b) => {
      const [left, right] = [rank(a), rank(b)];
      const i = left.findIndex((value, at) => value !== right[at]);
      return i < 0 ? (a.terms.id < b.terms.id ? -1 : 1) : (left[i] ?? 0) - (right[i] ?? 0);
    });
  }

  #affordable(amount: bigint): bigint {
    if (amount <= 0n) throw new Refused('BAD_USER_INPUT');
    if (this.owed > 0n) throw new Refused('ACCOUNT_IN_DEBT');
    if (amount <= this.available) return amount;
    throw new Refused(amount <= this.available + this.held ? 'CREDITS_HELD' : 'INSUFFICIENT_CREDITS');
  }

  #take(amount: bigint): (readonly [ModelLot, bigint])[] {
    let left = amount;
    return this.#inOrder().flatMap((lot) => {
      const part = min(lot.free, left);
      lot.free -= part;
      left -= part;
      return part > 0n ? [[lot, part] as const] : [];
    });
  }

  #setFree(lot: ModelLot, amount: bigint, at: number): void {
    if (untilOf(lot) <= at) return;
    const paid = min(this.owed, amount);
    this.owed -= paid;
    lot.free += amount - paid;
  }

  #giveBack(holdId: string, at: number): void {
    for (const lot of this.#inOrder()) {
      const amount = lot.aside.get(holdId) ?? 0n;
      lot.aside.delete(holdId);
      if (amount > 0n) this.#setFree(lot, amount, at);
    }
  }

  #lessAside(lot: ModelLot, holdId: string, amount: bigint): void {
    const left = (lot.aside.get(holdId) ?? 0n) - amount;
    if (left > 0n) lot.aside.set(holdId, left);
    else lot.aside.delete(holdId);
  }
}
