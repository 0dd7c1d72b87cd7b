import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import './typescript-hooks.mjs';

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Starts one PostgreSQL for the whole run, prepares the database that every test's own is a copy of, and builds what
 * tests start as processes of their own.
 */
export default async function globalSetup(): Promise<void> {
  const { startTestPostgres } = await import('./postgres.js');
  const [stop] = await Promise.all([startTestPostgres(), buildServer()]);
  globalThis.stopTestPostgres = stop;
  // Ending by exit() instead of by the signal lets the exit handler stop PostgreSQL.
  for (const [signal, number] of Object.entries(signals))
    process.once(signal, () => process.exit(128 + number));
}

/** In one process, before test files that run at once would each do it. */
async function buildServer(): Promise<void> {
  await promisify(execFile)(process.execPath, ['scripts/build-server.mjs', '--no-check']);
}

declare global {
  var stopTestPostgres: (() => Promise<void>) | undefined;
}
