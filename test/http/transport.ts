import 'reflect-metadata';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { Router } from 'express';
import { type AppDeps, buildApp } from '../../src/app.js';
import type { Config } from '../../src/config.js';
import type { ResolverClass } from '../../src/graphql/schema.js';
import type { Caller } from '../../src/platform/caller.js';
import { systemClock } from '../../src/platform/clock.js';
import { createLog } from '../../src/platform/log.js';
import { createMetrics } from '../../src/platform/metrics.js';
import { noRateBudgets } from '../../src/platform/rate-limits/budgets.js';
import { RateLimits } from '../../src/platform/rate-limits/rate-limits.js';

export const callers: Readonly<Record<string, Caller>> = {
  customer: { role: 'CUSTOMER', keyId: 'key_customer', accountId: 'acc_1' },
  service: { role: 'SERVICE', keyId: 'key_service', accountId: null },
  admin: { role: 'ADMIN', keyId: 'key_admin', accountId: null },
};

const config: Config = {
  environment: 'test',
  host: '127.0.0.1',
  port: 0,
  publicUrl: 'http://localhost',
  logLevel: 'debug',
  database: { url: null, poolSize: 1 },
  dataDir: '/nonexistent',
  stripe: {
    secretKey: 'sk_test_x',
    publishableKey: 'pk_test_x',
    webhookSecrets: ['whsec_x'],
    apiBase: null,
    livemode: false,
  },
  sandbox: null,
  demoKeys: false,
  playground: true,
  introspection: true,
  corsOrigins: ['https://shop.example'],
  trustProxy: 0,
  rateLimits: noRateBudgets,
  jobs: { concurrency: 0 },
  webhookRetentionDays: 90,
  reconciliationRetentionDays: 90,
  shutdownGraceSeconds: 1,
};

export type LogLine = Record<string, unknown>;

export interface RunningApp {
  readonly url: string;
  readonly logLines: readonly LogLine[];
  /** Posts JSON to /graphql and reads the JSON answer. */
  post(body: unknown, headers?: Record<string, string>): Promise<Answer>;
  query(query: string, variables?: Record<string, unknown>, key?: string): Promise<Answer>;
  close(): Promise<void>;
}

export interface GraphQLErrorBody {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Record<string, unknown>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data: unknown;
  readonly errors: readonly GraphQLErrorBody[];
}

export type AppOverrides = Partial<Omit<AppDeps, 'config'>> & { readonly config?: Partial<Config> };

/** The real app over the given resolver classes, listening on a free port. API keys are the names in `callers`. */
export async function startApp(
  resolvers: readonly [ResolverClass, ...ResolverClass[]],
  overrides: AppOverrides = {},
): Promise<RunningApp> {
  const logLines: LogLine[] = [];
  const log = createLog('debug', collectInto(logLines));
  const metrics = createMetrics({ processMetrics: false });
  const leases = { lease: () => Promise.reject(new Error('Nothing is limited here.')) };
  const app = await buildApp({
    clock: systemClock,
    log,
    resolvers,
    container: { get: (resolver: new () => object) => new resolver() },
    authenticate: async (token) => callers[token] ?? null,
    webhook: Router(),
    limits: new RateLimits({ budgets: noRateBudgets, leases, clock: systemClock, log, metrics }),
    metrics,
    readiness: async () => ({ ok: true, failing: [] }),
    ...overrides,
    config: { ...config, ...overrides.config },
  });
  const server = createServer(app.handler);
  const url = await listen(server);
  const post: RunningApp['post'] = async (body, headers = {}) =>
    answerOf(
      await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
  return {
    url,
    logLines,
    post,
    query: (query, variables = {}, key) =>
      post({ query, variables }, key ? { authorization: `Bearer ${key}` } : {}),
    close: async () => {
      await closeServer(server);
      await app.close();
    },
  };
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const { data, errors = [] } = isJson ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, text, data, errors };
}

/** Waits until `read` finds something; what is logged when an answer closes arrives just after the answer. */
export async function eventually<T>(read: () => T | undefined, timeoutMs = 2_000): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const found = read();
    if (found !== undefined) return found;
    if (performance.now() > deadlineMs) throw new Error('It did not happen in time.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function collectInto(lines: LogLine[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
}
