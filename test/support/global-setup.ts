import './typescript-hooks.mjs';

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Starts one PostgreSQL for the whole run and prepares the database that every test's own is a copy of. */
export default async function globalSetup(): Promise<void> {
  const { startTestPostgres } = await import('./postgres.js');
  globalThis.stopTestPostgres = await startTestPostgres();
  // Ending by exit() instead of by the signal lets the exit handler stop PostgreSQL.
  for (const [signal, number] of Object.entries(signals))
    process.once(signal, () => process.exit(128 + number));
}

declare global {
  var stopTestPostgres: (() => Promise<void>) | undefined;
}
