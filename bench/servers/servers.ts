import type { Database } from '../data/database.js';
import type { Environment } from '../environment.js';
import { type Server, startServer } from '../processes/server.js';

export const webhookSecret = 'whsec_bench';

/** What this service and every baseline is given. NODE_ENV is not set, as in `npm start`. */
const common = { LOG_LEVEL: 'warn' };

/** The load comes with one key from one address: it is counted, as elsewhere, and never refused. */
const countedButNotLimited = { RATE_LIMIT_CUSTOMER: '100000000', RATE_LIMIT_WEBHOOK: '100000000' };

export interface BillingOptions {
  readonly name?: string;
  /** Jobs at once. */
  readonly jobs?: number;
  /** Where Stripe's API is; absent where nothing asks Stripe. */
  readonly stripeUrl?: string;
}

/** This service as `npm start` runs it, with a database of its own and without the sandbox in its process. */
export function startBilling(
  environment: Environment,
  database: Database,
  { name = 'billing', jobs = 0, stripeUrl = 'http://127.0.0.1:1' }: BillingOptions = {},
): Promise<Server> {
  return start(environment, name, '../../src/main.js', {
    DATABASE_URL: database.url,
    JOBS_CONCURRENCY: String(jobs),
    STRIPE_SECRET_KEY: 'sk_test_bench',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_bench',
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_API_BASE: stripeUrl,
    ...countedButNotLimited,
  });
}

/** A server to compare with, on a database of its own. */
export const startBaseline = (
  environment: Environment,
  name: 'bare-webhook' | 'sync-engine' | 'lean-apollo',
  database: Database,
): Promise<Server> =>
  start(environment, name, `../servers/${name}.js`, {
    DATABASE_URL: database.url,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
  });

/** Stripe, as far as the payment intents of `accounts` are concerned. */
export const startStripe = (environment: Environment, accounts: number): Promise<Server> =>
  start(environment, 'stripe', '../servers/stripe.js', { ACCOUNTS: String(accounts) });

async function start(
  { directory, parts }: Environment,
  name: string,
  entry: string,
  env: Readonly<Record<string, string>>,
): Promise<Server> {
  const server = await startServer({ name, entry, directory, env: { ...common, ...env } });
  parts.defer(() => server.stop());
  return server;
}
