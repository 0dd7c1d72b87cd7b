import type { Clock } from '../platform/clock.js';
import { handlingOf } from './event-handling.js';
import type { VerifiedEvent } from './verified-event.js';
import type { WebhookStore } from './webhook.store.js';

/** STORED: a job will process it. IGNORED: stored, and nothing more will happen. DUPLICATE: it was there already. */
export type Receipt = 'STORED' | 'IGNORED' | 'DUPLICATE';

/** Takes delivery of events. What they call for happens later, in a job. */
export class WebhookService {
  constructor(
    private readonly store: WebhookStore,
    private readonly clock: Clock,
  ) {}

  /** When this resolves, the event is committed; when it rejects, Stripe has to deliver it again. */
  async receive(event: VerifiedEvent): Promise<Receipt> {
    const handling = handlingOf(event.type, event.paymentIntentId);
    const ignored = 'ignored' in handling ? handling.ignored : null;
    const isNew = await this.store.insert(event, ignored, this.clock.now());
    if (!isNew) return 'DUPLICATE';
    return ignored === null ? 'STORED' : 'IGNORED';
  }
}
