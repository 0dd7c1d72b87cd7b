import { join } from 'node:path';
import { inspect } from 'node:util';
import { withEnvFile } from './config/env-file.js';
import { type Config, loadConfig } from './config.js';
import { greeting } from './lifecycle/greeting.js';
import { StopRequest } from './lifecycle/stop-request.js';
import { systemClock } from './platform/clock.js';
import { createLog, type Log } from './platform/log.js';
import { StartupError } from './platform/startup-error.js';

/** Connections of our own PostgreSQL that neither requests nor jobs take: commands, psql, its own upkeep. */
const spareConnections = 50;
/** How long stopping may take beyond the grace period of requests and jobs before the process just ends. */
const stopMarginMs = 30_000;

try {
  process.exitCode = await run();
} catch (error) {
  process.exitCode = 1;
  const message = error instanceof StartupError ? error.message : inspect(error);
  process.stderr.write(`${message}\n`);
}

/** Runs the server until it shall stop, and stops what it started in reverse order. */
async function run(): Promise<number> {
  const config = loadConfig(withEnvFile(process.env, process.cwd()));
  const log = createLog(config.logLevel);
  const stop = new StopRequest(log);
  const parts = new AsyncDisposableStack();
  try {
    await start(config, log, parts, stop);
    await stop.made;
  } finally {
    setTimeout(() => process.exit(1), config.shutdownGraceSeconds * 1_000 + stopMarginMs).unref();
    await parts.disposeAsync();
  }
  return stop.exitCode;
}

/**
 * Starts each part unless the process shall stop already. The parts' code is loaded only now, when the configuration
 * is known to be right, and the service's while PostgreSQL starts.
 */
async function start(
  config: Config,
  log: Log,
  parts: AsyncDisposableStack,
  stop: StopRequest,
): Promise<void> {
  const [{ startService }, databaseUrl] = await Promise.all([
    import('./service.js'),
    config.database.url ?? startDatabase(config, log, parts, stop),
  ]);
  if (stop.isMade) return;
  await startStripeSandbox(config, log, parts);
  if (stop.isMade) return;

  const service = await startService({ config, clock: systemClock, log, databaseUrl });
  parts.defer(() => service.close());
  void service.failed.then((reason) => stop.fail(reason, 'jobs no longer run; stopping'));
  if (stop.isMade) return;

  if (config.environment === 'production') log.info({ url: config.publicUrl }, 'ready');
  else process.stdout.write(`${greeting(config)}\n`);
}

async function startDatabase(
  config: Config,
  log: Log,
  parts: AsyncDisposableStack,
  stop: StopRequest,
): Promise<string> {
  const { serverDatabase, startEmbeddedPostgres } = await import('./platform/database/embedded-postgres.js');
  const postgres = await startEmbeddedPostgres({
    directory: config.dataDir,
    database: serverDatabase,
    label: config.publicUrl,
    settings: {
      max_connections: config.database.poolSize + config.jobs.concurrency + spareConnections,
      log_checkpoints: 'off',
    },
    log,
  });
  parts.defer(() => postgres.stop());
  void postgres.lost.then(() => stop.fail(undefined, 'PostgreSQL went away; stopping'));
  return postgres.url;
}

async function startStripeSandbox(config: Config, log: Log, parts: AsyncDisposableStack): Promise<void> {
  if (!config.sandbox) return;
  const { SandboxError, startSandbox } = await import('./sandbox/index.js');
  const sandbox = await startSandbox({
    port: config.sandbox.port,
    clock: systemClock,
    log,
    dataDir: join(config.dataDir, 'sandbox'),
    webhook: { url: webhookUrl(config), secret: config.stripe.webhookSecrets[0] ?? '' },
  }).catch((error: unknown) => {
    throw error instanceof SandboxError ? new StartupError(error.message, { cause: error }) : error;
  });
  parts.defer(() => sandbox.close());
}

/** Where the sandbox, on this machine, reaches this server. */
function webhookUrl({ host, port }: Config): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}/billing/webhook`;
}
