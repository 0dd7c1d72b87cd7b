import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withEnvFile } from '../src/config/env-file.js';
import { variableNames } from '../src/config/variables.js';
import { ConfigError, loadConfig } from '../src/config.js';

const testKeys = {
  STRIPE_SECRET_KEY: 'sk_test_51abcDEF',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_51abcDEF',
  STRIPE_WEBHOOK_SECRET: 'whsec_abc',
};
const liveKeys = {
  STRIPE_SECRET_KEY: 'sk_live_51abcDEF',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_51abcDEF',
  STRIPE_WEBHOOK_SECRET: 'whsec_abc',
};
const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://db.internal/billing', ...liveKeys };

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('with nothing set', () => {
  it('is a complete local configuration with its own database and Stripe sandbox', () => {
    expect(loadConfig({})).toEqual({
      environment: 'development',
      host: '127.0.0.1',
      port: 4000,
      publicUrl: 'http://localhost:4000',
      logLevel: 'info',
      database: { url: null, poolSize: 10 },
      dataDir: resolve('.data'),
      stripe: {
        secretKey: 'sk_test_sandbox',
        publishableKey: 'pk_test_sandbox',
        webhookSecrets: ['whsec_sandbox'],
        apiBase: 'http://127.0.0.1:12111',
        livemode: false,
      },
      sandbox: { port: 12_111 },
      demoKeys: true,
      playground: true,
      introspection: true,
      corsOrigins: ['http://localhost:5173', 'http://localhost:3000'],
      trustProxy: 0,
      rateLimits: {
        anonymous: 600,
        'wrong-keys': 30,
        customer: 1_200,
        service: 0,
        admin: 6_000,
        webhook: 60_000,
      },
      jobs: { concurrency: 4 },
      shutdownGraceSeconds: 20,
      webhookRetentionDays: 90,
      reconciliationRetentionDays: 90,
    });
  });

  it('counts empty variables as not set', () => {
    expect(loadConfig({ PORT: '', DATABASE_URL: ' ', STRIPE_SECRET_KEY: '' })).toEqual(loadConfig({}));
  });
});

describe('with everything set', () => {
  it('takes what it is given', () => {
    const config = loadConfig({
      ...testKeys,
      NODE_ENV: 'test',
      HOST: '::1',
      PORT: '4100',
      PUBLIC_URL: 'https://billing.example.com/',
      LOG_LEVEL: 'Warning',
      DATABASE_URL: 'postgresql://u:p@db/billing',
      DATABASE_POOL_SIZE: '30',
      DATA_DIR: '/var/lib/billing',
      STRIPE_WEBHOOK_SECRET: 'whsec_new, whsec_old',
      STRIPE_API_BASE: 'http://localhost:12111/',
      DEMO_KEYS: 'off',
      PLAYGROUND: 'No',
      INTROSPECTION: '0',
      CORS_ORIGINS: 'https://app.example.com,https://admin.example.com',
      TRUST_PROXY: '2',
      RATE_LIMIT_ANONYMOUS: '1',
      RATE_LIMIT_WRONG_KEYS: '2',
      RATE_LIMIT_CUSTOMER: '3',
      RATE_LIMIT_SERVICE: '4',
      RATE_LIMIT_ADMIN: '5',
      RATE_LIMIT_WEBHOOK: '0',
      JOBS_CONCURRENCY: '0',
      SHUTDOWN_GRACE_SECONDS: '5',
      WEBHOOK_RETENTION_DAYS: '30',
      RECONCILIATION_RETENTION_DAYS: '400',
    });
    expect(config).toEqual({
      environment: 'test',
      host: '::1',
      port: 4100,
      publicUrl: 'https://billing.example.com',
      logLevel: 'warn',
      database: { url: 'postgresql://u:p@db/billing', poolSize: 30 },
      dataDir: '/var/lib/billing',
      stripe: {
        secretKey: 'sk_test_51abcDEF',
        publishableKey: 'pk_test_51abcDEF',
        webhookSecrets: ['whsec_new', 'whsec_old'],
        apiBase: 'http://localhost:12111',
        livemode: false,
      },
      sandbox: null,
      demoKeys: false,
      playground: false,
      introspection: false,
      corsOrigins: ['https://app.example.com', 'https://admin.example.com'],
      trustProxy: 2,
      rateLimits: {
        anonymous: 1,
        'wrong-keys': 2,
        customer: 3,
        service: 4,
        admin: 5,
        webhook: 0,
      },
      jobs: { concurrency: 0 },
      shutdownGraceSeconds: 5,
      webhookRetentionDays: 30,
      reconciliationRetentionDays: 400,
    });
  });

  it('moves the sandbox, and calls it where it is', () => {
    const config = loadConfig({ SANDBOX_PORT: '12222' });
    expect(config.sandbox).toEqual({ port: 12_222 });
    expect(config.stripe.apiBase).toBe('http://127.0.0.1:12222');
  });

  it('takes restricted keys', () => {
    expect(loadConfig({ ...testKeys, STRIPE_SECRET_KEY: 'rk_test_1' }).stripe.livemode).toBe(false);
  });
});

