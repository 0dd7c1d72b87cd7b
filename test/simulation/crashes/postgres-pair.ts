import { execFile } from 'node:child_process';
import { chown, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { type Cluster, clusterUser, prepareCluster } from '../../../src/platform/database/cluster.js';
import { postgresBinaries } from '../../../src/platform/database/postgres-binaries.js';
import type { PostgresSettings } from '../../../src/platform/database/postmaster.js';
import { PostgresNode, type Shutdown } from '../../support/postgres-node.js';
import { TcpProxy } from '../../support/tcp-proxy.js';

const run = promisify(execFile);

const settings: PostgresSettings = { wal_level: 'replica', wal_retrieve_retry_interval: '100ms' };
const slot = 'standby';
const pollMs = 20;

/**
 * A PostgreSQL and its standby, a real one: it streams, and no commit is answered before it has it too. Both are
 * found at one address, which leads to one of them or nowhere.
 *
 * The embedded PostgreSQL comes without pg_basebackup, so that the standby is made as that does, with a copy of the
 * files between pg_backup_start and pg_backup_stop.
 */
export class PostgresPair {
  #primary: PostgresNode | null = null;
  #standby: PostgresNode | null = null;

  private constructor(
    private readonly directory: string,
    /** Where clients find whichever serves. */
    private readonly address: TcpProxy,
    /** Where the standby finds the primary, on whichever port that listens. */
    private readonly upstream: TcpProxy,
    private readonly cluster: Cluster,
  ) {}

  static async start(): Promise<PostgresPair> {
    const directory = join(tmpdir(), `unillm-billing-pair-${process.pid}`);
    await rm(directory, { recursive: true, force: true });
    const cluster = await prepareCluster(join(directory, 'primary'), await postgresBinaries());
    const pair = new PostgresPair(directory, await TcpProxy.listen(), await TcpProxy.listen(), cluster);
    await pair.startPrimary();
    await pair.#addStandby();
    return pair;
  }

  /** At the address of both. */
  get url(): string {
    return `postgres://${clusterUser}:${this.cluster.password}@127.0.0.1:${this.address.port}/postgres`;
  }

  async startPrimary(): Promise<void> {
    this.#primary = await PostgresNode.start(this.cluster, settings, join(this.directory, 'primary.log'));
    this.upstream.leadTo(this.#primary.port);
    this.address.leadTo(this.#primary.port);
  }

  async stopPrimary(how: Shutdown): Promise<void> {
    await this.#primary?.stop(how);
    this.#primary = null;
  }

  /** Cuts everybody off; PostgreSQL does not notice. */
  unplug(): void {
    this.address.leadTo(null);
  }

  plugIn(): void {
    this.address.leadTo(this.#primary?.port ?? null);
  }

  /** The primary is gone, and the address leads to its standby, which only lets read. */
  async loseToStandby(): Promise<void> {
    await this.stopPrimary('immediate');
    this.address.leadTo(this.#standby?.port ?? null);
  }

  /** The standby takes over. */
  async promote(): Promise<void> {
    await this.#standby?.query('select pg_promote()');
  }

  /** Runs one statement on whichever serves. */
  async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    try {
      return (await client.query<Row>(sql, [...parameters])).rows;
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    await this.#standby?.stop('immediate');
    await this.#primary?.stop('immediate');
    await Promise.all([this.address.close(), this.upstream.close()]);
    await rm(this.directory, { recursive: true });
  }

  async #addStandby(): Promise<void> {
    const { folder, password } = this.cluster;
    const copy = join(this.directory, 'standby', 'postgres');
    await mkdir(join(this.directory, 'standby'));
    await this.#onPrimary(async (client) => {
      await client.query('select pg_create_physical_replication_slot($1, true)', [slot]);
      await client.query(`select pg_backup_start('standby', fast => true)`);
      await run('cp', ['-a', folder, copy]);
      const { rows } = await client.query('select labelfile from pg_backup_stop(wait_for_archive => false)');
      await makeStandby(copy, rows[0].labelfile);
    });
    const following = {
      ...settings,
      primary_conninfo: `host=127.0.0.1 port=${this.upstream.port} user=${clusterUser} password=${password}`,
      primary_slot_name: slot,
    };
    this.#standby = await PostgresNode.start(
      { ...this.cluster, folder: copy },
      following,
      join(this.directory, 'standby.log'),
    );
    await this.#onPrimary(async (client) => {
      await client.query(`alter system set synchronous_standby_names = '*'`);
      await client.query('select pg_reload_conf()');
      const synchronous = `select from pg_stat_replication where sync_state = 'sync'`;
      while ((await client.query(synchronous)).rowCount === 0) await sleep(pollMs);
    });
  }

  async #onPrimary(work: (client: Client) => Promise<void>): Promise<void> {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    await work(client).finally(() => client.end());
  }
}

/** Makes a copied data folder one that follows. What is in the log comes from the primary again. */
async function makeStandby(folder: string, backupLabel: string): Promise<void> {
  await rm(join(folder, 'postmaster.pid'));
  for (const name of await readdir(join(folder, 'pg_wal'))) {
    if (/^[0-9A-F]{24}/.test(name)) await rm(join(folder, 'pg_wal', name));
  }
  await rm(join(folder, 'pg_replslot', slot), { recursive: true });
  const { uid, gid } = await stat(folder);
  for (const [name, content] of [
    ['backup_label', backupLabel],
    ['standby.signal', ''],
  ] as const) {
    await writeFile(join(folder, name), content, { mode: 0o600 });
    await chown(join(folder, name), uid, gid);
  }
}
