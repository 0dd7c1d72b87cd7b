import type { Clock } from '../platform/clock.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { CreditsService } from './credits.service.js';
import type { CreditsStore } from './credits.store.js';

export const sweepExpiredLotsTask = 'sweep_expired_lots';
/** One run's worth; what is beyond it waits for the next minute, and is not spendable meanwhile. */
const maxAccountsPerRun = 1_000;

/** Books expiries that no debit or grant has come upon yet, one transaction per account. */
export class ExpirySweeper {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly store: CreditsStore,
    private readonly credits: CreditsService,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    const now = this.clock.now();
    const accounts = await this.uow.read((em) =>
      this.store.accountsWithExpiredLots(em, now, maxAccountsPerRun),
    );
    for (const accountId of accounts) await this.uow.run((em) => this.credits.sweepExpired(em, accountId));
  }
}
