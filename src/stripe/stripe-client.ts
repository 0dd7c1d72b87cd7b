import Stripe from 'stripe';
import type { Log } from '../platform/log.js';
import { createHttpClient } from './http-client.js';

/** The one place that names the API version; what we read of Stripe's objects is written against it. */
export const stripeApiVersion = '2026-10-28.endive';

/** One attempt. Nothing that we ask for waits for a bank; a browser confirms its payment with Stripe itself. */
const attemptTimeoutMs = 6_000;
/**
 * The SDK repeats a request with its idempotency key on connection errors, 409 and 5xx, with jitter:
 * https://docs.stripe.com/error-low-level. Not on 429, see StripeCalls, which bounds all attempts together.
 */
const maxNetworkRetries = 2;

export interface StripeClientOptions {
  readonly secretKey: string;
  /** Another server that speaks Stripe's API, such as the sandbox; null for Stripe itself. */
  readonly apiBase: string | null;
}

export function createStripeClient({ secretKey, apiBase }: StripeClientOptions, log: Log): Stripe {
  const stripe = new Stripe(secretKey, {
    apiVersion: stripeApiVersion,
    timeout: attemptTimeoutMs,
    maxNetworkRetries,
    httpClient: createHttpClient(),
    telemetry: false,
    appInfo: { name: 'UniLLM Billing' },
    ...(apiBase === null ? {} : address(new URL(apiBase))),
  });
  stripe.on(
    'response',
    ({ method, path, status, elapsed, request_id: stripeRequestId }: Stripe.ResponseEvent) =>
      log.debug({ method, path, status, elapsedMs: elapsed, stripeRequestId }, 'stripe request'),
  );
  return stripe;
}

function address(url: URL): { protocol: 'http' | 'https'; host: string; port: string } {
  const protocol = url.protocol === 'http:' ? 'http' : 'https';
  return { protocol, host: url.hostname, port: url.port || (protocol === 'http' ? '80' : '443') };
}
