import Stripe from 'stripe';
import { graphql } from './generated/index.js';
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

export const webhookEventsQuery = graphql(`
  query WebhookEvents($first: Int, $after: String, $filter: WebhookEventFilter) {
    webhookEvents(first: $first, after: $after, filter: $filter) {
      edges { cursor node { id } }
      nodes {
        id
        type
        status
        attempts
        outcome
        lastError
        objectId
        paymentIntentId
        paymentId
        payload
        createdAt
        receivedAt
        processedAt
        lastAttemptAt
        nextAttemptAt
      }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);

export const webhookEventQuery = graphql(`
  query WebhookEvent($id: ID!) {
    webhookEvent(id: $id) { id status attempts outcome lastError nextAttemptAt processedAt }
  }
`);

export const replayWebhookEventMutation = graphql(`
  mutation ReplayWebhookEvent($id: ID!) {
    replayWebhookEvent(input: { id: $id }) { event { id status attempts outcome lastError nextAttemptAt } }
  }
`);
