import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StartupError } from '../startup-error.js';
import { type PostgresBinaries, postgresMajor } from './postgres-binaries.js';
import { type Launcher, launcher, type PostgresUser, postgresUser } from './postgres-user.js';
import { isAlive } from './process.js';

const run = promisify(execFile);

/** The superuser of a cluster made here. */
export const clusterUser = 'billing';
/** PostgreSQL's programs get this environment and nothing of ours, which may hold secrets. */
export const programEnvironment = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

const passwordFile = 'password';
const passwordBytes = 24;

/** A PostgreSQL data folder that is ready to be started. */
export interface Cluster {
  readonly folder: string;
  readonly password: string;
  readonly launch: Launcher;
}

/**
 * The cluster at `<directory>/postgres`, made first if there is none. It is made beside its final place and then
 * renamed, so that a crash in between leaves no half-made cluster behind.
 * @throws StartupError when the folder belongs to someone else, holds something else, or another major version.
 */
export async function prepareCluster(directory: string, binaries: PostgresBinaries): Promise<Cluster> {
  const folder = join(directory, 'postgres');
  try {
    await mkdir(directory, { recursive: true });
    const user = await postgresUser(folder);
    const launch = await launcher(user, [binaries.installation, directory]);
    await removeHalfMade(directory);
    if (await isEmpty(folder)) await initialize(directory, folder, binaries, user, launch);
    await checkVersion(folder);
    return { folder, password: (await readFile(join(folder, passwordFile), 'utf8')).trim(), launch };
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, folder);
  }
}

async function initialize(
  directory: string,
  folder: string,
  { initdb }: PostgresBinaries,
  user: PostgresUser | null,
  launch: Launcher,
): Promise<void> {
  const draft = join(directory, `postgres.new-${process.pid}`);
  const draftPassword = `${draft}.password`;
  await mkdir(draft, { mode: 0o700 });
  await writeFile(draftPassword, randomBytes(passwordBytes).toString('base64url'), { mode: 0o600 });
  if (user) await Promise.all([draft, draftPassword].map((path) => chown(path, user.uid, user.gid)));
  const { command, args, options } = launch(initdb, [
    `--pgdata=${draft}`,
    `--username=${clusterUser}`,
    `--pwfile=${draftPassword}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ]);
  try {
    await run(command, args, { ...options, env: programEnvironment, cwd: '/' });
  } catch (error) {
    await Promise.all([draft, draftPassword].map((path) => rm(path, { recursive: true, force: true })));
    const output = String((error as { stderr?: unknown }).stderr ?? error).trim();
    throw new StartupError(`PostgreSQL could not make a database in ${folder}:\n${output}`, { cause: error });
  }
  await rename(draftPassword, join(draft, passwordFile));
  await rename(draft, folder).catch(async (error: NodeJS.ErrnoException) => {
    // Another process was faster; its cluster is as good.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(draft, { recursive: true });
  });
}

/** What a process left behind that was killed while it made a cluster. */
async function removeHalfMade(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = Number(/^postgres\.new-(\d+)(?:\.password)?$/.exec(name)?.[1]);
    if (pid && !isAlive(pid)) await rm(join(directory, name), { recursive: true });
  }
}

async function isEmpty(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.length === 0;
}

async function checkVersion(folder: string): Promise<void> {
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (version === null) {
    throw new StartupError(`${folder} holds no PostgreSQL database. Move it away, or set DATA_DIR.`);
  }
  if (Number(version) !== postgresMajor) {
    throw new StartupError(
      `The database in ${folder} was made by PostgreSQL ${version.trim()}, but this is PostgreSQL ${postgresMajor}. ` +
        'Move it there with pg_dump, move the folder away to begin with an empty one, or set DATABASE_URL.',
    );
  }
}

function explain(error: NodeJS.ErrnoException, folder: string): Error {
  if (error instanceof StartupError) return error;
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StartupError(
        `${error.path ?? folder} cannot be used: ${error.code === 'EROFS' ? 'the file system is read-only' : 'permission denied'}. ` +
          'Give this user access to it, or set DATA_DIR to a folder of its own.',
        { cause: error },
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new StartupError(`${error.path ?? folder} is not a folder. Move it away, or set DATA_DIR.`, {
        cause: error,
      });
    case 'ENOSPC':
      return new StartupError(`There is no space left for the database in ${folder}.`, { cause: error });
    case 'ENOENT':
      return new StartupError(
        `${error.path ?? folder} is missing. Move ${folder} away to begin with an empty database.`,
        {
          cause: error,
        },
      );
    default:
      return error;
  }
}
