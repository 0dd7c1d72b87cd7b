import Stripe from 'stripe';
import type { TestService } from './service.js';

/** Posts an event to the service's webhook, signed as Stripe signs it. Returns the HTTP status. */
export async function deliver({ url, config, clock }: TestService, event: object): Promise<number> {
  const payload = JSON.stringify(event);
  const [secret = ''] = config.stripe.webhookSecrets;
  const timestamp = Math.floor(clock.now().getTime() / 1000);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
  const response = await fetch(`${url}/billing/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': signature },
    body: payload,
  });
  await response.text();
  return response.status;
}
