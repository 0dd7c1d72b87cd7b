import { execFile, type SpawnOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { StartupError } from '../startup-error.js';

const run = promisify(execFile);

/** Someone other than root who runs PostgreSQL, which refuses to run as root. */
export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
}

/** How to start one of PostgreSQL's programs. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: Pick<SpawnOptions, 'uid' | 'gid'>;
}
export type Launcher = (program: string, args: readonly string[]) => Launch;

/** In this order; the second one exists on every system. */
const userNames = ['postgres', 'nobody'];

/**
 * Who runs PostgreSQL: we ourselves (null), or, when we are root, the owner of the data folder if there is one
 * already, else an unprivileged user of the system.
 */
export async function postgresUser(dataFolder: string): Promise<PostgresUser | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(dataFolder).catch(() => null);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of userNames) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // No such user; the next one may exist.
    }
  }
  throw new StartupError('PostgreSQL refuses to run as root. Start as another user, or set DATABASE_URL.');
}

/**
 * Starts programs as `user`. Where that user may not enter the folders in which the programs or the data are, as
 * under /root, it is lent the one capability that is needed for it.
 */
export async function launcher(user: PostgresUser | null, folders: readonly string[]): Promise<Launcher> {
  if (!user) return (command, args) => ({ command, args, options: {} });
  const { uid, gid } = user;
  const blocked = await firstBlocked(user, folders);
  if (!blocked) return (command, args) => ({ command, args, options: { uid, gid } });
  const capability = lendableCapability();
  if (!capability || !(await exists('setpriv'))) {
    throw new StartupError(
      `PostgreSQL refuses to run as root, and the user it runs as (uid ${uid}) may not enter ${blocked}. ` +
        'Move the project or DATA_DIR to where that user has access, start as another user, or set DATABASE_URL.',
    );
  }
  const drop = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  // Without no_setuid_fixup, access(2), by which PostgreSQL looks for its own files, would ignore the capability.
  const lend = [
    '--securebits=+no_setuid_fixup',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
  ];
  return (command, args) => ({ command: 'setpriv', args: [...drop, ...lend, command, ...args], options: {} });
}

/** The first folder on the way to `folders` that `user` may not enter. */
async function firstBlocked(user: PostgresUser, folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    for (const step of fromRootTo(folder)) {
      const { uid, gid, mode } = await stat(step);
      const executeBit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
      if ((mode & executeBit) === 0) return step;
    }
  }
  return null;
}

function fromRootTo(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [...fromRootTo(parent), folder];
}

/** Linux capability numbers: https://man7.org/linux/man-pages/man7/capabilities.7.html */
const capabilities = { dac_read_search: 2n, dac_override: 1n } as const;

function lendableCapability(): keyof typeof capabilities | null {
  let permitted: bigint;
  try {
    permitted = BigInt(
      `0x${/^CapPrm:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`,
    );
  } catch {
    return null;
  }
  const has = (name: keyof typeof capabilities) => (permitted & (1n << capabilities[name])) !== 0n;
  return has('dac_read_search') ? 'dac_read_search' : has('dac_override') ? 'dac_override' : null;
}

const exists = (program: string): Promise<boolean> =>
  run(program, ['--version']).then(
    () => true,
    () => false,
  );
