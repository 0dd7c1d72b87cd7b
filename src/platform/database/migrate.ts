import type { MikroORM } from '@mikro-orm/postgresql';
import { runMigrations } from 'graphile-worker';
import { Client, Pool } from 'pg';
import { jobLogger } from '../jobs/job-log.js';
import type { Log } from '../log.js';
import { bounded, maintenanceBounds } from './bounds.js';
import { warnOfLostConnections } from './lost-connections.js';

/** How long to wait for another process that migrates. */
const migrationWaitMs = 15 * 60_000;
/** Held while migrating, so that of several processes that start together one migrates and the others wait. */
const migrationLock = [0x42_49_4c_4c, 2] as const;

/**
 * Brings the database's schema up to date: our migrations, and the job queue's tables.
 * @returns the names of the migrations of ours that had not run here yet.
 */
export async function migrate(orm: MikroORM, databaseUrl: string, log: Log): Promise<readonly string[]> {
  const waiting = bounded({ ...maintenanceBounds, lockMs: migrationWaitMs });
  const lock = new Client({ connectionString: databaseUrl, ...waiting });
  lock.on('error', (error) => log.warn({ err: error }, 'lost the connection that holds the migration lock'));
  try {
    await lock.connect();
    await lock.query('select pg_advisory_lock($1, $2)', [...migrationLock]);
    await migrateJobQueue(databaseUrl, log);
    const applied = (await orm.migrator.up()).map(({ name }) => name);
    if (applied.length > 0) log.info({ migrations: applied }, 'migrated the database');
    return applied;
  } finally {
    await lock.end();
  }
}

async function migrateJobQueue(databaseUrl: string, log: Log): Promise<void> {
  const logger = jobLogger(log);
  const pool = new Pool({ connectionString: databaseUrl, max: 1, ...bounded(maintenanceBounds) });
  warnOfLostConnections(pool, log, 'the job queue migration');
  try {
    await runMigrations({ pgPool: pool, logger });
  } finally {
    await pool.end();
  }
}
