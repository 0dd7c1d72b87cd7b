import type Stripe from 'stripe';
import { type Route, route } from '../http/router.js';

export const accountId = 'acct_1SandboxUniLLM000';

const account: Stripe.Account = {
  id: accountId,
  object: 'account',
  business_profile: {
    mcc: '5734',
    minority_owned_business_designation: null,
    name: 'UniLLM sandbox',
    product_description: null,
    specified_commercial_transactions_act_url: null,
    support_address: null,
    support_email: null,
    support_phone: null,
    support_url: null,
    url: null,
  },
  business_type: 'company',
  capabilities: { card_payments: 'active', us_bank_account_ach_payments: 'active' },
  charges_enabled: true,
  country: 'US',
  default_currency: 'usd',
  details_submitted: true,
  email: 'sandbox@example.com',
  metadata: {},
  payouts_enabled: true,
  type: 'standard',
};

/** The one account there is (https://docs.stripe.com/api/accounts/retrieve). */
export function accountRoutes(): Route[] {
  return [route('GET', '/v1/account', { returns: 'none', params: {}, handle: () => account })];
}
