import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** Set by the global setup: a postgres:// address of the run's server. */
export const serverUrlVariable = 'TEST_POSTGRES_URL';
/** Fully migrated and otherwise empty. */
export const templateDatabase = 'billing_template';
/** Empty; every server has it. */
export const emptyDatabase = 'template0';

/** How long a closed connection may take to disappear from the server. */
const disconnectMs = 2_000;
const pollMs = 10;

export interface TestDatabase {
  readonly url: string;
  /** Runs one statement on a connection of its own. */
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** @throws Error naming the last statement of every connection that is still open after a grace period. */
  expectNoConnections(): Promise<void>;
  drop(): Promise<void>;
}

/** A fresh copy of the migrated template, or of another. */
export async function createTestDatabase(template = templateDatabase): Promise<TestDatabase> {
  const serverUrl = process.env[serverUrlVariable];
  if (!serverUrl) throw new Error(`${serverUrlVariable} is not set: the global setup did not run.`);
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const onServer = <Row extends object>(sql: string, parameters: readonly unknown[] = []) =>
    query<Row>(serverUrl, sql, parameters);
  await onServer(`create database ${name} template ${template}`);
  return {
    url: url.href,
    query: (sql, parameters = []) => query(url.href, sql, parameters),
    expectNoConnections: async () => {
      for (
        const end = performance.now() + disconnectMs;
        ;
        await new Promise((wake) => setTimeout(wake, pollMs))
      ) {
        const open = await onServer<{ state: string; query: string }>(
          `select state, query from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
          [name],
        );
        if (open.length === 0) return;
        if (performance.now() > end) {
          throw new Error(
            `Leaked ${open.length} database connections:\n${open.map((row) => `${row.state}: ${row.query}`).join('\n')}`,
          );
        }
      }
    },
    drop: async () => {
      await onServer(`drop database ${name} with (force)`);
    },
  };
}

async function query<Row extends object>(
  url: string,
  sql: string,
  parameters: readonly unknown[],
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...parameters])).rows;
  } finally {
    await client.end();
  }
}
