import type { RefundInput } from './generated/graphql.js';
import { refundMutation, refundQuoteQuery } from './operations.js';
import type { TestService } from './service.js';

/** Refunds as support does. Left out, the amount is all that is left of the payment. */
export async function refund(
  { clients }: TestService,
  paymentIntentId: string,
  terms: Omit<RefundInput, 'paymentIntentId'> = {},
) {
  const input = { paymentIntentId, ...terms };
  return (await clients.admin.request(refundMutation, { input })).refund;
}

/** What a refund would do, as support asks before it makes one. */
export async function quote({ clients }: TestService, paymentId: string, amount: number | null = null) {
  return (await clients.admin.request(refundQuoteQuery, { paymentId, amount })).refundQuote;
}
