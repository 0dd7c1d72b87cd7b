import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import type { InboxStore } from './inbox.store.js';

export const deleteOldEventsTask = 'delete_old_webhook_events';

const msPerDay = 86_400_000;
/** Small enough that no statement holds its locks for long. */
const eventsPerBatch = 1_000;
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
    const before = new Date(this.clock.now().getTime() - this.retentionDays * msPerDay);
    let deleted = 0;
    for (let batch = 0; batch < maxBatchesPerRun; batch++) {
      const inBatch = await this.store.deleteDone(before, eventsPerBatch);
      deleted += inBatch;
      if (inBatch < eventsPerBatch) break;
    }
    if (deleted > 0) this.log.info({ deleted, before }, 'old webhook events deleted');
  }
}
