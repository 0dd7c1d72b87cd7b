import { Counter } from 'prom-client';
import type { Metrics } from '../platform/metrics.js';
import { handledEventTypes } from './event-handling.js';
import type { RejectionReason } from './verified-event.js';
import type { Receipt } from './webhook.service.js';
import type { WebhookEventStatus } from './webhook-event.entity.js';

/** What became of a delivery. UNAVAILABLE: it could not be stored, and Stripe was asked to deliver it again. */
export type DeliveryOutcome = Receipt | 'UNAVAILABLE';
/** What became of one attempt to process an event. */
export type AttemptOutcome = Exclude<WebhookEventStatus, 'RECEIVED'> | 'RETRY';

export interface WebhookMetrics {
  delivered(type: string, outcome: DeliveryOutcome): void;
  rejected(reason: RejectionReason): void;
  attempted(type: string, outcome: AttemptOutcome): void;
}

export function createWebhookMetrics(metrics: Metrics): WebhookMetrics {
  const registers = [metrics];
  const deliveries = new Counter({
    name: 'webhook_deliveries_total',
    help: 'Signed webhook deliveries, by event type and outcome.',
    labelNames: ['type', 'outcome'],
    registers,
  });
  const rejections = new Counter({
    name: 'webhook_rejections_total',
    help: 'Webhook deliveries refused before they were stored, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const attempts = new Counter({
    name: 'webhook_attempts_total',
    help: 'Attempts to process stored events, by event type and outcome.',
    labelNames: ['type', 'outcome'],
    registers,
  });
  return {
    delivered: (type, outcome) => deliveries.inc({ type: labelOf(type), outcome }),
    rejected: (reason) => rejections.inc({ reason }),
    attempted: (type, outcome) => attempts.inc({ type: labelOf(type), outcome }),
  };
}

/** Stripe has hundreds of types; only those we act on get a series of their own. */
const labelOf = (type: string): string => (handledEventTypes.includes(type) ? type : 'other');
