import { notFound } from '../platform/errors.js';
import { uuidPattern } from '../platform/ids.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { Payment } from './payment.entity.js';
import type { RefundService } from './refund.service.js';
import type { RefundQuote } from './refund-quote.js';

/** Says what a refund would do, from one moment of the books, before anybody commits to it. */
export class QuoteRefund {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly refunds: RefundService,
  ) {}

  /**
   * @param paymentId our payment, or its payment intent
   * @param amount minor units; null: all that is left
   * @throws DomainError NOT_FOUND, PAYMENT_NOT_SUCCEEDED, BAD_USER_INPUT, REFUND_EXCEEDS_PAYMENT
   */
  execute(paymentId: string, amount: bigint | null): Promise<RefundQuote> {
    return this.uow.snapshot(async (em) => {
      const payment = await em.findOne(Payment, namedBy(paymentId));
      if (!payment) throw notFound('Payment');
      return this.refunds.quote(em, payment, amount);
    });
  }
}

/** Stripe's names are no UUIDs, and ours are nothing else. */
const namedBy = (paymentId: string) =>
  uuidPattern.test(paymentId.toLowerCase()) ? { id: paymentId } : { stripePaymentIntentId: paymentId };
