import type { AuditLog } from '../audit-log/audit-log.service.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { sqlOf } from '../platform/database/sql.js';
import { notFound } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { FoundEvents, InboxEvent, InboxQuery, InboxStore } from './inbox.store.js';

/** The inbox, for those who look after it. */
export class InboxService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly store: InboxStore,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly auditLog: AuditLog,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async get(id: string): Promise<InboxEvent> {
    const event = await this.store.find(id);
    if (!event) throw notFound('Webhook event');
    return event;
  }

  list(query: InboxQuery): Promise<FoundEvents> {
    return this.store.page(query);
  }

  /**
   * Has an event processed again at once, whatever became of it. Harmless to repeat: processing compares our books
   * with Stripe's and changes what differs.
   * @throws DomainError NOT_FOUND
   */
  async replay(id: string, by: Actor): Promise<InboxEvent> {
    const { event, statusBefore } = await this.uow.run(async (em) => {
      const replayed = await this.store.replay(sqlOf(em), id, this.clock.now());
      if (!replayed) throw notFound('Webhook event');
      await this.auditLog.record(em, by, {
        action: 'EVENT_REPLAY',
        accountId: null,
        targetId: id,
        before: { status: replayed.statusBefore, type: replayed.event.type },
      });
      return replayed;
    });
    this.log.info({ eventId: id, type: event.type, statusBefore }, 'webhook event replayed');
    return event;
  }
}
