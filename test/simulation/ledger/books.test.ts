import { describe, expect, it } from '@jest/globals';
import { Books, type BooksChanges, type NewLot } from '../../../src/credits/books.js';
import type { Hold } from '../../../src/credits/hold.js';
import type { CreditSource, Lot } from '../../../src/credits/lot.js';
import type { JournalEntry, JournalHead } from '../../../src/ledger/journal-entry.js';
import type { OperationInfo } from '../../../src/ledger/operation.js';
import { emptyPosition, netPosition, type Transfer } from '../../../src/ledger/posting.js';
import { formatCredits, maxMicroCredits } from '../../../src/platform/credits.js';
import { DomainError } from '../../../src/platform/errors.js';
import { Random } from '../random.js';
import { AccountModel, type Entry, moveText, Refused } from './model.js';

const accountId = 'account';
const start = Date.parse('2026-01-31T23:59:00.000Z');
const second = 1_000;
const minute = 60_000;
const seeds = Array.from({ length: 12 }, (_, index) => index + 1);
const transactionsPerSeed = 60;

/** What the database keeps of one account, and gives out as BooksStore does: no more than is promised. */
class Memory {
  head: JournalHead = { accountId, position: emptyPosition, seq: 0n, hash: '' };
  updatedAt = new Date(start);
  nextChangeAt: Date | null = null;
  readonly lots = new Map<string, Lot>();
  readonly holds = new Map<string, Hold>();
  readonly entries: JournalEntry[] = [];

  open(now: Date, named: { readonly lots: readonly string[]; readonly holds: readonly string[] }): Books {
    const instant = now > this.updatedAt ? now : this.updatedAt;
    const isDue = this.nextChangeAt !== null && this.nextChangeAt <= instant;
    const active = [...this.holds.values()].filter(({ status }) => status === 'ACTIVE');
    const due = active.filter(({ expiresAt }) => expiresAt <= instant);
    const next = active
      .filter(({ expiresAt }) => expiresAt > instant)
      .sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime())
      .slice(0, 1);
    const holds = [...this.holds.values()].filter(({ id }) => named.holds.includes(id));
    if (isDue) holds.push(...due, ...next);
    const lots = [...this.lots.values()].filter(
      ({ id, remaining, held, pending }) => remaining + held + pending > 0n || named.lots.includes(id),
    );
    return new Books(
      {
        head: this.head,
        updatedAt: this.updatedAt,
        nextChangeAt: this.nextChangeAt,
        lots: new Map(lots.map((lot) => [lot.id, lot])),
        holds: new Map(holds.map((hold) => [hold.id, hold])),
      },
      now,
    );
  }

  save(changes: BooksChanges): void {
    expect(changes.before).toEqual(this.head);
    for (const { id } of changes.newLots) expect(this.lots.has(id)).toBe(false);
    for (const { id } of changes.changedLots) expect(this.lots.has(id)).toBe(true);
    for (const { id } of changes.newHolds) expect(this.holds.has(id)).toBe(false);
    for (const { id } of changes.changedHolds) expect(this.holds.has(id)).toBe(true);
    for (const lot of [...changes.newLots, ...changes.changedLots]) this.lots.set(lot.id, lot);
    for (const hold of [...changes.newHolds, ...changes.changedHolds]) this.holds.set(hold.id, hold);
    this.head = changes.after;
    this.updatedAt = changes.updatedAt;
    this.nextChangeAt = changes.nextChangeAt;
    this.entries.push(...changes.entries);
  }
}

/** The books of one account beside the model of the simulation, in memory, and with the same random requests to both. */
class Game {
  readonly memory = new Memory();
  readonly model = new AccountModel(start);
  readonly #payments: { id: string; lotId: string; credits: bigint }[] = [];
  /** Of claw-backs that stand. */
  readonly #refunds = new Map<string, { paymentId: string; taken: readonly Transfer[] }>();
  #last: JournalHead = this.memory.head;
  #now = start;
  #names = 0;
  #met = 0;

  constructor(
    private readonly random: Random,
    private readonly isRich: boolean,
  ) {}

