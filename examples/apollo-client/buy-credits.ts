import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { graphql } from './generated/index.js';

export const createClient = (url: string, apiKey: string) =>
  new ApolloClient({
    link: new HttpLink({ uri: `${url}/graphql`, headers: { authorization: `Bearer ${apiKey}` } }),
    cache: new InMemoryCache(),
  });

const createPaymentIntent = graphql(`
  mutation StartPurchase($creditAmount: Int!, $idempotencyKey: String!) {
    createPaymentIntent(input: { creditAmount: $creditAmount, idempotencyKey: $idempotencyKey }) {
      paymentIntentId
      clientSecret
      publishableKey
    }
  }
`);

const confirmPayment = graphql(`
  mutation FinishPurchase($paymentIntentId: ID!) {
    confirmPayment(input: { paymentIntentId: $paymentIntentId }) {
      creditsAdded
      balance { available }
    }
  }
`);

/** Buys a package and returns the balance. `pay` shows Stripe's payment form, or whatever else pays the intent. */
export async function buyCredits(
  client: ApolloClient,
  creditAmount: number,
  pay: (intent: { clientSecret: string; publishableKey: string }) => Promise<void>,
): Promise<string> {
  // One key per purchase: if the answer is lost, repeating the call returns the same payment intent.
  const idempotencyKey = crypto.randomUUID();
  const created = await client.mutate({
    mutation: createPaymentIntent,
    variables: { creditAmount, idempotencyKey },
  });
  const intent = created.data?.createPaymentIntent;
  if (!intent) throw new Error('No payment intent was created.');

  await pay(intent);

  const { paymentIntentId } = intent;
  const confirmed = await client.mutate({ mutation: confirmPayment, variables: { paymentIntentId } });
  return confirmed.data?.confirmPayment.balance.available ?? '0';
}

/** The code of a refusal, e.g. PACKAGE_NOT_FOUND; every expected failure has one. */
export function refusalCode(error: unknown): unknown {
  return CombinedGraphQLErrors.is(error) ? error.errors[0]?.extensions?.code : undefined;
}
