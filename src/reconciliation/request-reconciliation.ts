import { enqueueJob } from '../platform/jobs/enqueue.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { Reconciler } from './reconciler.js';
import type { Reconciliation } from './reconciliation.entity.js';
import type { Reports } from './reports.js';

/** One run; see `Reconciler`. */
export const reconcileTask = 'reconcile';
/** Of a run that could not even write its report. */
const maxAttempts = 3;

export interface Requested {
  readonly queued: boolean;
  /** The one that is under way instead; null where it has not begun its report yet. */
  readonly running: Reconciliation | null;
}

/** Has a job do a run, which may take longer than a request waits. Asking twice before it begins queues one. */
export class RequestReconciliation {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly reconciler: Reconciler,
    private readonly reports: Reports,
  ) {}

  async execute(requestedBy: string): Promise<Requested> {
    if (await this.reconciler.isRunning()) return { queued: false, running: await this.reports.running() };
    const options = { jobKey: `${reconcileTask}:requested`, maxAttempts };
    await this.uow.run((em) => enqueueJob(em, reconcileTask, { requestedBy }, options));
    return { queued: true, running: null };
  }
}
