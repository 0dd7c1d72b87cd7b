import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import { daysBefore } from './day.js';
import type { Reports } from './reports.js';

export const deleteOldReportsTask = 'delete_old_reconciliations';

/** Small enough that no statement holds its locks for long. */
const reportsPerBatch = 1_000;
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
    let deleted = 0;
    for (let batch = 0; batch < maxBatchesPerRun; batch++) {
      const inBatch = await this.reports.deleteOld(before, reportsPerBatch);
      deleted += inBatch;
      if (inBatch < reportsPerBatch) break;
    }
    if (deleted > 0) this.log.info({ deleted, before }, 'old reconciliation reports deleted');
  }
}
