import type { Task } from 'graphile-worker';
import { z } from 'zod';
import { maxProcessingAttempts } from './webhook.store.js';
import type { WebhookProcessingService } from './webhook-processing.service.js';

const payloadSchema = z.object({ eventId: z.string() });

/** The task `process_webhook_event`. An event that is given up is a row with status FAILED, not a dead job. */
export function processWebhookEventTask(processing: WebhookProcessingService): Task {
  return async (payload, { job }) => {
    const { eventId } = payloadSchema.parse(payload);
    await processing.process(eventId, {
      number: job.attempts,
      isLast: job.attempts >= maxProcessingAttempts,
    });
  };
}
