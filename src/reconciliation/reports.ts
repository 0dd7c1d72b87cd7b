import type { EntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../platform/clock.js';
import { type InstantPosition, olderThan } from '../platform/database/instant-position.js';
import { newId } from '../platform/ids.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { EventCursor, eventCursorId } from './event-cursor.entity.js';
import { Reconciliation } from './reconciliation.entity.js';
import {
  type Findings,
  noFindings,
  type ReconciliationStatus,
  type ReconciliationTrigger,
  statusOf,
} from './report.js';

/** Who asked for a run. */
export interface Origin {
  readonly trigger: ReconciliationTrigger;
  /** The API key; null for the schedule and the command line. */
  readonly requestedBy: string | null;
}

export interface ReportsPage {
  /** Only reports that began before this one. */
  readonly before: InstantPosition | null;
  readonly limit: number;
}

const complete: readonly ReconciliationStatus[] = ['AGREED', 'DIFFERS'];
const compared: readonly ReconciliationStatus[] = [...complete, 'INCOMPLETE'];
const abandoned = 'The process ended before the run did.';

/** The reports of runs, and how far Stripe's events were read. */
export class Reports {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Begins a report. Whoever calls it holds the lock of runs, so a run that still seems to go on is dead. */
  begin({ trigger, requestedBy }: Origin): Promise<Reconciliation> {
    return this.uow.run(async (em) => {
      const now = this.clock.now();
      await em.nativeUpdate(
        Reconciliation,
        { status: 'RUNNING' },
        { status: 'FAILED', failure: abandoned, finishedAt: now },
      );
      return em.create(Reconciliation, {
        id: newId(this.clock),
        status: 'RUNNING',
        trigger,
        requestedBy,
        startedAt: now,
        finishedAt: null,
        failure: null,
        ...noFindings(),
      });
    });
  }

  /** Writes down what a run has come to so far. */
  record(id: string, findings: Findings): Promise<Reconciliation> {
    return this.#change(id, { ...findings });
  }

  finish(id: string, findings: Findings): Promise<Reconciliation> {
    return this.#change(id, { ...findings, status: statusOf(findings), finishedAt: this.clock.now() });
  }

  fail(id: string, findings: Findings, failure: string): Promise<Reconciliation> {
    return this.#change(id, { ...findings, status: 'FAILED', failure, finishedAt: this.clock.now() });
  }

  find(id: string): Promise<Reconciliation | null> {
    return this.uow.read((em) => em.findOne(Reconciliation, { id }));
  }

  /** Newest first. */
  list({ before, limit }: ReportsPage): Promise<Reconciliation[]> {
    return this.uow.read((em) =>
      em.find(Reconciliation, olderThan('startedAt', before), {
        orderBy: { startedAt: 'desc', id: 'desc' },
        limit,
      }),
    );
  }

  /** The newest run that seems to go on. */
  running(): Promise<Reconciliation | null> {
    return this.#newest(['RUNNING']);
  }

  /** The newest run that was not broken off. */
  lastCompared(): Promise<Reconciliation | null> {
    return this.#newest(compared);
  }

  /**
   * Deletes up to `limit` reports of runs that began before an instant, and returns how many it were. However old they
   * are, the newest complete one stays, and the newest that compared at all, which the next run goes on from.
   */
  async deleteOld(before: Date, limit: number): Promise<number> {
    const kept = await Promise.all([this.#newest(complete), this.#newest(compared)]);
    return this.uow.run(async (em) => {
      const old = await em.find(
        Reconciliation,
        {
          startedAt: { $lt: before },
          status: { $ne: 'RUNNING' },
          id: { $nin: kept.flatMap((report) => report?.id ?? []) },
        },
        { fields: ['id'], orderBy: { startedAt: 'asc', id: 'asc' }, limit },
      );
      return em.nativeDelete(Reconciliation, { id: { $in: old.map(({ id }) => id) } });
    });
  }

  /** Up to where Stripe's events were read, by Stripe's dates; null where none were. */
  async eventsReadUntil(): Promise<Date | null> {
    const cursor = await this.uow.read((em) => em.findOne(EventCursor, { id: eventCursorId }));
    return cursor?.readUntil ?? null;
  }

  /** Call it once everything that is dated before it has been stored. */
  moveEventCursor(readUntil: Date): Promise<void> {
    return this.uow.run(async (em) => {
      const cursor = await em.findOne(EventCursor, { id: eventCursorId });
      if (!cursor) em.create(EventCursor, { id: eventCursorId, readUntil });
      else if (cursor.readUntil < readUntil) cursor.readUntil = readUntil;
    });
  }

  #newest(statuses: readonly ReconciliationStatus[]): Promise<Reconciliation | null> {
    return this.uow.read(async (em) => {
      const options = { orderBy: { startedAt: 'desc', id: 'desc' }, limit: 1 } as const;
      const [newest] = await em.find(Reconciliation, { status: { $in: [...statuses] } }, options);
      return newest ?? null;
    });
  }

  #change(id: string, fields: Partial<Reconciliation>): Promise<Reconciliation> {
    return this.uow.run(async (em: EntityManager) => {
      const report = await em.findOneOrFail(Reconciliation, { id });
      return Object.assign(report, fields);
    });
  }
}
