import type { Sandbox } from '../../../src/sandbox/index.js';

/** What Stripe.js does with a client secret. */
export async function payAtStripe(
  { url, publishableKey }: Sandbox,
  clientSecret: string,
  card: string,
): Promise<void> {
  const [paymentIntentId] = clientSecret.split('_secret_');
  const response = await fetch(`${url}/v1/payment_intents/${paymentIntentId}/confirm`, {
    method: 'POST',
    headers: { authorization: `Bearer ${publishableKey}` },
    body: new URLSearchParams({
      client_secret: clientSecret,
      payment_method: card,
      return_url: 'https://example.com/paid',
    }),
  });
  if (!response.ok) throw new Error(`The payment failed: ${await response.text()}`);
}
