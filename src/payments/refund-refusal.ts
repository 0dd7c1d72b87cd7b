import { DomainError } from '../platform/errors.js';
import { formatMoney } from '../platform/money.js';
import type { Payment } from './payment.entity.js';
import type { Refund } from './refund.entity.js';
import { refundableAmount } from './refund-math.js';

/** The failure reason of a refund for which too little was left of the payment. */
export const exceedsPaymentReason = 'refund_exceeds_payment';

/** More was asked for than is left of the payment: neither refunded nor withdrawn by a dispute. */
export function exceedsPayment(payment: Payment): DomainError {
  const left = refundableAmount(payment);
  const money = (amount: bigint) => formatMoney({ ...payment.price, amount });
  const why = payment.disputedAmount > 0n ? `: a dispute has withdrawn ${money(payment.disputedAmount)}` : '';
  return new DomainError(
    'REFUND_EXCEEDS_PAYMENT',
    `At most ${money(left)} of this payment can be refunded${why}.`,
    { refundable: Number(left), currency: payment.currency },
  );
}

/** The failure reason to record where Stripe refused a refund for good; null: it did not. */
export function refusalReason(error: unknown): string | null {
  if (!(error instanceof DomainError)) return null;
  if (error.code === 'REFUND_EXCEEDS_PAYMENT') return exceedsPaymentReason;
  return error.code === 'STRIPE_DECLINED' ? String(error.details.declineCode) : null;
}

/** The answer to whoever asked for a refund that Stripe refused, the first time and every time after. */
export const refusalOf = ({ payment, failureReason }: Refund): DomainError =>
  failureReason === exceedsPaymentReason
    ? exceedsPayment(payment)
    : new DomainError('STRIPE_DECLINED', 'Stripe refused this refund; its credits were returned.', {
        declineCode: failureReason,
      });
