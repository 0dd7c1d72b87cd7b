import { type Clock, daysBefore } from '../platform/clock.js';
import { deleteInBatches } from '../platform/database/delete-in-batches.js';
import type { Log } from '../platform/log.js';
import type { Reports } from './reports.js';

export const deleteOldReportsTask = 'delete_old_reconciliations';

/** A run an hour makes twenty-four a day; what is beyond this goes the next night. */
const maxBatchesPerRun = 100;

/** Deletes reports that nobody will ask for any more; see `Reports.deleteOld` for those that stay. */
export class ReportRetention {
  constructor(
    private readonly reports: Reports,
    private readonly retentionDays: number,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async run(): Promise<void> {
    const before = daysBefore(this.clock.now(), this.retentionDays);
    const deleted = await deleteInBatches(maxBatchesPerRun, (limit) => this.reports.deleteOld(before, limit));
    if (deleted > 0) this.log.info({ deleted, before }, 'old reconciliation reports deleted');
  }
}
