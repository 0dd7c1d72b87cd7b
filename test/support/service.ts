import type { MikroORM } from '@mikro-orm/postgresql';
import type { Express } from 'express';
import { type Config, loadConfig } from '../../src/config.js';
import { freePort } from '../../src/platform/free-port.js';
import { PortInUseError } from '../../src/platform/http/listening-server.js';
import { createLog, type Log } from '../../src/platform/log.js';
import { noRateBudgets } from '../../src/platform/rate-limits/budgets.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js';
import { type RunningService, startService } from '../../src/service.js';
import { type Clients, clientsOf } from './client.js';
import { FakeClock } from './clock.js';
import { createTestDatabase, type TestDatabase } from './database.js';

export interface TestServiceOptions {
  /** Replaces parts of the configuration of a test server. */
  readonly config?: Partial<Omit<Config, 'stripe'>> & { readonly stripe?: Partial<Config['stripe']> };
  readonly clock?: FakeClock;
  readonly sandbox?: Partial<SandboxOptions>;
  /** By default only errors are shown. */
  readonly log?: Log;
}

export interface TestService {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly config: Config;
  readonly clock: FakeClock;
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
  readonly orm: MikroORM;
  readonly handler: Express;
  readonly clients: Clients;
  /**
   * Waits until every webhook is delivered and every job that is due has run, also those that these led to.
   * @throws Error when a job failed, or when that takes longer than `timeoutMs`.
   */
  settle(timeoutMs?: number): Promise<void>;
  /**
   * Stops everything.
   * @throws Error when a database connection is still open afterwards.
   */
  close(): Promise<void>;
}

const startAttempts = 3;
const settleTimeoutMs = 10_000;
const settlePollMs = 10;

/** A whole server with a database and a Stripe sandbox of its own, on ports of its own, with the demo keys. */
export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const database = await createTestDatabase();
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await startOn(database, options);
      } catch (error) {
        // The free port, which the sandbox must know before the service listens, went to someone else meanwhile.
        if (!(error instanceof PortInUseError) || attempt >= startAttempts) throw error;
      }
    }
  } catch (error) {
    await database.drop();
    throw error;
  }
}

async function startOn(database: TestDatabase, options: TestServiceOptions): Promise<TestService> {
  const clock = options.clock ?? new FakeClock();
  const log = options.log ?? createLog('error');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const defaults = loadConfig({
    NODE_ENV: 'test',
    PORT: String(port),
    PUBLIC_URL: url,
    DATABASE_URL: database.url,
  });
  const [secret = ''] = defaults.stripe.webhookSecrets;
  const webhook = { url: `${url}/billing/webhook`, secret };
  const sandbox = await startSandbox({
    clock,
    log,
    port: 0,
    seed: 1,
    webhook,
    retryBaseMs: 20,
    outcomeDelayMs: null,
    ...options.sandbox,
  });
  const config: Config = {
    ...defaults,
    shutdownGraceSeconds: 5,
    // The minute of a clock that stands still never ends.
    rateLimits: noRateBudgets,
    ...options.config,
    stripe: { ...defaults.stripe, apiBase: sandbox.url, ...options.config?.stripe },
  };
  const service = await startService({ config, clock, log, databaseUrl: database.url }).catch(
    async (error) => {
      await sandbox.close();
      throw error;
    },
  );
  return {
    url,
    config,
    clock,
    sandbox,
    database,
    orm: service.orm,
    handler: service.handler,
    clients: clientsOf(url),
    settle: (timeoutMs = settleTimeoutMs) => settle(service, sandbox, timeoutMs),
    close: async () => {
      await service.close();
      await sandbox.close();
      await database.expectNoConnections().finally(() => database.drop());
    },
  };
}

/** Webhooks lead to jobs, and jobs to calls that lead to webhooks: quiet is when neither is left in one look. */
async function settle({ orm }: RunningService, sandbox: Sandbox, timeoutMs: number): Promise<void> {
  for (
    const end = performance.now() + timeoutMs;
    ;
    await new Promise((wake) => setTimeout(wake, settlePollMs))
  ) {
    await sandbox.flush(Math.max(1, end - performance.now()));
    const due = await orm.em.fork().execute<{ task_identifier: string; last_error: string | null }[]>(
      `select task_identifier, last_error from graphile_worker.jobs
       where locked_at is not null or attempts > 0 or run_at <= now()`,
    );
    if (due.length === 0) return;
    const failed = due.find(({ last_error }) => last_error !== null);
    if (failed) throw new Error(`The job ${failed.task_identifier} failed: ${failed.last_error}`);
    if (performance.now() > end) {
      throw new Error(`Jobs still wait: ${due.map(({ task_identifier }) => task_identifier).join(', ')}`);
    }
  }
}
