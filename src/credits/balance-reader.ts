import type { LedgerStore } from '../ledger/ledger.store.js';
import { emptyPosition, type Position } from '../ledger/posting.js';
import type { Clock } from '../platform/clock.js';
import { Coalescer } from '../platform/coalesce.js';
import { type Sql, type Statement, sqlOf } from '../platform/database/sql.js';
import { badInput, notFound } from '../platform/errors.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { Books } from './books.js';
import type { BooksStore } from './books.store.js';
import { compareBurnDown } from './burn-down.js';
import type { Lot } from './lot.js';

export interface BalanceSnapshot extends Position {
  readonly updatedAt: Date;
}

interface BalanceRow {
  readonly account_id: string;
  readonly available: string;
  readonly held: string;
  readonly owed: string;
  readonly next_change_at: string | null;
  readonly updated_at: string;
}

const readBalances: Statement = {
  name: 'read_balance_rows',
  text: `select account_id, available, held, owed, next_change_at, updated_at
    from credit_balances where account_id = any($1)`,
};

/**
 * What accounts have, exact to the instant: what has fallen due is counted, whether it has been booked or not.
 * Nothing is locked, and requests at once share the look-up.
 */
export class BalanceReader {
  readonly #rows = new Coalescer((accountIds: readonly string[]) => this.#readRows(accountIds));

  constructor(
    private readonly sql: Sql,
    private readonly uow: UnitOfWork,
    private readonly store: BooksStore,
    private readonly journal: LedgerStore,
    private readonly clock: Clock,
  ) {}

  /**
   * One look-up by key, however long the account's history is; at an instant in the past, one in the journal.
   * @param asOf null: now
   * @throws DomainError NOT_FOUND; BAD_USER_INPUT for the future, and for a past that is no longer kept
   */
  async balance(accountId: string, asOf: Date | null = null): Promise<BalanceSnapshot> {
    const row = await this.#rows.ask(accountId);
    if (!row) throw notFound('Account');
    const now = this.clock.now();
    if (asOf !== null && asOf > now) throw badInput('asOf must not lie in the future.');
    if (asOf !== null && asOf < new Date(row.updated_at)) return this.#balanceAt(accountId, asOf);
    const instant = asOf ?? now;
    if (row.next_change_at !== null && new Date(row.next_change_at) <= instant) {
      const books = await this.uow.snapshot((em) => this.#settledBooks(sqlOf(em), accountId, instant));
      // Something may have been booked since the first look.
      if (asOf !== null && asOf < books.updatedAt) return this.#balanceAt(accountId, asOf);
      return snapshotOf(books);
    }
    return {
      available: BigInt(row.available),
      held: BigInt(row.held),
      owed: BigInt(row.owed),
      updatedAt: new Date(row.updated_at),
    };
  }

  /** What can be spent, lot by lot, in burn-down order. @throws as `balance` does */
  async lots(accountId: string, asOf: Date | null = null): Promise<readonly Lot[]> {
    return this.uow.snapshot(async (em) => {
      const sql = sqlOf(em);
      const books = await this.#settledBooks(sql, accountId, asOf ?? this.clock.now());
      if (asOf === null || asOf >= books.updatedAt) return books.spendable;
      const last = await this.journal.operationAt(sql, accountId, asOf);
      const lots = last ? await this.store.lotsAfter(sql, accountId, last) : [];
      return lots.filter(({ remaining }) => remaining > 0n).sort(compareBurnDown);
    });
  }

  async #readRows(accountIds: readonly string[]): Promise<(BalanceRow | null)[]> {
    const rows = await this.sql.query<BalanceRow>(readBalances, [accountIds]);
    const found = new Map(rows.map((row) => [row.account_id, row]));
    return accountIds.map((id) => found.get(id) ?? null);
  }

  async #balanceAt(accountId: string, asOf: Date): Promise<BalanceSnapshot> {
    const last = await this.journal.operationAt(this.sql, accountId, asOf);
    if (last) return { ...last.position, updatedAt: last.at };
    if (await this.journal.isCutOff(this.sql, accountId))
      throw badInput('The journal of that time is no longer kept here.');
    return { ...emptyPosition, updatedAt: asOf };
  }

  /** The books as they would be if what is due at an instant were booked. Nothing is written. */
  async #settledBooks(sql: Sql, accountId: string, now: Date): Promise<Books> {
    const request = { accountIds: [accountId], holds: [], lots: [], now };
    const state = (await this.store.look(sql, request)).get(accountId);
    if (!state) throw notFound('Account');
    const books = new Books(state, now);
    books.settle();
    return books;
  }
}

export const snapshotOf = ({ position, updatedAt }: Books): BalanceSnapshot => ({ ...position, updatedAt });
