import { balanceQuery, historyQuery, paymentQuery } from './operations.js';
import type { TestCustomer } from './purchase.js';

/** What the customer of a test sees of an account; `customer` is asked each time, as it may be another in each test. */
export function readsOf(customer: () => TestCustomer) {
  const balance = async () => (await customer().client.request(balanceQuery, {})).balance;
  const history = async () => (await customer().client.request(historyQuery, {})).billingHistory.nodes;
  return {
    balance,
    available: async () => (await balance()).available,
    payment: async (paymentIntentId: string) =>
      (await customer().client.request(paymentQuery, { paymentIntentId })).payment,
    history,
    historyTypes: async () => (await history()).map(({ type }) => type),
  };
}
