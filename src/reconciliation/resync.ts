import type { PaymentSync, SyncOutcome } from '../payments/payment-sync.js';
import { DomainError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { syncsAtOnce } from './limits.js';

/**
 * Brings payments in line with Stripe, each once and a few at a time. One that cannot be does not keep the others from
 * it. Every method throws a DomainError STRIPE_UNAVAILABLE, after which there is no point in going on.
 */
export class Resync {
  constructor(
    private readonly sync: PaymentSync,
    private readonly log: Log,
  ) {}

  /** @param checkpoint is called between calls to Stripe; where it throws, this ends */
  payments(paymentIntentIds: readonly string[], checkpoint: () => void): Promise<void> {
    return this.#each(paymentIntentIds, checkpoint, (id) => this.sync.syncIntent(id));
  }

  /** Payments with all their refunds. */
  refunds(paymentIntentIds: readonly string[], checkpoint: () => void): Promise<void> {
    return this.#each(paymentIntentIds, checkpoint, (id) => this.sync.syncRefunds(id));
  }

  /** Payments with all their disputes. */
  disputes(paymentIntentIds: readonly string[], checkpoint: () => void): Promise<void> {
    return this.#each(paymentIntentIds, checkpoint, (id) => this.sync.syncDisputes(id));
  }

  /** Payments with all their refunds and disputes. */
  everything(paymentIntentIds: readonly string[], checkpoint: () => void): Promise<void> {
    return this.#each(paymentIntentIds, checkpoint, async (id) => {
      await this.sync.syncRefunds(id);
      return this.sync.syncDisputes(id);
    });
  }

  async #each(
    paymentIntentIds: readonly string[],
    checkpoint: () => void,
    sync: (id: string) => Promise<SyncOutcome>,
  ): Promise<void> {
    const ids = [...new Set(paymentIntentIds)];
    for (let i = 0; i < ids.length; i += syncsAtOnce) {
      checkpoint();
      const some = ids.slice(i, i + syncsAtOnce);
      const results = await Promise.allSettled(some.map(sync));
      for (const [place, result] of results.entries())
        if (result.status === 'rejected') this.#passOver(some[place], result.reason);
    }
  }

  #passOver(paymentIntentId: string | undefined, error: unknown): void {
    if (error instanceof DomainError && error.code === 'STRIPE_UNAVAILABLE') throw error;
    this.log.warn({ paymentIntentId, err: error }, 'payment could not be brought in line with Stripe');
  }
}
