import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../src/platform/database/cluster.js';
import { connectWhenReady } from '../../src/platform/database/ownership.js';
import { postgresBinaries } from '../../src/platform/database/postgres-binaries.js';
import {
  type PostgresSettings,
  type Postmaster,
  spawnPostmaster,
} from '../../src/platform/database/postmaster.js';

const pollMs = 20;

/**
 * As `pg_ctl stop -m` does: open transactions are rolled back, or everything ends as in a crash.
 * https://www.postgresql.org/docs/18/server-shutdown.html
 */
const shutdownSignals = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
export type Shutdown = keyof typeof shutdownSignals;

/** One server process of PostgreSQL, which ends with this process if nobody stops it. */
export class PostgresNode {
  private constructor(
    private readonly cluster: Cluster,
    private readonly postmaster: Postmaster,
  ) {
    process.once('exit', this.#killAtExit);
  }

  static async start(cluster: Cluster, settings: PostgresSettings, logFile: string): Promise<PostgresNode> {
    const { postgres } = await postgresBinaries();
    const postmaster = await spawnPostmaster(cluster, postgres, settings, logFile);
    const client = await connectWhenReady(cluster, postmaster, 'the tests');
    if (!client) throw new Error('PostgreSQL did not start.');
    await client.end();
    return new PostgresNode(cluster, postmaster);
  }

  get port(): number {
    return this.postmaster.port;
  }

  async query(sql: string): Promise<void> {
    const client = await connectWhenReady(this.cluster, this.postmaster, 'the tests');
    await client?.query(sql).finally(() => client.end());
  }

  async stop(how: Shutdown): Promise<void> {
    process.kill(this.postmaster.pid, shutdownSignals[how]);
    while (!(await this.postmaster.isGone())) await sleep(pollMs);
    process.off('exit', this.#killAtExit);
  }

  readonly #killAtExit = () => process.kill(this.postmaster.pid, 'SIGQUIT');
}
