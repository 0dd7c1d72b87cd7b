import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Books, NewLot } from '../../../src/credits/books.js';
import { creditSources } from '../../../src/credits/lot.js';
import type { Transfer } from '../../../src/ledger/posting.js';
import { DomainError, type ErrorCode } from '../../../src/platform/errors.js';
import { Model, type Taken } from './model.js';
import { Shelf } from './shelf.js';

/** Few instants and few credits, so that things coincide. */
const moment = fc.integer({ min: 0, max: 6 });
const amount = fc.bigInt({ min: 0n, max: 15n });
const granted = fc.bigInt({ min: 0n, max: 40n });
/** The newest of them, or one before it. */
const pick = fc.nat({ max: 3 });
const kind = <Kind extends string>(name: Kind) => fc.constant(name);

const command = fc.oneof(
  fc.record({
    kind: kind('grant'),
    amount: granted,
    source: fc.constantFrom(...creditSources),
    priority: fc.integer({ min: 1, max: 2 }),
    effectiveIn: fc.integer({ min: -1, max: 3 }),
    expiresIn: fc.option(moment, { nil: null }),
  }),
  fc.record({ kind: kind('debit'), amount }),
  fc.record({ kind: kind('hold'), amount, seconds: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    kind: kind('extend'),
    pick,
    amount: fc.option(amount, { nil: null }),
    seconds: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
  }),
  fc.record({ kind: kind('capture'), pick, amount, allowDebt: fc.boolean(), final: fc.boolean() }),
  fc.record({ kind: kind('release'), pick }),
  fc.record({ kind: kind('clawBack'), pick, amount: fc.bigInt({ min: 1n, max: 25n }) }),
  fc.record({ kind: kind('unwind'), pick }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** What is done in one transaction, so much later than the one before; a clock may also go back. */
const batch = fc.record({
  wait: fc.constantFrom(0, 0, 1, 2, 9, -2),
  /** Whether the books are written in between, as in a large batch. */
  chunked: fc.boolean(),
  commands: fc.array(command, { maxLength: 6, size: 'max' }),
});

const at = <Item>(items: readonly Item[], index: number): Item | undefined =>
  items.at(-1 - (index % Math.max(1, items.length)));
const second = 1_000;

class Comparison {
  readonly #model = new Model();
  readonly #shelf = new Shelf();
  readonly #clawBacks: { readonly seq: bigint; readonly taken: Taken; unwound: boolean }[] = [];
  #now = 1_000 * second;
  #ids = 0;

  run(batches: readonly { wait: number; chunked: boolean; commands: readonly Command[] }[]): void {
    for (const { wait, chunked, commands } of batches) {
      this.#now += wait * second;
      this.#model.begin(this.#now);
      const books = this.#shelf.open(new Date(this.#now), {
        holds: this.#model.holds.map(({ id }) => id),
        lots: this.#model.lots.map(({ terms }) => terms.id),
      });
      this.#compare(books);
      for (const one of commands) {
        this.#do(books, one);
        this.#compare(books);
        if (chunked) this.#shelf.save(books);
      }
      this.#shelf.save(books);
      this.#compareShelf();
    }
    this.#now += 100 * second;
    this.#model.begin(this.#now);
    // Nothing is named: what was due has to be found by itself.
    const books = this.#shelf.open(new Date(this.#now), { holds: [], lots: [] });
    this.#shelf.save(books);
    this.#compareShelf();
  }

  #do(books: Books, one: Command): void {
    const model = this.#model;
    const info = { type: 'USAGE', description: one.kind } as const;
    const seconds = (n: number) => new Date(model.now + n * second);
    switch (one.kind) {
      case 'grant': {
        const terms: NewLot = {
          id: this.#newId(),
          source: one.source,
          granted: one.amount,
          priority: one.priority,
          effectiveAt: seconds(one.effectiveIn),
          expiresAt: one.expiresIn === null ? null : seconds(one.expiresIn),
          paymentId: null,
          price: null,
        };
        expect(codeOf(() => books.grant(terms, info))).toBe(model.grant(terms));
        return;
      }
      case 'debit':
        expect(codeOf(() => books.debit(one.amount, info))).toBe(model.debit(one.amount));
        return;
      case 'hold': {
        const id = this.#newId();
        const until = seconds(one.seconds);
        const code = codeOf(() => books.openHold(id, one.amount, until, { ...info, holdId: id }));
        expect(code).toBe(model.hold(id, one.amount, +until));
        return;
      }
      case 'clawBack': {
        const lotId = at(model.lots, one.pick)?.terms.id ?? 'none';
        const seq = books.clawBack(lotId, one.amount, 'refunded', info);
        this.#clawBacks.push({ seq, taken: model.clawBack(lotId, one.amount), unwound: false });
        return;
      }
      case 'unwind': {
        const done = at(this.#clawBacks, one.pick);
        const transfers = done && this.#transfersOf(done.seq);
        if (!done || !transfers || done.unwound) return;
        done.unwound = true;
        const substitute = { id: this.#newId(), priority: 4 };
        books.unwind(transfers, 'refunded', substitute, info);
        model.unwind(done.taken, {
          ...substitute,
          source: 'ADJUSTMENT',
          granted: 0n,
          effectiveAt: new Date(model.now),
          expiresAt: null,
          paymentId: null,
          price: null,
        });
        return;
      }
    }
    const holdId = at(model.holds, one.pick)?.id ?? 'none';
    const of = { ...info, holdId };
    if (one.kind === 'release') expect(codeOf(() => books.release(holdId))).toBe(model.release(holdId));
    else if (one.kind === 'capture') {
      const { allowDebt, final } = one;
      const code = codeOf(() => books.capture(holdId, one.amount, { allowDebt, final }, of));
      expect(code).toBe(model.capture(holdId, one.amount, allowDebt, final));
    } else {
      const hold = model.holds.find(({ id }) => id === holdId);
      const until = one.seconds === null || !hold ? null : hold.until + one.seconds * second;
      const code = codeOf(() =>
        books.extendHold(
          holdId,
          { credits: one.amount, expiresAt: until === null ? null : new Date(until) },
          of,
        ),
      );
      expect(code).toBe(model.extend(holdId, one.amount, until));
    }
  }

  /** Of a claw-back whose operation was saved. */
  #transfersOf(seq: bigint): readonly Transfer[] | undefined {
    return this.#shelf.entries[Number(seq) - 1]?.transfers;
  }

  #newId(): string {
    this.#ids += 1;
    return String(this.#ids).padStart(4, '0');
  }

  #compare(books: Books): void {
    const { available, held, owed } = this.#model;
    expect(books.position).toEqual({ available, held, owed });
    if (owed > 0n) expect(available).toBe(0n);
    for (const { terms, free, later, aside } of this.#model.lots) {
      const lot = books.lot(terms.id);
      expect([terms.id, lot?.remaining, lot?.held, lot?.pending]).toEqual([
        terms.id,
        free,
        total(aside),
        later,
      ]);
    }
    for (const { until, ...hold } of this.#model.holds) {
      expect(books.hold(hold.id)).toMatchObject({ ...hold, expiresAt: new Date(until) });
      const aside = this.#model.lots.flatMap((lot) => lot.aside.get(hold.id) ?? []);
      expect(total(new Map(books.hold(hold.id).draws.map((draw) => [draw.lotId, draw.amount])))).toBe(
        sumOf(aside),
      );
    }
  }

  #compareShelf(): void {
    const { nextAt, holds, lots } = this.#model;
    const { nextChangeAt, entries } = this.#shelf;
    if (nextAt !== null)
      expect(nextChangeAt === null ? Number.MAX_VALUE : +nextChangeAt).toBeLessThanOrEqual(nextAt);
    for (const { id, status, captured } of holds) {
      expect(this.#shelf.holds.get(id)).toMatchObject({ status, captured });
      const own = entries.filter(({ info }) => info.holdId === id).flatMap(({ transfers }) => transfers);
      expect(sumOf(own.filter(({ credit }) => credit === 'consumed').map((one) => one.amount))).toBe(
        captured,
      );
    }
    for (const { terms, free, later, aside } of lots) {
      const lot = this.#shelf.lots.get(terms.id);
      expect([lot?.remaining, lot?.held, lot?.pending]).toEqual([free, total(aside), later]);
    }
  }
}

const sumOf = (amounts: readonly bigint[]) => amounts.reduce((a, b) => a + b, 0n);
const total = (amounts: ReadonlyMap<string, bigint>) => sumOf([...amounts.values()]);

function codeOf(work: () => unknown): ErrorCode | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

test('the books of an account are what they should be, whatever is done and whenever', () => {
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 25, size: 'max' }), (batches) =>
      new Comparison().run(batches),
    ),
    { numRuns: 300 },
  );
});
