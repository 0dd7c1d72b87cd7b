import type { Clock } from '../platform/clock.js';
import { Coalescer } from '../platform/coalesce.js';
import type { Sql } from '../platform/database/sql.js';
import { notFound } from '../platform/errors.js';
import type { BalanceSnapshot } from './credits.store.js';

interface BalanceRow {
  readonly account_id: string;
  readonly available: string;
  readonly held: string;
  readonly owed: string;
  readonly updated_at: string;
}

/** What has expired is not in a balance, swept or not. */
const readBalances = {
  name: 'read_balances',
  text: `select b.account_id, b.held, b.owed, b.updated_at,
           b.available - coalesce((
             select sum(l.remaining) from credit_lots l
              where l.account_id = b.account_id and l.remaining > 0 and l.expires_at <= $2), 0) as available
           from credit_balances b where b.account_id = any($1)`,
};

/** Balances for those who only look: nothing is locked, and requests at once share one statement. */
export class BalanceReader {
  readonly #balances = new Coalescer((accountIds: readonly string[]) => this.#readAll(accountIds));

  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async balance(accountId: string): Promise<BalanceSnapshot> {
    const balance = await this.#balances.ask(accountId);
    if (!balance) throw notFound('Account');
    return balance;
  }

  async #readAll(accountIds: readonly string[]): Promise<(BalanceSnapshot | null)[]> {
    const rows = await this.sql.query<BalanceRow>(readBalances, [accountIds, this.clock.now()]);
    const found = new Map(rows.map((row) => [row.account_id, snapshotOf(row)]));
    return accountIds.map((id) => found.get(id) ?? null);
  }
}

const snapshotOf = (row: BalanceRow): BalanceSnapshot => ({
  available: BigInt(row.available),
  held: BigInt(row.held),
  owed: BigInt(row.owed),
  updatedAt: new Date(row.updated_at),
});
