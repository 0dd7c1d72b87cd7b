import { Client } from 'pg';
import { StartupError } from '../startup-error.js';
import { bounded, requestBounds } from './bounds.js';

const oldestServerVersion = 150_000;

/** What to do about the ways in which a connection commonly fails, by PostgreSQL or system error code. */
const remedies: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there.',
  ENOTFOUND: 'There is no such host.',
  ETIMEDOUT: 'It does not answer.',
  '28P01': 'The password is wrong.',
  '28000': 'It does not let this user in.',
  '3D000': 'There is no such database; make it with "createdb".',
  '53300': 'It has no connection left.',
  '57P03': 'It is starting or stopping; try again.',
};

/**
 * Makes sure that the database answers and is recent enough, for a clear message where a first query would fail.
 * @throws StartupError; its message has the address, but no password.
 */
export async function checkDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url, ...bounded(requestBounds) });
  client.on('error', () => undefined);
  let version: number;
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>(
      `select current_setting('server_version_num') as version`,
    );
    version = Number(rows[0]?.version);
  } catch (error) {
    throw unreachable(url, error);
  } finally {
    await client.end().catch(() => undefined);
  }
  if (version < oldestServerVersion) {
    throw new StartupError(`The database at ${addressOf(url)} is older than PostgreSQL 15. Update it.`);
  }
}

/** `host:port/database`. */
export function addressOf(url: string): string {
  const { host, pathname } = new URL(url);
  return host + pathname;
}

function unreachable(url: string, error: unknown): StartupError {
  const { code, message } = error as { code?: string; message?: string };
  const remedy = (code && remedies[code]) || message || code;
  return new StartupError(`The database at ${addressOf(url)} cannot be used. ${remedy} Check DATABASE_URL.`, {
    cause: error,
  });
}
