import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type Options } from '@mikro-orm/postgresql';
import { migrations } from '../migrations/index.js';
import { entities } from './entities.js';
import { type DatabaseBounds, pooled, requestBounds } from './platform/database/bounds.js';
import { reclaimLostConnections } from './platform/database/lost-connections.js';

export interface DatabaseOptions {
  readonly url: string;
  /** Connections this process may hold for requests and jobs of its own (the job runner has its own pool). */
  readonly poolSize: number;
  /** How long anything may wait; by default as long as a request may. */
  readonly bounds?: DatabaseBounds;
}

/** How every part of this project (server, CLI, tests, schema checks) opens the database. */
export function mikroOrmConfig({ url, poolSize, bounds = requestBounds }: DatabaseOptions): Options {
  return defineConfig({
    clientUrl: url,
    entities,
    extensions: [Migrator],
    metadataProvider: ReflectMetadataProvider,
    pool: { min: 0, max: poolSize },
    driverOptions: { ...pooled(bounds), onPoolCreated: reclaimLostConnections },
    forceUtcTimezone: true,
    migrations: { migrationsList: migrations, snapshot: false, silent: true },
    schemaGenerator: {
      ignoreSchema: ['graphile_worker', 'journal'],
      skipViews: ['ledger_transfers'],
      ignoreTriggers: true,
      ignoreRoutines: true,
    },
  });
}
