import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { MikroORM } from '@mikro-orm/postgresql';
import express from 'express';
import { runTaskListOnce, type TaskList } from 'graphile-worker';
import { Pool } from 'pg';
import { mikroOrmConfig } from '../../src/mikro-orm.config.js';
import type { PaymentSync } from '../../src/payments/payment-sync.js';
import { errorHandler, notFoundHandler } from '../../src/platform/http/error-handler.js';
import { requestScope } from '../../src/platform/http/request-scope.js';
import { jobLogger } from '../../src/platform/jobs/job-log.js';
import { createLog, type Log } from '../../src/platform/log.js';
import { createMetrics, type Metrics } from '../../src/platform/metrics.js';
import { WebhookVerifier } from '../../src/stripe/webhook-verifier.js';
import { processWebhookEventTask } from '../../src/webhooks/webhook.job.js';
import { createWebhookRouter } from '../../src/webhooks/webhook.route.js';
import { WebhookService } from '../../src/webhooks/webhook.service.js';
import { processWebhookEventTaskName, WebhookStore } from '../../src/webhooks/webhook.store.js';
import { createWebhookMetrics } from '../../src/webhooks/webhook-metrics.js';
import { WebhookProcessingService } from '../../src/webhooks/webhook-processing.service.js';
import { FakeClock } from '../support/clock.js';
import type { TestDatabase } from '../support/database.js';
import { sign } from './events.js';

export const secret = 'whsec_inbox';
const poolSize = 10;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly api_version: string | null;
  readonly payload: Record<string, unknown>;
  readonly attempts: number;
  readonly outcome: string | null;
  readonly created_at: Date;
  readonly received_at: Date;
  readonly processed_at: Date | null;
  readonly object_id: string | null;
  readonly payment_intent_id: string | null;
  readonly last_error: string | null;
  readonly last_attempt_at: Date | null;
  readonly next_attempt_at: Date | null;
}

export interface JobRow {
  readonly id: string;
  readonly attempts: number;
  readonly max_attempts: number;
  readonly last_error: string | null;
}

/** The webhook room over real HTTP and a real database; only what it calls in payments is given by the test. */
export class Inbox {
  readonly clock: FakeClock;
  readonly processing: WebhookProcessingService;
  readonly taskList: TaskList;
  readonly #server;

  private constructor(
    readonly database: TestDatabase,
    private readonly orm: MikroORM,
    sync: PaymentSync,
    readonly metrics: Metrics,
    readonly log: Log,
    readonly logLines: string[],
  ) {
    this.clock = new FakeClock();
    const store = new WebhookStore(orm);
    const webhookMetrics = createWebhookMetrics(metrics);
    this.processing = new WebhookProcessingService(store, sync, webhookMetrics, this.clock, log);
    this.taskList = { [processWebhookEventTaskName]: processWebhookEventTask(this.processing) };
    const app = express();
    app.use(requestScope(this.clock, log));
    app.use(
      '/billing/webhook',
      createWebhookRouter({
        verifier: new WebhookVerifier([secret], false, this.clock),
        webhooks: new WebhookService(store, this.clock),
        metrics: webhookMetrics,
        log,
      }),
    );
    app.use(notFoundHandler, errorHandler);
    this.#server = createServer(app);
  }

  static async start(database: TestDatabase, sync: PaymentSync): Promise<Inbox> {
    const orm = await MikroORM.init(mikroOrmConfig({ url: database.url, poolSize }));
    const logLines: string[] = [];
    const sink = new Writable({
      write: (chunk, _encoding, done) => {
        logLines.push(String(chunk));
        done();
      },
    });
    const metrics = createMetrics({ processMetrics: false });
    const inbox = new Inbox(database, orm, sync, metrics, createLog('debug', sink), logLines);
    await new Promise<void>((resolve) => inbox.#server.listen(0, '127.0.0.1', resolve));
    return inbox;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/billing/webhook`;
  }

  /** Posts as Stripe does, except for what `init` says. */
  async post(body: string | Uint8Array<ArrayBuffer>, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(this.url, {
      method: 'POST',
      body,
      ...init,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': sign(typeof body === 'string' ? body : '', secret, this.clock),
        ...init.headers,
      },
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  events(): Promise<EventRow[]> {
    return this.database.query<EventRow>('select * from webhook_events order by id');
  }

  jobs(): Promise<JobRow[]> {
    return this.database.query<JobRow>(
      'select id, attempts, max_attempts, last_error from graphile_worker.jobs where task_identifier = $1 order by id',
      [processWebhookEventTaskName],
    );
  }

  /** Runs the jobs that are due, once each. */
  async runJobs(): Promise<void> {
    const pool = new Pool({ connectionString: this.database.url, max: 1 });
    const client = await pool.connect();
    try {
      await runTaskListOnce({ logger: jobLogger(this.log) }, this.taskList, client);
    } finally {
      client.release();
      await pool.end();
    }
  }

  /** Runs the jobs that wait for their next attempt, without the wait. */
  async retryJobs(options: { readonly attemptsSoFar?: number } = {}): Promise<void> {
    const ids = (await this.jobs()).map(({ id }) => id);
    await this.database.query(
      'select graphile_worker.reschedule_jobs($1::bigint[], run_at => now(), attempts => $2::int)',
      [ids, options.attemptsSoFar ?? null],
    );
    await this.runJobs();
  }

  /** The value of a counter's series. */
  async count(name: string, labels: Record<string, string>): Promise<number | undefined> {
    const metric = await this.metrics.getSingleMetric(name)?.get();
    const wanted = Object.entries(labels);
    return metric?.values.find((series) => wanted.every(([label, value]) => series.labels[label] === value))
      ?.value;
  }

  /** Forgets all events, jobs and counts. */
  async empty(): Promise<void> {
    await this.database.query('truncate webhook_events');
    await this.database.query('delete from graphile_worker._private_jobs');
    this.metrics.resetMetrics();
    this.logLines.length = 0;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.orm.close();
  }
}
