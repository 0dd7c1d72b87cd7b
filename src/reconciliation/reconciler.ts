import type { ClientConfig } from 'pg';
import { AdvisoryLock, isLockTaken, LockLost } from '../platform/database/advisory-lock.js';
import type { Sql } from '../platform/database/sql.js';
import type { Log } from '../platform/log.js';
import { errorSummary } from '../webhooks/error-summary.js';
import type { DayByDay } from './day-by-day.js';
import type { EventCatchUp } from './event-catch-up.js';
import type { OpenObjects } from './open-objects.js';
import type { Reconciliation } from './reconciliation.entity.js';
import type { ReconciliationMetrics } from './reconciliation-metrics.js';
import { type Findings, healedBy, noFindings } from './report.js';
import type { Origin, Reports } from './reports.js';

/** Held by whoever reconciles. */
const reconcilerLock = [0x42_49_4c_4c, 3] as const;

export interface RunResult {
  /** False where another one was at it. */
  readonly ran: boolean;
  /** Of this run, or of the other; null where the other has not begun its report yet. */
  readonly report: Reconciliation | null;
}

/** What a run is made of, in this order. */
export interface ReconcilerParts {
  readonly events: EventCatchUp;
  readonly open: OpenObjects;
  readonly days: DayByDay;
}

/**
 * Compares our books with Stripe's and heals what is safe to heal, which is what asking Stripe again heals: an event
 * that never arrived, a payment, refund or dispute that moved on unnoticed. It never corrects an amount. Whatever it does is
 * harmless to repeat, so that a run which was broken off, wherever that was, is made up for by the next one.
 */
export class Reconciler {
  constructor(
    private readonly parts: ReconcilerParts,
    private readonly reports: Reports,
    private readonly sql: Sql,
    private readonly connection: () => Promise<ClientConfig>,
    private readonly metrics: ReconciliationMetrics,
    private readonly log: Log,
  ) {}

  /**
   * One run, unless another is under way in any process. It resolves also where the run is broken off: the report is
   * FAILED then, and says why. It rejects only where the database does not take the report.
   */
  async run(origin: Origin, signal?: AbortSignal): Promise<RunResult> {
    const lock = await AdvisoryLock.tryTake(await this.connection(), reconcilerLock);
    if (!lock) return { ran: false, report: await this.reports.running() };
    try {
      return { ran: true, report: await this.#runLocked(origin, lock, signal) };
    } finally {
      await lock.release();
    }
  }

  /** Whether a run is under way in any process. */
  isRunning(): Promise<boolean> {
    return isLockTaken(this.sql, reconcilerLock);
  }

  async #runLocked(origin: Origin, lock: AdvisoryLock, signal?: AbortSignal): Promise<Reconciliation> {
    const { id } = await this.reports.begin(origin);
    const checkpoint = () => {
      if (signal?.aborted) throw new Stopped();
      lock.assertHeld();
    };
    const findings = noFindings();
    try {
      await this.#steps(id, findings, checkpoint);
      const report = await this.reports.finish(id, findings);
      this.#tell(report);
      return report;
    } catch (error) {
      this.metrics.healed(findings);
      this.log.error({ reconciliationId: id, err: error }, 'reconciliation broken off');
      return this.reports.fail(id, findings, failureOf(error));
    }
  }

  async #steps(id: string, findings: Findings, checkpoint: () => void): Promise<void> {
    for (const part of [this.parts.events, this.parts.open, this.parts.days]) {
      await part.run(findings, checkpoint);
      checkpoint();
      await this.reports.record(id, findings);
    }
  }

  #tell(report: Reconciliation): void {
    this.metrics.healed(report);
    const { id, status, eventsStored, differencesLeft } = report;
    const about = { reconciliationId: id, status, healed: healedBy(report), eventsStored, differencesLeft };
    if (status === 'AGREED') this.log.info(about, 'reconciled with Stripe');
    else if (status === 'INCOMPLETE')
      this.log.warn(about, 'there was more to reconcile than fits into one run');
    else this.log.error({ ...about, first: report.differences[0] }, 'our books and those of Stripe differ');
  }
}

/** The process is shutting down. */
class Stopped extends Error {
  override readonly name = 'Stopped';

  constructor() {
    super('The process was told to stop.');
  }
}

const failureOf = (error: unknown): string =>
  error instanceof Stopped || error instanceof LockLost ? error.message : errorSummary(error);
