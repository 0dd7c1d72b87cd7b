import { runTaskListOnce, type TaskList } from 'graphile-worker';
import { GraphQLClient } from 'graphql-request';
import { Pool } from 'pg';
import type Stripe from 'stripe';
import { loadConfig } from '../../../src/config.js';
import { freePort } from '../../../src/platform/free-port.js';
import { jobLogger } from '../../../src/platform/jobs/job-log.js';
import { createLog } from '../../../src/platform/log.js';
import { noRateBudgets } from '../../../src/platform/rate-limits/budgets.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { type RunningService, startService } from '../../../src/service.js';
import { wire } from '../../../src/wiring.js';
import { BreakableNetwork } from '../../support/breakable-network.js';
import { type Clients, clientsOf, clientWithKey } from '../../support/client.js';
import { FakeClock } from '../../support/clock.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { createAccountMutation, createApiKeyMutation } from '../../support/operations.js';

/** Later than the machine's own clock: a job that is to wait does wait, until the test says that its time has come. */
const startOfTime = '2031-03-01T12:00:00.000Z';
const log = createLog('silent');
/** More rounds than the longest chain of jobs that lead to jobs. */
const maxJobRounds = 10;

export interface Customer {
  readonly accountId: string;
  readonly client: GraphQLClient;
}

/**
 * A service whose connections to PostgreSQL and to Stripe run over a network that can break. Its jobs run when
 * the test says so, and webhooks wait for `deliverEvents`, so that one thing happens at a time.
 */
export class BreakableService {
  readonly #resent = new Set<string>();

  private constructor(
    readonly network: BreakableNetwork,
    readonly clock: FakeClock,
    readonly database: TestDatabase,
    readonly sandbox: Sandbox,
    readonly clients: Clients,
    private readonly service: RunningService,
    readonly url: string,
    private readonly taskList: TaskList,
    private readonly pool: Pool,
  ) {}

  static async start(): Promise<BreakableService> {
    const clock = new FakeClock(startOfTime);
    const database = await createTestDatabase();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const defaults = loadConfig({ NODE_ENV: 'test', PORT: String(port), PUBLIC_URL: url });
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
    });
    sandbox.faults.delivery({ fault: 'drop' });
    const network = new BreakableNetwork();
    const databaseUrl = new URL(database.url);
    databaseUrl.port = String(await network.proxyTo(Number(databaseUrl.port)));
    const config = {
      ...defaults,
      shutdownGraceSeconds: 5,
      rateLimits: noRateBudgets,
      jobs: { concurrency: 0 },
      stripe: {
        ...defaults.stripe,
        apiBase: `http://127.0.0.1:${await network.proxyTo(sandbox.port)}`,
      },
    };
    const service = await startService({ config, clock, log, databaseUrl: databaseUrl.href });
    const { taskList } = wire({ config, orm: service.orm, clock, log });
    const pool = new Pool({ connectionString: database.url, max: 4 });
    return new BreakableService(
      network,
      clock,
      database,
      sandbox,
      clientsOf(url),
      service,
      url,
      taskList,
      pool,
    );
  }

  /** A new account with a key of its own. */
  async newCustomer(): Promise<Customer> {
    const { createAccount } = await this.clients.admin.request(createAccountMutation, {
      input: { name: 'Customer' },
    });
    const accountId = createAccount.account.id;
    const { createApiKey } = await this.clients.admin.request(createApiKeyMutation, {
      input: { accountId, name: 'Browser', role: 'CUSTOMER' },
    });
    return { accountId, client: clientWithKey(this.url, createApiKey.token) };
  }

  /** What Stripe.js does with a client secret. */
  async pay(clientSecret: string, card: string): Promise<void> {
    const [paymentIntentId] = clientSecret.split('_secret_');
    const response = await fetch(`${this.sandbox.url}/v1/payment_intents/${paymentIntentId}/confirm`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.sandbox.publishableKey}` },
      body: new URLSearchParams({
        client_secret: clientSecret,
        payment_method: card,
        return_url: 'https://example.com/paid',
      }),
    });
    if (!response.ok) throw new Error(`The payment failed: ${await response.text()}`);
  }

  /** Events of a type so far, oldest first. */
  events(type: string): Stripe.EventBase[] {
    return this.sandbox.events().filter((event) => event.type === type);
  }

  /** Sends an event, and waits until Stripe has had an answer or an error for it. */
  async deliver(eventId: string): Promise<void> {
    this.#resent.add(eventId);
    const [sent] = this.sandbox.resendEvent(eventId);
    while (this.sandbox.deliveries().some(({ id, attempts }) => id === sent?.id && attempts.length === 0)) {
      await new Promise((wake) => setTimeout(wake, 1));
    }
  }

  /** Nothing of what has happened until now will be delivered any more. */
  loseEvents(): void {
    for (const { id } of this.sandbox.events()) this.#resent.add(id);
  }

  /** Sends every event that was not sent before, and waits until all have arrived. */
  async deliverEvents(): Promise<void> {
    for (const { id } of this.sandbox.events()) {
      if (this.#resent.has(id)) continue;
      this.#resent.add(id);
      this.sandbox.resendEvent(id);
    }
    await this.sandbox.flush();
  }

  /** Runs every waiting job once, as if its time had come. Those that fail wait for another attempt. */
  async runJobs(): Promise<void> {
    await this.pool.query(
      'select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs), run_at => now())',
    );
    const client = await this.pool.connect();
    try {
      await runTaskListOnce({ logger: jobLogger(log) }, this.taskList, client);
    } finally {
      client.release();
    }
  }

  /**
   * Delivers and works off everything.
   * @throws Error where a job still fails
   */
  async comeToRest(): Promise<void> {
    for (let round = 1; ; round++) {
      await this.deliverEvents();
      await this.runJobs();
      const waiting = await this.query('select task_identifier, last_error from graphile_worker.jobs');
      if (waiting.length === 0 && this.sandbox.events().every(({ id }) => this.#resent.has(id))) return;
      if (round >= maxJobRounds) throw new Error(`Jobs do not come to an end: ${JSON.stringify(waiting)}`);
    }
  }

  /** Runs one statement, past the network that can break. */
  async query(sql: string, parameters: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.pool.query<Record<string, unknown>>(sql, [...parameters])).rows;
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.pool.end();
    await this.network.close();
    await this.sandbox.close();
    await this.database.expectNoConnections().finally(() => this.database.drop());
  }
}
