import { runTaskListOnce, type TaskList } from 'graphile-worker';
import { Pool } from 'pg';
import { loadConfig } from '../../../src/config.js';
import type { Clock } from '../../../src/platform/clock.js';
import { jobLogger } from '../../../src/platform/jobs/job-log.js';
import { createLog } from '../../../src/platform/log.js';
import { noRateBudgets } from '../../../src/platform/rate-limits/budgets.js';
import { type RunningService, startService } from '../../../src/service.js';
import { wire } from '../../../src/wiring.js';

const log = createLog('silent');
const anyPort = 0;

export interface Addresses {
  readonly databaseUrl: string;
  /** Where the queue of jobs is worked off from. */
  readonly queueUrl: string;
  readonly stripeUrl: string;
  readonly publicUrl: string;
}

/** The service, whose jobs run when they are told to. */
export class Served {
  private constructor(
    private readonly service: RunningService,
    private readonly taskList: TaskList,
    private readonly queue: Pool,
  ) {}

  static async start(addresses: Addresses, clock: Clock): Promise<Served> {
    const { databaseUrl, queueUrl, stripeUrl, publicUrl } = addresses;
    const defaults = loadConfig({ NODE_ENV: 'test', PUBLIC_URL: publicUrl });
    const config = {
      ...defaults,
      port: anyPort,
      shutdownGraceSeconds: 5,
      rateLimits: noRateBudgets,
      jobs: { concurrency: 0 },
      stripe: { ...defaults.stripe, apiBase: stripeUrl },
    };
    const service = await startService({ config, clock, log, databaseUrl });
    const { taskList } = wire({ config, orm: service.orm, clock, log });
    return new Served(service, taskList, new Pool({ connectionString: queueUrl, max: 1 }));
  }

  get port(): number {
    return this.service.port ?? 0;
  }

  /** Runs every job whose time has come. Those that fail wait for another attempt. */
  async runJobs(): Promise<void> {
    const client = await this.queue.connect();
    try {
      await runTaskListOnce({ logger: jobLogger(log) }, this.taskList, client);
    } finally {
      client.release();
    }
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.queue.end();
  }
}
