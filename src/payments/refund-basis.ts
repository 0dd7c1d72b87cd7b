import type { EntityManager } from '@mikro-orm/postgresql';
import type { Payment } from './payment.entity.js';
import { Refund } from './refund.entity.js';
import type { RefundBasis } from './refund-math.js';
import { isUndone } from './refund-state.js';

/** What a payment's rows say of it now; its row is locked by the caller's transaction. */
export async function basisOf(em: EntityManager, payment: Payment): Promise<RefundBasis> {
  const refunds = await em.find(Refund, { payment });
  const active = refunds.filter((refund) => !isUndone(refund.status));
  return {
    amount: payment.amount,
    credits: payment.microCredits,
    disputedAmount: payment.disputedAmount,
    refundedAmount: payment.refundedAmount,
    refundedCredits: active.reduce((sum, refund) => sum + refund.credits, 0n),
  };
}
