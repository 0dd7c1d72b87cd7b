import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { mikroOrmConfig } from '../../src/mikro-orm.config.js';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { findPostmaster, stopPostmaster } from '../../src/platform/database/postmaster.js';
import { isAlive } from '../../src/platform/database/process.js';
import { createLog } from '../../src/platform/log.js';
import { serverUrlVariable, templateDatabase } from './database.js';

const directoryPrefix = 'unillm-billing-test-';

/** What a crash would lose is of no interest here. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_connections: 300,
  autovacuum: 'off',
};

/** Starts the server, makes the template, tells the tests where it is, and returns how to stop it. */
export async function startTestPostgres(): Promise<() => Promise<void>> {
  await removeLeftovers();
  const directory = join(tmpdir(), `${directoryPrefix}${process.pid}`);
  const log = createLog('warn');
  const server = await startEmbeddedPostgres({
    directory,
    database: templateDatabase,
    label: 'tests',
    settings,
    log,
  });
  const stop = async () => {
    await server.stop();
    await rm(directory, { recursive: true });
  };
  try {
    const orm = await MikroORM.init(mikroOrmConfig({ url: server.url, poolSize: 2 }));
    await migrate(orm, server.url, log).finally(() => orm.close());
    const serverUrl = new URL(server.url);
    serverUrl.pathname = '/postgres';
    await sealTemplate(serverUrl.href);
    process.env[serverUrlVariable] = serverUrl.href;
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A database that someone is connected to cannot be copied, so nobody may connect to the template any more. */
async function sealTemplate(serverUrl: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`alter database ${templateDatabase} with allow_connections false is_template true`);
  } finally {
    await client.end();
  }
}

/** Stops and removes the servers of runs that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(directoryPrefix) ? Number(name.slice(directoryPrefix.length)) : 0;
    if (pid && !isAlive(pid)) await removeServer(join(tmpdir(), name));
  }
}

async function removeServer(directory: string): Promise<void> {
  try {
    const postmaster = await findPostmaster(join(directory, 'postgres'));
    if (postmaster) await stopPostmaster(postmaster);
    await rm(directory, { recursive: true, force: true });
  } catch (error) {
    // Another user's; it is in nobody's way.
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
