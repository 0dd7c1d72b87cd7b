import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import {
  type Cluster,
  clusterUser,
  prepareCluster,
  programEnvironment,
} from '../../../src/platform/database/cluster.js';
import { postgresBinaries } from '../../../src/platform/database/postgres-binaries.js';
import { freePort } from '../../../src/platform/free-port.js';

const pollMs = 50;
const startTimeoutMs = 60_000;
/** What was committed is written, though not to the disk: the machine does not crash, PostgreSQL does. */
const settings = {
  fsync: 'off',
  max_connections: 200,
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
};

/** https://www.postgresql.org/docs/18/server-shutdown.html */
const signals = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
export type Shutdown = keyof typeof signals;

/** A PostgreSQL that is stopped and started while others use it; its address stays the same. */
export class Postgres {
  #server: ChildProcess | null = null;

  private constructor(
    private readonly directory: string,
    private readonly cluster: Cluster,
    private readonly port: number,
  ) {}

  static async start(directory: string): Promise<Postgres> {
    const cluster = await prepareCluster(directory, await postgresBinaries());
    const postgres = new Postgres(directory, cluster, await freePort());
    await postgres.#start();
    return postgres;
  }

  get url(): string {
    return `postgres://${clusterUser}:${this.cluster.password}@127.0.0.1:${this.port}/postgres`;
  }

  async restart(how: Shutdown): Promise<void> {
    await this.stop(how);
    await this.#start();
  }

  async stop(how: Shutdown): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server || server.exitCode !== null) return;
    const stopped = once(server, 'exit');
    server.kill(signals[how]);
    await stopped;
  }

  /** For whoever looks at the books while nothing restarts. */
  pool(): Pool {
    return new Pool({ connectionString: this.url, max: 2 });
  }

  async #start(): Promise<void> {
    const { postgres } = await postgresBinaries();
    const flags = Object.entries({ ...settings, port: this.port }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const { command, args, options } = this.cluster.launch(postgres, ['-D', this.cluster.folder, ...flags]);
    const log = openSync(join(this.directory, 'postgres.log'), 'a');
    const stdio: ['ignore', number, number] = ['ignore', log, log];
    const server = spawn(command, args, { ...options, env: programEnvironment, cwd: '/', stdio });
    closeSync(log);
    this.#server = server;
    const end = performance.now() + startTimeoutMs;
    while (!(await this.#answers())) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL did not start; see ${this.directory}.`);
      if (performance.now() > end) throw new Error('PostgreSQL does not answer.');
      await sleep(pollMs);
    }
  }

  async #answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select');
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
