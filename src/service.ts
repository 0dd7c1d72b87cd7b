import 'reflect-metadata';
import { MikroORM } from '@mikro-orm/postgresql';
import { type AppDeps, buildApp } from './app.js';
import type { Config } from './config.js';
import { mikroOrmConfig } from './mikro-orm.config.js';
import type { Clock } from './platform/clock.js';
import { maintenanceBounds } from './platform/database/bounds.js';
import { checkDatabase } from './platform/database/check.js';
import { migrate } from './platform/database/migrate.js';
import { listen } from './platform/http/listening-server.js';
import { JobRunner } from './platform/jobs/job-runner.js';
import type { Log } from './platform/log.js';
import { type Wired, wire } from './wiring.js';

export interface ServiceOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly databaseUrl: string;
  /** Serve HTTP at the configured address; false leaves `app` to the caller. */
  readonly listen?: boolean;
}

export interface RunningService {
  /** What the HTTP side is made of, e.g. its metrics. */
  readonly app: AppDeps;
  readonly orm: MikroORM;
  readonly handler: Awaited<ReturnType<typeof buildApp>>['handler'];
  /** null when not listening. */
  readonly port: number | null;
  /** Resolves with the reason when a part stopped by itself, so that the rest is of no use. */
  readonly failed: Promise<unknown>;
  /** Lets requests and jobs in flight finish, for at most the configured grace period, and disconnects. */
  close(): Promise<void>;
}

/**
 * Brings the database up to date and serves the API on it.
 * @throws StartupError when the database or the address to listen on cannot be used.
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { config, clock, log, databaseUrl } = options;
  const cleanup = new AsyncDisposableStack();
  try {
    await checkDatabase(databaseUrl);
    await bringUpToDate(databaseUrl, log);
    const orm = await MikroORM.init(mikroOrmConfig({ url: databaseUrl, poolSize: config.database.poolSize }));
    cleanup.defer(() => orm.close());

    const wired = wire({ config, orm, clock, log });
    cleanup.defer(() => wired.drain());
    await wired.seed();
    const { handler, close } = await buildApp(wired.app);
    cleanup.defer(close);
    const drains: (() => Promise<void>)[] = [];
    cleanup.defer(async () => {
      await Promise.all(drains.map((drain) => drain()));
    });
    const graceMs = config.shutdownGraceSeconds * 1_000;
    const jobs = config.jobs.concurrency > 0 ? await startJobs(options, wired, graceMs) : null;
    if (jobs) drains.push(() => jobs.stop());
    const server = (options.listen ?? true) ? await listen(handler, config.host, config.port, log) : null;
    if (server) drains.push(() => server.drain(graceMs));

    const running = cleanup.move();
    return {
      app: wired.app,
      orm,
      handler,
      port: server?.port ?? null,
      failed: jobs ? jobs.failed : new Promise(() => undefined),
      close: () => running.disposeAsync(),
    };
  } catch (error) {
    await cleanup.disposeAsync();
    throw error;
  }
}

/** On a connection of its own: a migration may take longer than what requests may. */
async function bringUpToDate(url: string, log: Log): Promise<void> {
  const orm = await MikroORM.init(mikroOrmConfig({ url, poolSize: 1, bounds: maintenanceBounds }));
  await migrate(orm, url, log).finally(() => orm.close());
}

const startJobs = ({ config, databaseUrl, log }: ServiceOptions, wired: Wired, shutdownGraceMs: number) =>
  JobRunner.start({
    databaseUrl,
    concurrency: config.jobs.concurrency,
    taskList: wired.taskList,
    crontab: wired.crontab,
    log,
    shutdownGraceMs,
  });
