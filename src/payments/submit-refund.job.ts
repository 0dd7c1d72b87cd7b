import type { Task } from 'graphile-worker';
import { z } from 'zod';
import { DomainError } from '../platform/errors.js';
import type { RefundPayment } from './refund-payment.js';

const payloadSchema = z.object({ refundId: z.uuid() });

/** Finishes refunds that were recorded but never reached Stripe. Tried again until Stripe answers. */
export const submitRefundJob =
  (refundPayment: RefundPayment): Task =>
  async (payload, { logger }) => {
    const { refundId } = payloadSchema.parse(payload);
    try {
      await refundPayment.resume(refundId);
    } catch (error) {
      // A refusal is an answer: the refund is marked failed and its credits are back.
      if (!(error instanceof DomainError) || error.code === 'STRIPE_UNAVAILABLE') throw error;
      logger.warn(`Stripe refused refund ${refundId}: ${error.code}`);
    }
  };
