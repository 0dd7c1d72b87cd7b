import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import { mikroOrmConfig } from '../mikro-orm.config.js';
import { maintenanceBounds } from '../platform/database/bounds.js';
import { serverDatabase, startEmbeddedPostgres } from '../platform/database/embedded-postgres.js';
import { migrate } from '../platform/database/migrate.js';
import { createLog } from '../platform/log.js';

/** Runs all migrations on an empty database and fails where the result is not what the entities describe. */
const log = createLog('warn');
const directory = await mkdtemp(join(tmpdir(), 'unillm-billing-migrations-'));
const postgres = await startEmbeddedPostgres({
  directory,
  database: serverDatabase,
  label: 'the migrations check',
  settings: { fsync: 'off' },
  log,
});
try {
  const options = { url: postgres.url, poolSize: 2, bounds: maintenanceBounds };
  const orm = await MikroORM.init(mikroOrmConfig(options));
  try {
    await migrate(orm, postgres.url, log);
    const drift = (await orm.schema.getUpdateSchemaSQL()).trim();
    if (drift) {
      console.error(
        `The entities describe what no migration makes. Write a migration that does this:\n${drift}`,
      );
      process.exitCode = 1;
    }
  } finally {
    await orm.close();
  }
} finally {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}
