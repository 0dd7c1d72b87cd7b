import { z } from 'zod';
import { logLevels } from '../platform/log.js';

const maxPort = 65_535;
const maxPoolSize = 1_000;
const maxJobsAtOnce = 100;
const maxProxyHops = 10;
const maxShutdownGraceSeconds = 600;
const maxRequestsPerMinute = 100_000_000;
/** Stripe delivers an event for three days: https://docs.stripe.com/webhooks#retries */
const minWebhookRetentionDays = 7;
const maxRetentionDays = 3_650;

/** Messages name what is expected and never repeat the value: it may be a secret. */
const wholeNumber = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, { error, abort: true })
    .transform(Number)
    .refine((number) => number >= min && number <= max, { error });
};

const switches = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
]);

const onOrOff = z
  .string()
  .refine((text) => switches.has(text.toLowerCase()), { error: 'must be true or false', abort: true })
  .transform((text) => switches.get(text.toLowerCase()) === true);

const url = (protocols: readonly string[], error: string) =>
  z.string().refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ''), { error });

const httpUrl = url(['http:', 'https:'], 'must be an http:// or https:// address').transform((text) =>
  text.replace(/\/+$/, ''),
);

const commaSeparated = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const logLevel = z
  .string()
  .toLowerCase()
  .transform((level) => (level === 'warning' ? 'warn' : level))
  .pipe(z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }));

const isOrigin = (text: string): boolean => text === '*' || URL.parse(text)?.origin === text;

/** Every variable that the configuration reads, one by one; rules between them are in rules.ts. */
export const variables = {
  NODE_ENV: z.enum(['development', 'test', 'production'], {
    error: 'must be development, test or production',
  }),
  HOST: z.string(),
  PORT: wholeNumber(1, maxPort),
  PUBLIC_URL: httpUrl,
  LOG_LEVEL: logLevel,
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'must be a postgres:// address'),
  DATABASE_POOL_SIZE: wholeNumber(1, maxPoolSize),
  DATA_DIR: z.string(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^[sr]k_(test|live)_\w+$/, 'must start with sk_test_, sk_live_, rk_test_ or rk_live_'),
  STRIPE_PUBLISHABLE_KEY: z.string().regex(/^pk_(test|live)_\w+$/, 'must start with pk_test_ or pk_live_'),
  STRIPE_WEBHOOK_SECRET: commaSeparated.refine(
    (secrets) => secrets.length > 0 && secrets.every((secret) => /^whsec_\S+$/.test(secret)),
    { error: 'must be one or more signing secrets that start with whsec_, separated by commas' },
  ),
  STRIPE_API_BASE: httpUrl,
  SANDBOX_PORT: wholeNumber(1, maxPort),
  DEMO_KEYS: onOrOff,
  PLAYGROUND: onOrOff,
  INTROSPECTION: onOrOff,
  CORS_ORIGINS: commaSeparated.refine((origins) => origins.every(isOrigin), {
    error: 'must be origins such as https://app.example.com (no path), separated by commas',
  }),
  TRUST_PROXY: wholeNumber(0, maxProxyHops),
  RATE_LIMIT_ANONYMOUS: wholeNumber(0, maxRequestsPerMinute),
  RATE_LIMIT_WRONG_KEYS: wholeNumber(0, maxRequestsPerMinute),
  RATE_LIMIT_CUSTOMER: wholeNumber(0, maxRequestsPerMinute),
  RATE_LIMIT_SERVICE: wholeNumber(0, maxRequestsPerMinute),
  RATE_LIMIT_ADMIN: wholeNumber(0, maxRequestsPerMinute),
  RATE_LIMIT_WEBHOOK: wholeNumber(0, maxRequestsPerMinute),
  JOBS_CONCURRENCY: wholeNumber(0, maxJobsAtOnce),
  SHUTDOWN_GRACE_SECONDS: wholeNumber(0, maxShutdownGraceSeconds),
  WEBHOOK_RETENTION_DAYS: wholeNumber(minWebhookRetentionDays, maxRetentionDays),
  RECONCILIATION_RETENTION_DAYS: wholeNumber(1, maxRetentionDays),
} as const;

export type VariableName = keyof typeof variables;
/** What was given and is well-formed by itself. */
export type Values = { readonly [Name in VariableName]?: z.output<(typeof variables)[Name]> };
/** The variables that were given, well-formed or not. An empty value counts as not given. */
export type Given = ReadonlySet<VariableName>;

export const variableNames = Object.keys(variables) as VariableName[];

/** Reads each variable by itself. */
export function readVariables(env: NodeJS.ProcessEnv): { values: Values; given: Given; problems: string[] } {
  const given = new Set<VariableName>();
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const name of variableNames) {
    const text = env[name]?.trim() ?? '';
    if (text === '') continue;
    given.add(name);
    const result = variables[name].safeParse(text);
    if (result.success) values[name] = result.data;
    else problems.push(`${name}: ${result.error.issues[0]?.message}`);
  }
  return { values, given, problems };
}
