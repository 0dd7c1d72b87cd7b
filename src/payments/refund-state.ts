/** https://docs.stripe.com/api/refunds/object#refund_object-status */
export const refundStatuses = ['PENDING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'REQUIRES_ACTION'] as const;
export type RefundStatus = (typeof refundStatuses)[number];

/** https://docs.stripe.com/api/refunds/create#create_refund-reason */
export const refundReasons = ['REQUESTED_BY_CUSTOMER', 'DUPLICATE', 'FRAUDULENT'] as const;
export type RefundReason = (typeof refundReasons)[number];

/** The money stayed with us after all, so that the credits go back to the customer. */
export const undoneStatuses: ReadonlySet<RefundStatus> = new Set(['FAILED', 'CANCELED']);
export const isUndone = (status: RefundStatus): boolean => undoneStatuses.has(status);

/**
 * The status after Stripe reported one. A refund that succeeded may still fail later (the bank sends it
 * back), so SUCCEEDED is not final; FAILED and CANCELED are, and a late report does not revive them:
 * https://docs.stripe.com/refunds#failed-refunds
 */
export function afterReport(status: RefundStatus, reported: RefundStatus): RefundStatus {
  if (isUndone(status)) return status;
  // Reports may arrive out of order: "pending" after "succeeded" is an old one.
  if (status === 'SUCCEEDED' && !isUndone(reported)) return status;
  return reported;
}