  /** What one transaction does: some requests, after what has fallen due. */
  transact(): void {
    const { random, memory, model } = this;
    this.#now += random.pick([
      0,
      0,
      0,
      second,
      second,
      10 * second,
      minute,
      minute,
      10 * minute,
      60 * minute,
      -5 * second,
    ]);
    const hold = random.pickAny(this.#holds());
    const refund = random.pickAny([...this.#refunds.keys()]);
    const taken = this.#refunds.get(refund ?? '')?.taken ?? [];
    const named = {
      lots: taken.flatMap(({ lotId }) => lotId ?? []),
      holds: hold === undefined ? [] : [hold],
    };
    const books = memory.open(new Date(this.#now), named);
    const at = Math.max(this.#now, model.updatedAt);
    expect(books.now.getTime()).toBe(at);
    const expected: Entry[] = [];
    for (let due = model.nextDue(); due !== null && due.at <= at; due = model.nextDue())
      expected.push(...model.bookDue(due));
    const before = memory.nextChangeAt;
    books.settle();
    const requests = random.integer(0, 4);
    for (let number = 1; number <= requests; number++) {
      expected.push(...this.#request(books, at, hold, refund));
      expect(books.position).toEqual(model.position);
      expect(books.updatedAt.getTime()).toBe(model.updatedAt);
      if (random.chance(0.15)) this.#save(books);
    }
    expect(books.spendable.map(({ id, remaining }) => [id, remaining])).toEqual(
      model.spendable.map(({ id, free }) => [id, free]),
    );
    this.#save(books);
    expect(books.takeChanges()).toBeNull();
    const written = memory.entries.slice(this.#met);
    this.#met = memory.entries.length;
    expect(written.map(entryOf)).toEqual(expected);
    for (const entry of written) this.#expectNext(entry);
    this.#compare(requests === 0 && before !== null && before.getTime() <= at);
  }

  #save(books: Books): void {
    const changes = books.takeChanges();
    if (changes) this.memory.save(changes);
  }

  #expectNext(entry: JournalEntry): void {
    expect(entry.seq).toBe(this.#last.seq + 1n);
    expect(entry.credits).toBe(netPosition(entry.position) - netPosition(this.#last.position));
    this.#last = entry;
  }

  #compare(isFreshlySettled: boolean): void {
    const { memory, model } = this;
    expect(memory.head.position).toEqual(model.position);
    const due = model.nextDue()?.at ?? null;
    if (isFreshlySettled) expect(memory.nextChangeAt?.getTime() ?? null).toBe(due);
    else if (due !== null) expect(memory.nextChangeAt?.getTime()).toBeLessThanOrEqual(due);
    for (const lot of memory.lots.values()) {
      const { free, held, pending } = model.lots.get(lot.id) ?? {};
      expect([lot.id, lot.remaining, lot.held, lot.pending]).toEqual([lot.id, free, held, pending]);
    }
    for (const { id, status, credits, captured, draws, expiresAt } of memory.holds.values()) {
      expect({ id, status, credits, captured, parts: draws, expiresAt: expiresAt.getTime() }).toEqual(
        model.holds.get(id),
      );
    }
    expect(memory.holds.size).toBe(model.holds.size);
  }

  #request(books: Books, at: number, hold: string | undefined, refund: string | undefined): Entry[] {
    const { random } = this;
    const kind = random.weighted({
      debit: 20,
      hold: 18,
      extend: hold === undefined ? 0 : 12,
      capture: hold === undefined ? 0 : 24,
      release: hold === undefined ? 0 : 8,
      grant: 14,
      purchase: this.isRich ? 0 : 6,
      clawBack: 9,
      unwind: 7,
      note: 1,
      missing: 1,
    });
    switch (kind) {
      case 'debit': {
        const amount = this.#amount();
        return this.#both(
          (model) => model.debit(at, amount),
          () => books.debit(amount, usage),
        );
      }
      case 'hold': {
        const [id, amount, until] = [
          this.#name('hold'),
          this.#amount(),
          at + random.pick([1, 10, 60, 60, 600]) * second,
        ];
        return this.#both(
          (model) => model.openHold(at, id, amount, until),
          () => books.openHold(id, amount, new Date(until), { ...info('HOLD'), holdId: id }),
        );
      }
      case 'extend': {
        const id = hold ?? '';
        const add = random.chance(0.7) ? this.#amount() : null;
        const addMs = add === null || random.chance(0.4) ? random.pick([1, 60, 600]) * second : null;
        const until = addMs === null ? null : new Date((this.model.holds.get(id)?.expiresAt ?? 0) + addMs);
        return this.#both(
          (model) => model.extendHold(at, id, add, addMs),
          () => books.extendHold(id, { credits: add, expiresAt: until }, { ...info('HOLD'), holdId: id }),
        );
      }
      case 'capture': {
        const id = hold ?? '';
        const held = this.model.holds.get(id);
        const left = held?.parts.reduce((sum, { amount }) => sum + amount, 0n) || (held?.credits ?? 1n);
        const amount = random.pick([
          left,
          left,
          left / 2n + 1n,
          left / 3n + 1n,
          left + 1n,
          left + this.#amount(),
        ]);
        const terms = { allowDebt: random.chance(0.3), final: random.chance(0.55) };
        return this.#both(
          (model) => model.capture(at, id, amount, terms.allowDebt, terms.final),
          () => books.capture(id, amount, terms, { ...usage, holdId: id }),
        );
      }
      case 'release': {
        const id = hold ?? '';
        return this.#both(
          (model) => model.release(at, id) ?? [],
          () => books.release(id),
        );
      }
      case 'grant': {
        const rounded = Math.ceil(at / minute) * minute;
        const effectiveAt = random.chance(0.35) ? rounded + random.pick([-1, 0, 1, 10]) * minute : null;
        const expiresAt = random.chance(0.65) ? rounded + random.pick([0, 1, 1, 10, 60]) * minute : null;
        const granted =
          this.isRich && random.chance(0.7)
            ? maxMicroCredits / BigInt(random.integer(1, 4))
            : BigInt(random.integer(1, 100));
        const source = random.pick(['PROMOTION', 'PROMOTION', 'SUBSCRIPTION', 'ADJUSTMENT'] as const);
        const terms = this.#terms(source, granted, random.pick([0, 10, 10, 50]));
        const asked = {
          ...terms,
          effectiveAt: new Date(effectiveAt ?? at),
          expiresAt: expiresAt === null ? null : new Date(expiresAt),
        };
        return this.#both(
          (model) => model.grant(at, { ...terms, effectiveAt, expiresAt }),
          () => books.grant(asked, info(source === 'ADJUSTMENT' ? 'ADJUSTMENT' : 'GRANT')),
        );
      }
      case 'purchase': {
        const terms = this.#terms('PURCHASE', BigInt(random.integer(20, 120)), 50);
        const id = this.#name('payment');
        this.#payments.push({ id, lotId: terms.id, credits: terms.granted });
        const price = { amount: terms.granted, currency: 'USD' };
        return this.#both(
          (model) => model.purchase(at, id, terms.id, terms.granted, terms.granted),
          () =>
            books.grant(
              { ...terms, effectiveAt: books.now, expiresAt: null, paymentId: id, price },
              info('PURCHASE'),
            ),
        );
      }
      case 'clawBack': {
        const payment = random.pickAny(this.#payments);
        if (!payment) return [];
        const [id, amount] = [this.#name('refund'), BigInt(random.integer(0, Number(payment.credits)))];
        const entries = this.#both(
          (model) => model.clawBack(at, payment.id, id, 0n, amount),
          () => {
            const seq = books.clawBack(payment.lotId, amount, 'refunded', info('REFUND'));
            this.#save(books);
            const taken = this.memory.entries.find((entry) => entry.seq === seq)?.transfers ?? [];
            this.#refunds.set(id, { paymentId: payment.id, taken });
          },
        );
        return entries;
      }
      case 'unwind': {
        const undone = this.#refunds.get(refund ?? '');
        if (refund === undefined || !undone) return [];
        this.#refunds.delete(refund);
        const { debt } = this.model.refunds.get(refund) ?? { debt: 0n };
        const substitute = this.#name('lot');
        return this.#both(
          (model) => model.unwind(at, undone.paymentId, refund, debt > model.owed ? substitute : null),
          () =>
            books.unwind(undone.taken, 'refunded', { id: substitute, priority: 40 }, info('REFUND_FAILED')),
        );
      }
      case 'note':
        return this.#both(
          (model) => model.note(at),
          () => books.note(info('PAYMENT_FAILED')),
        );
      case 'missing':
        return this.#both(
          (model) => model.release(at, 'missing') ?? [],
          () => books.release('missing'),
        );
    }
  }

  /** Both do it, or both refuse it for the same reason. */
  #both(inModel: (model: AccountModel) => Entry[], inBooks: () => unknown): Entry[] {
    let entries: Entry[] = [];
    let refused: Refused | null = null;
    try {
      entries = inModel(this.model);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused = error;
    }
    let refusal: DomainError | null = null;
    try {
      inBooks();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refusal = error;
    }
    expect(refusal?.code).toBe(refused?.code);
    for (const [name, value] of Object.entries(refused?.details ?? {})) {
      expect(refusal?.details[name]).toBe(typeof value === 'bigint' ? formatCredits(value) : value);
    }
    return entries;
  }

  #terms(source: CreditSource, granted: bigint, priority: number): Omit<NewLot, 'effectiveAt' | 'expiresAt'> {
    return { id: this.#name('lot'), source, granted, priority, paymentId: null, price: null };
  }

  /** In no order that says when it was given. */
  #name(kind: string): string {
    this.#names += 1;
    return `${this.random.integer(0, 9)}-${kind}-${this.#names}`;
  }

  /** Mostly of those that hold; a few that were there long ago are enough of the others. */
  #holds(): string[] {
    const holds = [...this.model.holds.values()];
    const active = holds.filter(({ status }) => status === 'ACTIVE');
    return (active.length > 0 && this.random.chance(0.8) ? active : holds.slice(-6)).map(({ id }) => id);
  }

  #amount(): bigint {
    const { available } = this.model.position;
    if (this.random.chance(0.3)) return BigInt(this.random.integer(1, 60));
    return (available * BigInt(this.random.integer(5, 110))) / 100n + 1n;
  }
}

const info = (type: OperationInfo['type']): OperationInfo => ({ type, description: 'It was asked for' });
const usage = info('USAGE');

const entryOf = ({ info: { type, holdId }, at, transfers, position }: JournalEntry): Entry => ({
  type,
  at: at.getTime(),
  holdId: holdId ?? null,
  moves: transfers.map(({ debit, credit, lotId, amount }) => moveText(debit, credit, lotId, amount)).sort(),
  position,
});

describe('the books, beside an independent model', () => {
  it.each(seeds)('do what it does: seed %i', (seed) => {
    const game = new Game(new Random(seed), seed % 6 === 0);
    for (let number = 1; number <= transactionsPerSeed; number++) game.transact();
  });
});
