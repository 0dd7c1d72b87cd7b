import type { PaymentSync } from '../payments/payment-sync.js';
import type { Clock } from '../platform/clock.js';
import { DomainError, type ErrorCode } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { errorSummary } from './error-summary.js';
import { handlingOf } from './event-handling.js';
import { eventObjectOf } from './event-object.js';
import { nextAttemptAfter } from './retry-pause.js';
import type { AttemptResult, StoredEvent, WebhookStore } from './webhook.store.js';
import type { WebhookMetrics } from './webhook-metrics.js';

/**
 * How often we look again for a payment that an event's metadata names but our books do not have: for a minute
 * and a half, which outlasts the transaction that may be about to commit it. After that it is somebody else's,
 * as where two deployments share one Stripe account.
 */
const maxUnknownPaymentAttempts = 5;

/** What trying again cannot mend. */
const permanentCodes: ReadonlySet<ErrorCode> = new Set(['PAYMENT_MISMATCH']);

export interface Attempt {
  /** From 1. */
  readonly number: number;
  readonly isLast: boolean;
}

/**
 * Does what a stored event calls for. Harmless to repeat, at the same time too: what changes books is
 * PaymentSync, which locks the payment and compares with Stripe.
 */
export class WebhookProcessingService {
  constructor(
    private readonly store: WebhookStore,
    private readonly sync: PaymentSync,
    private readonly metrics: WebhookMetrics,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Rejects when the event is to be tried again. */
  async process(eventId: string, attempt: Attempt): Promise<void> {
    const event = await this.store.find(eventId);
    if (!event || event.status === 'PROCESSED' || event.status === 'IGNORED') return;
    const about = { eventId, type: event.type, attempt: attempt.number };
    try {
      const result = await this.apply(event, attempt);
      await this.store.recordDone(eventId, result, this.clock.now());
      this.metrics.attempted(event.type, result.status);
      this.log.info({ ...about, ...result }, 'webhook processed');
    } catch (error) {
      const outcome = errorSummary(error);
      const now = this.clock.now();
      const isFinal = attempt.isLast || isPermanent(error);
      const nextAttemptAt = isFinal ? null : nextAttemptAfter(attempt.number, now);
      if (isFinal) this.log.error({ ...about, err: error }, 'webhook given up');
      else this.log.warn({ ...about, outcome, nextAttemptAt }, 'webhook will be tried again');
      this.metrics.attempted(event.type, isFinal ? 'FAILED' : 'RETRY');
      await this.store.recordFailed(eventId, { error: outcome, nextAttemptAt }, now);
      if (!isFinal) throw error;
    }
  }

  private async apply(event: StoredEvent, attempt: Attempt): Promise<AttemptResult> {
    const { paymentIntentId, paymentId } = eventObjectOf(event.payload);
    const handling = handlingOf(event.type, paymentIntentId);
    if ('ignored' in handling) return { status: 'IGNORED', outcome: handling.ignored };
    const found = await this.sync[handling.sync](handling.paymentIntentId);
    if (found === 'APPLIED') return { status: 'PROCESSED', outcome: null };
    if (paymentId !== null && attempt.number < maxUnknownPaymentAttempts) {
      throw new DomainError('NOT_FOUND', 'The payment that its metadata names is not there yet.');
    }
    return { status: 'IGNORED', outcome: 'The payment intent is not one of ours.' };
  }
}

const isPermanent = (error: unknown): boolean =>
  error instanceof DomainError && permanentCodes.has(error.code);
