import type { Clock } from '../platform/clock.js';
import { notFound } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import type { FoundEvents, InboxEvent, InboxQuery, InboxStore } from './inbox.store.js';

/** The inbox, for those who look after it. */
export class InboxService {
  constructor(
    private readonly store: InboxStore,
    private readonly clock: Clock,
    private readonly log: Log,
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
   *
   * @param by who asked for it: an API key's id, or where there is none, in words
   * @throws DomainError NOT_FOUND
   */
  async replay(id: string, by: string): Promise<InboxEvent> {
    const replayed = await this.store.replay(id, this.clock.now());
    if (!replayed) throw notFound('Webhook event');
    const { event, statusBefore } = replayed;
    this.log.info({ eventId: id, type: event.type, statusBefore, by }, 'webhook event replayed');
    return event;
  }
}
