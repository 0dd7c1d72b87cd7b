import { ClientError, GraphQLClient, gql } from 'graphql-request';
import { z } from 'zod';

const money = z.object({ amount: z.number(), formatted: z.string() });
const balance = z.object({ available: z.string(), owed: z.string() });

/** A refusal, as a client sees it. */
export interface Refusal {
  readonly code: unknown;
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** The operations of the demo, sent as any frontend would, with one API key. */
export class BillingClient {
  private readonly client: GraphQLClient;

  constructor(url: string, apiKey: string | null) {
    this.client = new GraphQLClient(`${url}/graphql`, {
      headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
    });
  }

  async packages() {
    const answer = await this.client.request(gql`
      query { creditPackages { credits name price { amount formatted } pricePerCredit discountPercent } }
    `);
    const offer = z.object({
      credits: z.number(),
      name: z.string(),
      price: money,
      pricePerCredit: z.string(),
      discountPercent: z.number(),
    });
    return z.object({ creditPackages: z.array(offer) }).parse(answer).creditPackages;
  }

  async createAccount(input: { id: string; name: string; email: string }): Promise<void> {
    await this.client.request(
      gql`mutation ($input: CreateAccountInput!) { createAccount(input: $input) { account { id } } }`,
      { input },
    );
  }

  async createCustomerKey(accountId: string): Promise<string> {
    const answer = await this.client.request(
      gql`mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { token } }`,
      { input: { role: 'CUSTOMER', accountId, name: 'Demo browser' } },
    );
    return z.object({ createApiKey: z.object({ token: z.string() }) }).parse(answer).createApiKey.token;
  }

  async balance() {
    const answer = await this.client.request(gql`query { balance { available owed } }`);
    return z.object({ balance }).parse(answer).balance;
  }

  async buy(creditAmount: number, idempotencyKey?: string) {
    const answer = await this.client.request(
      gql`
        mutation ($input: CreatePaymentIntentInput!) {
          createPaymentIntent(input: $input) { paymentIntentId clientSecret publishableKey payment { status } }
        }
      `,
      { input: { creditAmount, ...(idempotencyKey && { idempotencyKey }) } },
    );
    const intent = z.object({
      paymentIntentId: z.string(),
      clientSecret: z.string(),
      publishableKey: z.string(),
      payment: z.object({ status: z.string() }),
    });
    return z.object({ createPaymentIntent: intent }).parse(answer).createPaymentIntent;
  }

  async confirm(paymentIntentId: string) {
    const answer = await this.client.request(
      gql`
        mutation ($input: ConfirmPaymentInput!) {
          confirmPayment(input: $input) { creditsAdded payment { status } balance { available owed } }
        }
      `,
      { input: { paymentIntentId } },
    );
    const confirmed = z.object({
      creditsAdded: z.string(),
      payment: z.object({ status: z.string() }),
      balance,
    });
    return z.object({ confirmPayment: confirmed }).parse(answer).confirmPayment;
  }

  async debit(accountId: string, credits: string, idempotencyKey: string) {
    const answer = await this.client.request(
      gql`
        mutation ($input: DebitCreditsInput!) {
          debitCredits(input: $input) { debited replayed balance { available owed } }
        }
      `,
      { input: { accountId, credits, idempotencyKey, description: 'Chat completion' } },
    );
    const debited = z.object({ debited: z.string(), replayed: z.boolean(), balance });
    return z.object({ debitCredits: debited }).parse(answer).debitCredits;
  }

  async refund(paymentIntentId: string, amount: number | null) {
    const answer = await this.client.request(
      gql`
        mutation ($input: RefundInput!) {
          refund(input: $input) {
            refund { status credits amount { amount formatted } }
            payment { status }
            balance { available owed }
          }
        }
      `,
      { input: { paymentIntentId, amount, note: 'Shown by the demo' } },
    );
    const refunded = z.object({
      refund: z.object({ status: z.string(), credits: z.string(), amount: money }),
      payment: z.object({ status: z.string() }),
      balance,
    });
    return z.object({ refund: refunded }).parse(answer).refund;
  }

  async history() {
    const answer = await this.client.request(gql`
      query { billingHistory(first: 20) { nodes { type description credits money { amount formatted } } } }
    `);
    const node = z.object({
      type: z.string(),
      description: z.string(),
      credits: z.string(),
      money: money.nullable(),
    });
    return z.object({ billingHistory: z.object({ nodes: z.array(node) }) }).parse(answer).billingHistory
      .nodes;
  }
}

/** The refusal that a request ends with. What succeeds, or fails otherwise, is thrown. */
export async function refusalOf(request: Promise<unknown>): Promise<Refusal> {
  try {
    await request;
  } catch (error) {
    const [first] = error instanceof ClientError ? (error.response.errors ?? []) : [];
    if (first)
      return { code: first.extensions?.code, message: first.message, extensions: first.extensions ?? {} };
    throw error;
  }
  throw new Error('The request was expected to be refused, but it succeeded.');
}
