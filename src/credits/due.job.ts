import type { Clock } from '../platform/clock.js';
import type { Sql } from '../platform/database/sql.js';
import type { Log } from '../platform/log.js';
import type { BooksStore } from './books.store.js';
import type { GroupCommit } from './group-commit.js';

export const bookDueTask = 'book_due';
const accountsPerBatch = 1_000;
/** What is beyond one run's worth waits for the next minute, and is counted by reads and debits meanwhile. */
const maxBatchesPerRun = 50;

/**
 * Books what fell due in accounts that nobody has touched since: expired lots and holds, lots that became
 * effective. It takes the accounts' locks like everybody else, so that a hold whose capture is under way is left
 * alone until that is through.
 */
export class DueBooker {
  constructor(
    private readonly sql: Sql,
    private readonly store: BooksStore,
    private readonly commits: GroupCommit,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async run(): Promise<void> {
    for (let batch = 0; batch < maxBatchesPerRun; batch++) {
      const accounts = await this.store.dueAccounts(this.sql, this.clock.now(), accountsPerBatch);
      const failed = await this.#book(accounts);
      // Those that failed stay first in line: what is behind them has to wait for somebody to look at them.
      if (accounts.length < accountsPerBatch || failed === accounts.length) return;
    }
  }

  /** Returns for how many it could not be done. */
  async #book(accounts: readonly string[]): Promise<number> {
    // Opening the books is all there is to it.
    const works = accounts.map((accountId) => ({
      accountId,
      claim: null,
      reads: () => ({}),
      apply: () => null,
      replay: () => null,
    }));
    const outcomes = await this.commits.submitAll(works);
    outcomes.forEach((outcome, i) => {
      if ('error' in outcome)
        this.log.error({ accountId: accounts[i], err: outcome.error }, 'due changes not booked');
    });
    return outcomes.filter((outcome) => 'error' in outcome).length;
  }
}
