import type { GraphQLClient } from 'graphql-request';
import { Pool } from 'pg';
import type Stripe from 'stripe';
import { loadConfig } from '../../../src/config.js';
import { createLog } from '../../../src/platform/log.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import type { Break, BreakableNetwork, Passed } from '../../support/breakable-network.js';
import { type Clients, clientsOf, clientWithKey } from '../../support/client.js';
import { FakeClock } from '../../support/clock.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { createAccountMutation, createApiKeyMutation } from '../../support/operations.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import type { Host, Surroundings } from './host.js';
import { InThisProcess } from './in-this-process.js';
import { payAtStripe } from './pay.js';

/** Later than the machine's own clock: a job that is to wait does wait, until the test says that its time has come. */
const startOfTime = '2031-03-01T12:00:00.000Z';
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
export class BreakableService<Where extends Host = Host> {
  readonly clients: Clients;
  readonly #resent = new Set<string>();

  private constructor(
    readonly host: Where,
    /** Where callers and Stripe find it, whichever process serves them. */
    private readonly door: TcpProxy,
    private readonly ourClock: FakeClock,
    private readonly stripeClock: FakeClock,
    readonly database: TestDatabase,
    readonly sandbox: Sandbox,
    private readonly pool: Pool,
  ) {
    this.clients = clientsOf(this.url);
    door.leadTo(host.port);
  }

  static start(): Promise<BreakableService<InThisProcess>> {
    return BreakableService.startIn((surroundings) => InThisProcess.start(surroundings));
  }

  /** @param startHost starts what serves */
  static async startIn<Where extends Host>(
    startHost: (surroundings: Surroundings) => Promise<Where>,
  ): Promise<BreakableService<Where>> {
    const [clock, stripeClock] = [new FakeClock(startOfTime), new FakeClock(startOfTime)];
    const database = await createTestDatabase();
    const door = await TcpProxy.listen();
    const publicUrl = `http://127.0.0.1:${door.port}`;
    const [secret = ''] = loadConfig({ NODE_ENV: 'test' }).stripe.webhookSecrets;
    const sandbox = await startSandbox({
      clock: stripeClock,
      log: createLog('silent'),
      port: 0,
      seed: 1,
      webhook: { url: `${publicUrl}/billing/webhook`, secret },
      retryBaseMs: 20,
      outcomeDelayMs: null,
    });
    sandbox.faults.delivery({ fault: 'drop' });
    const databaseUrl = database.url;
    const host = await startHost({ databaseUrl, stripePort: sandbox.port, publicUrl, clock });
    const pool = new Pool({ connectionString: databaseUrl, max: 4 });
    return new BreakableService(host, door, clock, stripeClock, database, sandbox, pool);
  }

  get url(): string {
    return `http://127.0.0.1:${this.door.port}`;
  }

  /** Of the process that serves now. */
  get network(): BreakableNetwork {
    return this.host.network;
  }

  /** Breaks at an exchange from now on; null: at none. Ends with `recover`. */
  arm(at: Break | null): void {
    this.network.arm(at);
  }

  /** Whatever broke works again. */
  async recover(): Promise<Passed> {
    const { port } = this.host;
    const passed = await this.host.recover();
    if (this.host.port !== port) this.door.leadTo(this.host.port);
    return passed;
  }

  now(): Date {
    return this.ourClock.now();
  }

  /** Time passes, for us and for Stripe. */
  async advance(milliseconds: number): Promise<void> {
    this.stripeClock.advance(milliseconds);
    await this.jump(milliseconds);
  }

  /** Our clock jumps, and Stripe's does not. */
  async jump(milliseconds: number): Promise<void> {
    this.ourClock.advance(milliseconds);
    await this.host.tellTime();
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
    await payAtStripe(this.sandbox, clientSecret, card);
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

  /** Sends the newest event of a type, and waits as `deliver` does. */
  async deliverNewest(type: string): Promise<void> {
    const newest = this.events(type).at(-1);
    if (!newest) throw new Error(`There is no ${type}.`);
    await this.deliver(newest.id);
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

  /**
   * Runs every waiting job once, as if its time had come: those too that a killed process had taken, which the
   * service itself gives back after some seconds. Those that fail wait for another attempt.
   */
  async runJobs(): Promise<void> {
    await this.query(
      `select graphile_worker.force_unlock_workers(array(
         select distinct locked_by from graphile_worker.jobs where locked_by is not null))`,
    );
    await this.query(
      'select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs), run_at => now())',
    );
    await this.host.runJobs();
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
    await this.host.close();
    await this.door.close();
    await this.pool.end();
    await this.sandbox.close();
    await this.database.expectNoConnections().finally(() => this.database.drop());
  }
}
