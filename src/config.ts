import { resolve } from 'node:path';
import { ConfigError } from './config/config-error.js';
import { brokenRules, isLive } from './config/rules.js';
import { readVariables, type Values } from './config/variables.js';
import type { LogLevel } from './platform/log.js';
import type { RateBudgets } from './platform/rate-limits/budgets.js';

export { ConfigError } from './config/config-error.js';

export type Environment = 'development' | 'test' | 'production';

export interface StripeConfig {
  readonly secretKey: string;
  readonly publishableKey: string;
  /** Any of these may have signed a webhook: there are several while a secret is being rotated. */
  readonly webhookSecrets: readonly string[];
  /** Where Stripe's API is, when not at api.stripe.com. */
  readonly apiBase: string | null;
  /** Whether the keys move real money. */
  readonly livemode: boolean;
}

export interface Config {
  readonly environment: Environment;
  /** The address to listen on. */
  readonly host: string;
  readonly port: number;
  /** How browsers reach this server; no slash at the end. */
  readonly publicUrl: string;
  readonly logLevel: LogLevel;
  /** `url` null: a PostgreSQL of our own, under `dataDir`. */
  readonly database: { readonly url: string | null; readonly poolSize: number };
  /** Absolute path of what this server keeps on disk itself: its own PostgreSQL and the Stripe sandbox's state. */
  readonly dataDir: string;
  readonly stripe: StripeConfig;
  /** The Stripe sandbox that this process starts itself, when there are no Stripe keys. */
  readonly sandbox: { readonly port: number } | null;
  /** Whether the published demo API keys are accepted. */
  readonly demoKeys: boolean;
  readonly playground: boolean;
  readonly introspection: boolean;
  /** Origins whose pages may call this API from a browser. */
  readonly corsOrigins: readonly string[];
  /** How many reverse proxies in front of this server to believe in X-Forwarded-For. */
  readonly trustProxy: number;
  /** Requests a minute, of an API key or an address over all processes. */
  readonly rateLimits: RateBudgets;
  /** Jobs that run at once in this process; 0 leaves them to other processes. */
  readonly jobs: { readonly concurrency: number };
  /** How long requests and jobs in flight may take to finish once the process is told to stop. */
  readonly shutdownGraceSeconds: number;
  /** How long webhook events are kept that are done with. */
  readonly webhookRetentionDays: number;
  /** How long reports of reconciliations are kept. */
  readonly reconciliationRetentionDays: number;
}

/** The sandbox's own keys. They open nothing but a sandbox on this machine, so they are no secret. */
const sandboxStripe = {
  secretKey: 'sk_test_sandbox',
  publishableKey: 'pk_test_sandbox',
  webhookSecrets: ['whsec_sandbox'],
  livemode: false,
} as const;

const developmentOrigins = ['http://localhost:5173', 'http://localhost:3000'];

/**
 * The configuration that `env` describes; with nothing set, a complete local one.
 * @throws ConfigError with every problem there is, not only the first.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const { values, given, problems } = readVariables(env);
  problems.push(...brokenRules(values, given));
  if (problems.length > 0) throw new ConfigError(problems);
  return assemble(values);
}

function assemble(values: Values): Config {
  const environment = values.NODE_ENV ?? 'development';
  const production = environment === 'production';
  const port = values.PORT ?? 4000;
  return {
    environment,
    // The demo keys are public knowledge, so a development server is reachable from its own machine only.
    host: values.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port,
    publicUrl: values.PUBLIC_URL ?? `http://localhost:${port}`,
    logLevel: values.LOG_LEVEL ?? 'info',
    database: { url: values.DATABASE_URL ?? null, poolSize: values.DATABASE_POOL_SIZE ?? 10 },
    dataDir: resolve(values.DATA_DIR ?? '.data'),
    ...assembleStripe(values),
    demoKeys: values.DEMO_KEYS ?? !production,
    playground: values.PLAYGROUND ?? !production,
    introspection: values.INTROSPECTION ?? !production,
    corsOrigins: values.CORS_ORIGINS ?? (environment === 'development' ? developmentOrigins : []),
    trustProxy: values.TRUST_PROXY ?? 0,
    rateLimits: {
      anonymous: values.RATE_LIMIT_ANONYMOUS ?? 600,
      'wrong-keys': values.RATE_LIMIT_WRONG_KEYS ?? 30,
      customer: values.RATE_LIMIT_CUSTOMER ?? 1_200,
      service: values.RATE_LIMIT_SERVICE ?? 0,
      admin: values.RATE_LIMIT_ADMIN ?? 6_000,
      webhook: values.RATE_LIMIT_WEBHOOK ?? 60_000,
    },
    jobs: { concurrency: values.JOBS_CONCURRENCY ?? 4 },
    shutdownGraceSeconds: values.SHUTDOWN_GRACE_SECONDS ?? 20,
    webhookRetentionDays: values.WEBHOOK_RETENTION_DAYS ?? 90,
    reconciliationRetentionDays: values.RECONCILIATION_RETENTION_DAYS ?? 90,
  };
}

function assembleStripe(values: Values): Pick<Config, 'stripe' | 'sandbox'> {
  const secretKey = values.STRIPE_SECRET_KEY;
  const publishableKey = values.STRIPE_PUBLISHABLE_KEY;
  const webhookSecrets = values.STRIPE_WEBHOOK_SECRET;
  if (!secretKey || !publishableKey || !webhookSecrets) {
    const port = values.SANDBOX_PORT ?? 12_111;
    return { stripe: { ...sandboxStripe, apiBase: `http://127.0.0.1:${port}` }, sandbox: { port } };
  }
  const apiBase = values.STRIPE_API_BASE ?? null;
  return {
    stripe: { secretKey, publishableKey, webhookSecrets, apiBase, livemode: isLive(secretKey) },
    sandbox: null,
  };
}
