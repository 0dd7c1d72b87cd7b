import Stripe from 'stripe';
import type { Sandbox } from '../../src/sandbox/index.js';
import { createHttpClient } from '../../src/stripe/http-client.js';

/** The SDK with the secret key: what support does in Stripe's dashboard. */
export const dashboard = (sandbox: Sandbox): Stripe => sdk(sandbox, sandbox.secretKey);

/** Faults of the sandbox meet customers and the dashboard as well, and the SDK by itself does not bear all of them. */
export function sdk({ host, port }: Sandbox, key: string): Stripe {
  return new Stripe(key, {
    host,
    port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
    httpClient: createHttpClient(),
  });
}