describe('in production', () => {
  it('is closed by default', () => {
    expect(loadConfig(production)).toMatchObject({
      host: '0.0.0.0',
      stripe: { livemode: true, apiBase: null },
      sandbox: null,
      demoKeys: false,
      playground: false,
      introspection: false,
      corsOrigins: [],
    });
  });

  it('may open the playground and introspection', () => {
    const config = loadConfig({ ...production, PLAYGROUND: 'true', INTROSPECTION: 'true' });
    expect(config).toMatchObject({ playground: true, introspection: true });
  });

  it('may run on test keys, for a staging system', () => {
    expect(loadConfig({ ...production, ...testKeys }).stripe.livemode).toBe(false);
  });
});

describe.each<[string, NodeJS.ProcessEnv, string[]]>([
  ['an unknown environment', { NODE_ENV: 'staging' }, ['NODE_ENV: must be development, test or production']],
  ['a port that is no number', { PORT: 'http' }, ['PORT: must be a whole number from 1 to 65535']],
  ['a port out of range', { PORT: '65536' }, ['PORT: must be a whole number from 1 to 65535']],
  [
    'a fraction',
    { DATABASE_POOL_SIZE: '1.5' },
    ['DATABASE_POOL_SIZE: must be a whole number from 1 to 1000'],
  ],
  [
    'a public URL without protocol',
    { PUBLIC_URL: 'localhost:4000' },
    ['PUBLIC_URL: must be an http:// or https:// address'],
  ],
  [
    'an unknown log level',
    { LOG_LEVEL: 'loud' },
    ['LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent'],
  ],
  [
    'another kind of database',
    { DATABASE_URL: 'mysql://localhost/x' },
    ['DATABASE_URL: must be a postgres:// address'],
  ],
  ['a switch that is neither on nor off', { DEMO_KEYS: 'maybe' }, ['DEMO_KEYS: must be true or false']],
  [
    'an origin with a path',
    { CORS_ORIGINS: 'https://a.example/app' },
    ['CORS_ORIGINS: must be origins such as https://app.example.com (no path), separated by commas'],
  ],
  ['too many proxies', { TRUST_PROXY: '99' }, ['TRUST_PROXY: must be a whole number from 0 to 10']],
  [
    'a secret key of another kind',
    { ...testKeys, STRIPE_SECRET_KEY: 'pk_test_1' },
    ['STRIPE_SECRET_KEY: must start with sk_test_, sk_live_, rk_test_ or rk_live_'],
  ],
  [
    'a publishable key of another kind',
    { ...testKeys, STRIPE_PUBLISHABLE_KEY: 'sk_test_1' },
    ['STRIPE_PUBLISHABLE_KEY: must start with pk_test_ or pk_live_'],
  ],
  [
    'one wrong webhook secret of two',
    { ...testKeys, STRIPE_WEBHOOK_SECRET: 'whsec_a,b' },
    [
      'STRIPE_WEBHOOK_SECRET: must be one or more signing secrets that start with whsec_, separated by commas',
    ],
  ],
  [
    'a lone secret key',
    { STRIPE_SECRET_KEY: 'sk_test_1' },
    [
      'STRIPE_PUBLISHABLE_KEY: required, because STRIPE_SECRET_KEY is set',
      'STRIPE_WEBHOOK_SECRET: required, because STRIPE_SECRET_KEY is set',
    ],
  ],
  [
    'a missing secret key',
    { STRIPE_PUBLISHABLE_KEY: 'pk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_a' },
    ['STRIPE_SECRET_KEY: required, because STRIPE_PUBLISHABLE_KEY is set'],
  ],
  [
    'keys of different modes',
    { ...testKeys, STRIPE_PUBLISHABLE_KEY: 'pk_live_1' },
    [
      'STRIPE_PUBLISHABLE_KEY: must be of the same mode as STRIPE_SECRET_KEY; one is a test key, the other a live key',
    ],
  ],
  [
    'a live key in development',
    { ...liveKeys },
    ['STRIPE_SECRET_KEY: a live key is refused unless NODE_ENV is production; use a test key'],
  ],
  [
    'a live key beside demo keys',
    { ...production, DEMO_KEYS: 'true' },
    ['DEMO_KEYS: must be off beside a live Stripe key'],
  ],
  [
    'a live key sent to this machine',
    { ...production, STRIPE_API_BASE: 'https://localhost:12111' },
    [
      'STRIPE_API_BASE: a live Stripe key is not sent to a local or unencrypted address; remove this variable',
    ],
  ],
  [
    'a live key sent unencrypted',
    { ...production, STRIPE_API_BASE: 'http://stripe.internal' },
    [
      'STRIPE_API_BASE: a live Stripe key is not sent to a local or unencrypted address; remove this variable',
    ],
  ],
  [
    'production without database',
    { ...production, DATABASE_URL: '' },
    ['DATABASE_URL: required in production'],
  ],
  [
    'demo keys in production',
    { ...production, ...testKeys, DEMO_KEYS: '1' },
    ['DEMO_KEYS: must be off in production'],
  ],
  [
    'a sandbox in production',
    { ...production, ...testKeys, STRIPE_API_BASE: 'http://127.0.0.1:12111' },
    ['STRIPE_API_BASE: a local or unencrypted address (the sandbox) is refused in production'],
  ],
  [
    'a sandbox port in production',
    { ...production, SANDBOX_PORT: '12111' },
    ['SANDBOX_PORT: the Stripe sandbox is refused in production; remove this variable'],
  ],
  [
    'every origin in production',
    { ...production, CORS_ORIGINS: '*' },
    ['CORS_ORIGINS: "*" is refused in production; list the origins of your own sites'],
  ],
])('%s', (_what, env, problems) => {
  it('is refused by name', () => {
    expect(problemsOf(env)).toEqual(problems);
  });
});

