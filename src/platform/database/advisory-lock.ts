import { Client, type ClientConfig } from 'pg';
import type { Sql, Statement } from './sql.js';

/** Two numbers: of this project, and of what is locked. */
export type LockKey = readonly [number, number];

const lockHolders: Statement = {
  name: 'advisory_lock_holders',
  text: `select exists (
      select from pg_locks
      where locktype = 'advisory' and classid = $1 and objid = $2 and objsubid = 2 and granted
        and database = (select oid from pg_database where datname = current_database())
    ) as taken`,
};

/** Whether anybody holds it at this moment. */
export async function isLockTaken(sql: Sql, key: LockKey): Promise<boolean> {
  const [row] = await sql.query<{ taken: boolean }>(lockHolders, [...key]);
  return row?.taken === true;
}

/**
 * A lock of the whole database, for work that takes longer than a transaction may. A connection of its own holds it,
 * so that PostgreSQL frees it when the process or its host dies. Needs a direct connection: no transaction-mode pooler
 * in between.
 */
export class AdvisoryLock {
  #isLost = false;

  private constructor(private readonly client: Client) {
    const lose = () => {
      this.#isLost = true;
    };
    client.on('error', lose);
    client.on('end', lose);
  }

  /** Null: somebody else holds it. */
  static async tryTake(config: ClientConfig, key: LockKey): Promise<AdvisoryLock | null> {
    const client = new Client(config);
    const lock = new AdvisoryLock(client);
    try {
      await client.connect();
      const { rows } = await client.query<{ taken: boolean }>(
        'select pg_try_advisory_lock($1, $2) as taken',
        [...key],
      );
      if (rows[0]?.taken) return lock;
      await client.end();
      return null;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  /** @throws Error where the connection was lost, and with it the lock. */
  assertHeld(): void {
    if (this.#isLost) throw new LockLost();
  }

  async release(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

/** Somebody else may hold the lock by now. */
export class LockLost extends Error {
  override readonly name = 'LockLost';

  constructor() {
    super('The connection that held the lock was lost.');
  }
}
