import { join } from 'node:path';
import { Pool } from 'pg';
import { type Cluster, clusterUser, prepareCluster } from '../../../src/platform/database/cluster.js';
import { postgresBinaries } from '../../../src/platform/database/postgres-binaries.js';
import type { PostgresSettings } from '../../../src/platform/database/postmaster.js';
import { PostgresNode, type Shutdown } from '../../support/postgres-node.js';
import { TcpProxy } from '../../support/tcp-proxy.js';

/** What was committed is written, though not to the disk: the machine does not crash, PostgreSQL does. */
const settings: PostgresSettings = { fsync: 'off', max_connections: 200 };

/** A PostgreSQL that is stopped and started while others use it; its address stays the same. */
export class Postgres {
  #node: PostgresNode | null = null;

  private constructor(
    private readonly directory: string,
    private readonly cluster: Cluster,
    private readonly address: TcpProxy,
  ) {}

  static async start(directory: string): Promise<Postgres> {
    const cluster = await prepareCluster(directory, await postgresBinaries());
    const postgres = new Postgres(directory, cluster, await TcpProxy.listen());
    await postgres.#start();
    return postgres;
  }

  get url(): string {
    return `postgres://${clusterUser}:${this.cluster.password}@127.0.0.1:${this.address.port}/postgres`;
  }

  async restart(how: Shutdown): Promise<void> {
    await this.#node?.stop(how);
    await this.#start();
  }

  async close(): Promise<void> {
    await this.#node?.stop('immediate');
    await this.address.close();
  }

  /** For whoever looks at the books while nothing restarts. */
  pool(): Pool {
    return new Pool({ connectionString: this.url, max: 2 });
  }

  async #start(): Promise<void> {
    this.#node = await PostgresNode.start(this.cluster, settings, join(this.directory, 'postgres.log'));
    this.address.leadTo(this.#node.port);
  }
}
