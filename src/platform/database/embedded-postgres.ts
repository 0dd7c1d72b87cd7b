import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { Log } from '../log.js';
import { type Cluster, prepareCluster } from './cluster.js';
import { AlreadyRunningError, connectionTo, connectWhenReady, takeOwnership } from './ownership.js';
import { postgresBinaries } from './postgres-binaries.js';
import {
  findPostmaster,
  type PostgresSettings,
  type Postmaster,
  spawnPostmaster,
  stopPostmaster,
  whyNotStarted,
} from './postmaster.js';

/** The database of the server, which commands must find too. */
export const serverDatabase = 'billing';

/** Two processes that start at the same moment get out of each other's way within a few attempts. */
const maxStartAttempts = 5;

export interface EmbeddedPostgresOptions {
  /** Absolute path; the cluster is kept in `<directory>/postgres`, its log in `<directory>/postgres.log`. */
  readonly directory: string;
  /** The database to open; made if it does not exist. */
  readonly database: string;
  /** How a second process that finds this one running names it to the person who started it, e.g. its URL. */
  readonly label: string;
  readonly settings: PostgresSettings;
  readonly log: Log;
}

export interface EmbeddedPostgres {
  /** postgres:// address of the database, with its password. */
  readonly url: string;
  readonly pid: number;
  /** Resolves when the server went away without `stop`. */
  readonly lost: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL of our own on the data in `directory`, or takes over the one that a killed process left
 * running there.
 * @throws StartupError when another live process uses the data, or the data cannot be used.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = await postgresBinaries();
  const cluster = await prepareCluster(options.directory, binaries);
  const resolved = { ...cluster, folder: await realpath(cluster.folder) };
  const { postmaster, owner } = await startOrAdopt(resolved, binaries.postgres, options);
  try {
    await createDatabase(owner, options.database);
  } catch (error) {
    await owner.end();
    await stopPostmaster(postmaster);
    throw error;
  }
  return runningServer(resolved, postmaster, owner, options.database);
}

/**
 * The same database for a process that wants it only for a while, such as a command: that of the server which runs
 * on the data now, or else one started for the purpose. `stop` stops only what was started here.
 * @throws StartupError when the data cannot be used.
 */
export async function joinEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<Pick<EmbeddedPostgres, 'url' | 'stop'>> {
  const prepared = await prepareCluster(options.directory, await postgresBinaries());
  const cluster = { ...prepared, folder: await realpath(prepared.folder) };
  const postmaster = await findPostmaster(cluster.folder);
  const client = postmaster && (await connectWhenReady(cluster, postmaster, options.label));
  if (!client) return startEmbeddedPostgres(options);
  await client.end();
  return { url: urlOf(cluster, postmaster, options.database), stop: () => Promise.resolve() };
}

async function startOrAdopt(
  cluster: Cluster,
  postgres: string,
  { directory, settings, label, log }: EmbeddedPostgresOptions,
): Promise<{ postmaster: Postmaster; owner: Client }> {
  const logFile = join(directory, 'postgres.log');
  for (let attempt = 1; ; attempt++) {
    const found = await findPostmaster(cluster.folder);
    const postmaster = found ?? (await spawnPostmaster(cluster, postgres, settings, logFile));
    const owner = await takeOwnership(cluster, postmaster, label).catch(async (error: unknown) => {
      // What was started here is stopped again, unless someone was faster to make it theirs.
      if (!found && !(error instanceof AlreadyRunningError)) await stopPostmaster(postmaster);
      throw error;
    });
    if (owner) {
      log.debug(
        { pid: postmaster.pid, port: postmaster.port, adopted: found !== null },
        'PostgreSQL is ready',
      );
      return { postmaster, owner };
    }
    const reason = found ? null : await whyNotStarted(cluster.folder, logFile);
    if (reason) throw reason;
    if (attempt >= maxStartAttempts) throw new Error('PostgreSQL went away each time it was started.');
  }
}

async function createDatabase(owner: Client, name: string): Promise<void> {
  const { rowCount } = await owner.query('select from pg_database where datname = $1', [name]);
  if (!rowCount) await owner.query(`create database ${owner.escapeIdentifier(name)}`);
}

function runningServer(
  cluster: Cluster,
  postmaster: Postmaster,
  owner: Client,
  database: string,
): EmbeddedPostgres {
  const { pid } = postmaster;
  let stopping = false;
  const lost = new Promise<void>((resolve) => {
    owner.once('end', () => {
      if (!stopping) resolve();
    });
  });
  // The last resort, when the process ends without having called stop(): there is no time left to wait.
  const signalAtExit = () => {
    try {
      process.kill(pid, 'SIGINT');
    } catch {
      // It is gone already.
    }
  };
  process.once('exit', signalAtExit);
  return {
    url: urlOf(cluster, postmaster, database),
    pid,
    lost,
    async stop() {
      stopping = true;
      await owner.end().catch(() => undefined);
      await stopPostmaster(postmaster);
      process.off('exit', signalAtExit);
    },
  };
}

function urlOf(cluster: Cluster, postmaster: Postmaster, database: string): string {
  const { user, password, host, port } = connectionTo(cluster, postmaster);
  return `postgres://${user}:${password}@${host}:${port}/${database}`;
}
