import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { StartupError } from '../startup-error.js';
import { type Cluster, clusterUser } from './cluster.js';
import type { Postmaster } from './postmaster.js';
import { isAlive } from './process.js';

/** The advisory lock (in the database "postgres") that the one server using a cluster holds while it runs. */
const ownerLock = [0x42_49_4c_4c, 1] as const;
const pollMs = 50;
/** How long PostgreSQL may take to accept connections: after a crash it first replays its log. */
const readyTimeoutMs = 120_000;
/** How long PostgreSQL may take to notice that the previous owner's connection is gone. */
const releaseTimeoutMs = 10_000;

/** PostgreSQL error codes: cannot_connect_now (starts or stops), admin_shutdown, crash_shutdown. */
const passing = new Set(['57P03', '57P01', '57P02', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/** Another process, which is alive, is the owner. */
export class AlreadyRunningError extends StartupError {
  override readonly name = 'AlreadyRunningError';

  constructor(pid: number, label: string) {
    super(
      `UniLLM Billing is already running here (process ${pid}, ${label}). ` +
        'Stop it first, or set DATA_DIR, PORT and SANDBOX_PORT to run a second one.',
    );
  }
}

export function connectionTo({ password }: Cluster, { port }: Postmaster): ClientConfig {
  return { host: '127.0.0.1', port, user: clusterUser, password, database: 'postgres' };
}

/**
 * Waits until the server accepts connections and makes this process its owner: the one that stops it in the end.
 * @returns the connection that holds the ownership, or null when the server process went away meanwhile.
 * @throws AlreadyRunningError; StartupError when the password beside the cluster is not its password.
 */
export async function takeOwnership(
  cluster: Cluster,
  postmaster: Postmaster,
  label: string,
): Promise<Client | null> {
  const client = await connectWhenReady(cluster, postmaster, label);
  if (!client) return null;
  try {
    for (const end = performance.now() + releaseTimeoutMs; ; await sleep(pollMs)) {
      const { rows } = await client.query<{ taken: boolean }>(
        'select pg_try_advisory_lock($1, $2) as taken',
        [...ownerLock],
      );
      if (rows[0]?.taken) return client;
      const owner = await findOwner(client);
      if (owner && isAlive(owner.pid)) {
        throw new AlreadyRunningError(owner.pid, owner.label);
      }
      if (performance.now() > end)
        throw new Error('The connection of a server that is gone still owns its database.');
    }
  } catch (error) {
    await client.end().catch(() => undefined);
    if (passing.has(codeOf(error))) return null;
    throw error;
  }
}

/** @returns a connection, or null when the server process went away before it accepted one. */
export async function connectWhenReady(
  cluster: Cluster,
  postmaster: Postmaster,
  label: string,
): Promise<Client | null> {
  for (const end = performance.now() + readyTimeoutMs; ; await sleep(pollMs)) {
    const client = new Client({
      ...connectionTo(cluster, postmaster),
      application_name: `pid ${process.pid} ${label}`,
      keepAlive: true,
    });
    // A connection may break at any time later; who holds it listens for 'end'.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (codeOf(error) === '28P01') {
        throw new StartupError(`The password beside the database in ${cluster.folder} is not its password.`, {
          cause: error,
        });
      }
      if (!passing.has(codeOf(error)) || performance.now() > end) throw error;
      if (await postmaster.isGone()) return null;
    }
  }
}

async function findOwner(client: Client): Promise<{ pid: number; label: string } | null> {
  const { rows } = await client.query<{ application_name: string }>(
    `select application_name from pg_stat_activity join pg_locks using (pid)
     where locktype = 'advisory' and classid = $1 and objid = $2 and granted`,
    [...ownerLock],
  );
  const [, pid, label = ''] = /^pid (\d+) (.*)$/.exec(rows[0]?.application_name ?? '') ?? [];
  return pid ? { pid: Number(pid), label } : null;
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? '');
