import type { Task } from 'graphile-worker';
import { z } from 'zod';
import type { RefundPayment } from './refund-payment.js';

const payloadSchema = z.object({ refundId: z.uuid() });

/** Finishes refunds that were recorded but never reached Stripe. Tried again until Stripe answers. */
export const submitRefundJob =
  (refundPayment: RefundPayment): Task =>
  async (payload, { logger }) => {
    const { refundId } = payloadSchema.parse(payload);
    const { status } = await refundPayment.resume(refundId);
    logger.info(`Refund ${refundId} is ${status}.`);
  };
