import { expect } from '@jest/globals';
import { Books } from '../../../src/credits/books.js';
import type { Hold } from '../../../src/credits/hold.js';
import type { Lot } from '../../../src/credits/lot.js';
import { chainHash } from '../../../src/ledger/chain.js';
import type { JournalEntry, JournalHead } from '../../../src/ledger/journal-entry.js';
import { emptyPosition } from '../../../src/ledger/posting.js';

/** Keeps the books of one account in memory, and reads of them what the database does. */
export class Shelf {
  readonly lots = new Map<string, Lot>();
  readonly holds = new Map<string, Hold>();
  readonly entries: JournalEntry[] = [];
  head: JournalHead = { accountId: 'a', position: emptyPosition, seq: 0n, hash: '' };
  nextChangeAt: Date | null = null;
  #updatedAt = new Date(0);

  /** With these lots and holds, besides those that are read in any case. */
  open(now: Date, named: { readonly lots: readonly string[]; readonly holds: readonly string[] }): Books {
    const instant = now < this.#updatedAt ? this.#updatedAt : now;
    const isDue = this.nextChangeAt !== null && this.nextChangeAt <= instant;
    const active = [...this.holds.values()].filter(({ status }) => status === 'ACTIVE');
    const due = active.filter(({ expiresAt }) => expiresAt <= instant);
    const [next] = active
      .filter(({ expiresAt }) => expiresAt > instant)
      .sort((a, b) => +a.expiresAt - +b.expiresAt);
    const holds = [
      ...(isDue ? [...due, ...(next ? [next] : [])] : []),
      ...named.holds.flatMap((id) => this.holds.get(id) ?? []),
    ];
    const lots = [...this.lots.values()].filter(
      ({ id, remaining, held, pending }) => remaining + held + pending > 0n || named.lots.includes(id),
    );
    const books = new Books(
      {
        head: this.head,
        updatedAt: this.#updatedAt,
        nextChangeAt: this.nextChangeAt,
        lots: new Map(lots.map((lot) => [lot.id, lot])),
        holds: new Map(holds.map((hold) => [hold.id, hold])),
      },
      now,
    );
    books.settle();
    return books;
  }

  /** Writes what has happened, which must go on from what is here. */
  save(books: Books): void {
    const changes = books.takeChanges();
    if (!changes) return;
    expect(changes.before).toEqual(this.head);
    let hash = this.head.hash;
    for (const entry of changes.entries) {
      expect(entry.seq).toBe(BigInt(this.entries.length + 1));
      expect(+entry.at).toBeGreaterThanOrEqual(+(this.entries.at(-1)?.at ?? 0));
      hash = chainHash(hash, entry);
      expect(entry.hash).toBe(hash);
      this.entries.push(entry);
    }
    for (const lot of changes.newLots) expect(this.lots.has(lot.id)).toBe(false);
    for (const lot of changes.changedLots) expect(this.lots.has(lot.id)).toBe(true);
    for (const hold of changes.newHolds) expect(this.holds.has(hold.id)).toBe(false);
    for (const hold of changes.changedHolds) expect(this.holds.has(hold.id)).toBe(true);
    for (const lot of [...changes.newLots, ...changes.changedLots]) this.lots.set(lot.id, lot);
    for (const hold of [...changes.newHolds, ...changes.changedHolds]) this.holds.set(hold.id, hold);
    this.head = changes.after;
    this.nextChangeAt = changes.nextChangeAt;
    this.#updatedAt = changes.updatedAt;
    expect(books.takeChanges()).toBeNull();
  }
}
