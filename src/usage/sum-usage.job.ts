import { type Clock, daysBefore } from '../platform/clock.js';
import { sqlOf } from '../platform/database/sql.js';
import type { Log } from '../platform/log.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { Lag, UsageSumsStore } from './usage-sums.store.js';

export const sumUsageTask = 'sum_usage';

/** Fewer are read from the journal as quickly as from sums. */
const minOperations = 1_000n;
/** By then also what a quiet account did is summed up, so that its months can be detached. */
const maxLagDays = 1;
const accountsPerBatch = 1_000;
/** Of one transaction: it holds the account's mark, and nobody but another run waits for that. */
const operationsPerStep = 20_000;
/** What is beyond that goes the next run. Charts count it themselves meanwhile. */
const maxOperationsPerRun = 10_000_000;
/** An account takes as long as some hundreds of its operations, however few it has, and also where it fails. */
const operationsPerAccount = 500;

/** Sums up usage by the hour, so that a chart costs the same however much was used. */
export class UsageSummer {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly store: UsageSumsStore,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async run(): Promise<void> {
    const lag = { minOperations, markedBefore: daysBefore(this.clock.now(), maxLagDays) };
    await this.#sumLagging(lag, maxOperationsPerRun);
  }

  /**
   * Sums up all that took effect before an instant.
   * @throws the first account's error with which that failed
   */
  async sumBefore(instant: Date): Promise<void> {
    const lag = { minOperations: null, markedBefore: instant };
    const failed = await this.#sumLagging(lag, Number.POSITIVE_INFINITY);
    const [first] = failed.values();
    if (failed.size > 0) throw first;
  }

  /** Returns the errors of the accounts that could not be summed up. */
  async #sumLagging(lag: Lag, maxOperations: number): Promise<ReadonlyMap<string, unknown>> {
    let left = maxOperations;
    const failed = new Map<string, unknown>();
    for (;;) {
      const limit = accountsPerBatch + failed.size;
      const lagging = await this.uow.read((em) => this.store.lagging(sqlOf(em), lag, limit));
      for (const accountId of lagging) {
        if (failed.has(accountId)) continue;
        if (left <= 0) return failed;
        left -= operationsPerAccount;
        try {
          left -= await this.#sum(accountId, left);
        } catch (error) {
          failed.set(accountId, error);
          this.log.error({ accountId, err: error }, 'usage not summed up');
        }
      }
      if (lagging.length < limit) return failed;
    }
  }

  /** Returns how many operations it summed up: up to a step more than it may. */
  async #sum(accountId: string, maxOperations: number): Promise<number> {
    for (let summed = 0; ; ) {
      const operations = await this.uow.run((em) =>
        this.store.sumNext(sqlOf(em), accountId, operationsPerStep),
      );
      summed += operations;
      if (operations < operationsPerStep || summed >= maxOperations) return summed;
    }
  }
}
