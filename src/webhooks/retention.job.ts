import { type Clock, daysBefore } from '../platform/clock.js';
import { deleteInBatches } from '../platform/database/delete-in-batches.js';
import type { Log } from '../platform/log.js';
import type { InboxStore } from './inbox.store.js';

export const deleteOldEventsTask = 'delete_old_webhook_events';

/** A million events a night; what is beyond that goes the next. */
const maxBatchesPerRun = 1_000;

/** Deletes events that were done with long ago; those that FAILED stay until somebody has looked into them. */
export class InboxRetention {
  constructor(
    private readonly store: InboxStore,
    private readonly retentionDays: number,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async run(): Promise<void> {
    const before = daysBefore(this.clock.now(), this.retentionDays);
    const deleted = await deleteInBatches(maxBatchesPerRun, (limit) => this.store.deleteDone(before, limit));
    if (deleted > 0) this.log.info({ deleted, before }, 'old webhook events deleted');
  }
}
