import type { GraphQLClient } from 'graphql-request';
import Stripe from 'stripe';
import { z } from 'zod';
import { clientWithKey } from './client.js';
import type { CreatePaymentIntentMutation } from './generated/graphql.js';
import {
  confirmPaymentMutation,
  createAccountMutation,
  createApiKeyMutation,
  createPaymentIntentMutation,
} from './operations.js';
import type { TestService } from './service.js';
import { sdk } from './stripe-sdk.js';

export type CreatedIntent = CreatePaymentIntentMutation['createPaymentIntent'];

export interface TestCustomer {
  readonly accountId: string;
  readonly apiKey: string;
  /** Sends the requests of the customer's browser. */
  readonly client: GraphQLClient;
}

/** An account of its own for a test, with a key. */
export async function newCustomer(
  { clients, url }: TestService,
  account: { name?: string; email?: string | null } = {},
): Promise<TestCustomer> {
  const { name = 'Ada Lovelace', email = 'ada@example.com' } = account;
  const opened = await clients.admin.request(createAccountMutation, { input: { name, email } });
  const { id } = opened.createAccount.account;
  const { createApiKey } = await clients.admin.request(createApiKeyMutation, {
    input: { role: 'CUSTOMER', accountId: id, name: 'test' },
  });
  const apiKey = createApiKey.token;
  return { accountId: id, apiKey, client: clientWithKey(url, apiKey) };
}

/** Starts buying a package. */
export async function startPurchase(
  { client }: TestCustomer,
  creditAmount: number,
  idempotencyKey?: string,
): Promise<CreatedIntent> {
  const input = { creditAmount, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
  return (await client.request(createPaymentIntentMutation, { input })).createPaymentIntent;
}

/** Pays as a browser does, with what a browser has. Returns the intent's status; null where the card was declined. */
export async function pay(
  { sandbox }: TestService,
  { paymentIntentId, clientSecret, publishableKey }: CreatedIntent,
  paymentMethod = 'pm_card_visa',
): Promise<string | null> {
  const stripeJs = sdk(sandbox, publishableKey);
  try {
    const answer = await stripeJs.rawRequest('POST', `/v1/payment_intents/${paymentIntentId}/confirm`, {
      client_secret: clientSecret,
      payment_method: paymentMethod,
      return_url: 'https://example.com/paid',
    });
    return z.object({ status: z.string() }).parse(answer).status;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError) return null;
    throw error;
  }
}

export async function confirm({ client }: TestCustomer, { paymentIntentId }: { paymentIntentId: string }) {
  return (await client.request(confirmPaymentMutation, { input: { paymentIntentId } })).confirmPayment;
}

/** Buys a package to the end: paid and confirmed. Returns the payment intent's id. */
export async function purchase(
  service: TestService,
  customer: TestCustomer,
  creditAmount: number,
  paymentMethod = 'pm_card_visa',
): Promise<string> {
  const intent = await startPurchase(customer, creditAmount);
  await pay(service, intent, paymentMethod);
  await confirm(customer, intent);
  return intent.paymentIntentId;
}
