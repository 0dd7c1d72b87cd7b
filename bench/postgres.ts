import { Client } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/platform/database/embedded-postgres.js';
import { createLog } from '../src/platform/log.js';

/** Everything a crash must not lose is on, as it is by default; sizes are those of a small production server. */
const settings = {
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '15min',
  max_connections: 200,
  log_checkpoints: 'off',
};

const shownSettings = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_level',
  'shared_buffers',
  'max_wal_size',
  'checkpoint_timeout',
  'max_connections',
  'autovacuum',
];

/** The one server that everybody is measured on. */
export const startPostgres = (directory: string): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({
    directory,
    database: 'bench',
    label: 'the benchmarks',
    settings,
    log: createLog('warn'),
  });

export async function describePostgres(
  url: string,
): Promise<{ readonly version: string; readonly settings: Readonly<Record<string, string>> }> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; value: string }>(
      `select name, current_setting(name) as value from unnest($1::text[]) as name`,
      [['server_version', ...shownSettings]],
    );
    const { server_version: version = '', ...shown } = Object.fromEntries(
      rows.map(({ name, value }) => [name, value]),
    );
    return { version, settings: shown };
  } finally {
    await client.end();
  }
}
