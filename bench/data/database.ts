import { Pool } from 'pg';
import type { Environment } from '../environment.js';

/** A database of one benchmark. */
export interface Database {
  readonly url: string;
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Makes an empty database, which goes with the benchmark. */
export async function createDatabase({ postgresUrl, parts }: Environment, name: string): Promise<Database> {
  const server = new Pool({ connectionString: postgresUrl, max: 1 });
  parts.defer(() => server.end());
  await server.query(`create database ${name}`);
  parts.defer(async () => {
    await server.query(`drop database ${name} with (force)`);
  });
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return openDatabase(url.href, parts);
}

/** A database that is there. */
export function openDatabase(url: string, parts: AsyncDisposableStack): Database {
  const pool = new Pool({ connectionString: url, max: 2 });
  // The drop may be faster than the goodbye of a connection.
  pool.on('error', () => undefined);
  parts.defer(() => pool.end());
  return {
    url,
    async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
      return (await pool.query<Row>(text, [...values])).rows;
    },
  };
}

/** Leaves nothing to do in the background that filling called for. */
export async function settle(database: Database): Promise<void> {
  await database.query('vacuum (analyze)');
  await database.query('checkpoint');
}