describe('several problems', () => {
  it('come in one message, malformed values and broken rules together', () => {
    const env = {
      NODE_ENV: 'production',
      PORT: 'x',
      LOG_LEVEL: 'loud',
      DEMO_KEYS: 'true',
      CORS_ORIGINS: '*',
    };
    expect(() => loadConfig(env)).toThrow(
      [
        'The configuration has 8 problems:',
        '  PORT: must be a whole number from 1 to 65535',
        '  LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent',
        '  DATABASE_URL: required in production',
        '  STRIPE_SECRET_KEY: required in production, which has no Stripe sandbox',
        '  STRIPE_PUBLISHABLE_KEY: required in production, which has no Stripe sandbox',
        '  STRIPE_WEBHOOK_SECRET: required in production, which has no Stripe sandbox',
        '  DEMO_KEYS: must be off in production',
        '  CORS_ORIGINS: "*" is refused in production; list the origins of your own sites',
        '.env.example explains every variable.',
      ].join('\n'),
    );
  });

  it('never repeat a value', () => {
    const secret = 'hunter2hunter2';
    const env = Object.fromEntries(variableNames.map((name) => [name, `${secret} ${secret}`]));
    const problems = problemsOf(env);
    expect(problems).toHaveLength(variableNames.length - 2); // HOST and DATA_DIR take any text
    expect(problems.join('\n')).not.toContain(secret);
  });
});

describe('.env', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'unillm-env-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('adds to the environment, which wins', () => {
    writeFileSync(join(directory, '.env'), 'PORT=5000\nLOG_LEVEL="debug" # chatty\n');
    expect(withEnvFile({ PORT: '6000' }, directory)).toEqual({ PORT: '6000', LOG_LEVEL: 'debug' });
  });

  it('may be absent', () => {
    expect(withEnvFile({ PORT: '6000' }, directory)).toEqual({ PORT: '6000' });
  });

  it('has an example that lists exactly the variables that are read', () => {
    const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    const listed = [...text.matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual(variableNames.toSorted());
  });
});
