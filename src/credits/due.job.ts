import type { Clock } from '../platform/clock.js';
import type { Sql } from '../platform/database/sql.js';
import type { Log } from '../platform/log.js';
import type { BooksStore } from './books.store.js';
import type { GroupCommit } from './group-commit.js';

export const bookDueTask = 'book_due';
/** One run's worth; what is beyond it waits for the next minute, and is counted by reads and debits meanwhile. */
const maxAccountsPerRun = 1_000;

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
    const accounts = await this.store.dueAccounts(this.sql, this.clock.now(), maxAccountsPerRun);
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
  }
}
