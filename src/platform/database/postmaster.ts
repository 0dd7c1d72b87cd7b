import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../free-port.js';
import { StartupError } from '../startup-error.js';
import { type Cluster, programEnvironment } from './cluster.js';
import { isAlive } from './process.js';

const run = promisify(execFile);

const pollMs = 20;
const fastShutdownMs = 15_000;
const immediateShutdownMs = 5_000;
const shownLogLines = 5;

/** The server process of a cluster, and the port it listens on (127.0.0.1 only). */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  isGone(): Promise<boolean>;
}

/** What PostgreSQL can be told to be; https://www.postgresql.org/docs/18/runtime-config.html */
export type PostgresSettings = Readonly<Record<string, string | number>>;

/**
 * The server process that already runs on this data folder, whoever started it. A postmaster.pid whose process is
 * gone, or is by now some other program, is removed: PostgreSQL itself would refuse to start in the latter case.
 */
export async function findPostmaster(folder: string): Promise<Postmaster | null> {
  const file = join(folder, 'postmaster.pid');
  for (;;) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return null;
    // https://www.postgresql.org/docs/18/storage-file-layout.html: pid, folder, start time, port, ...
    const [pid = 0, , , port = 0] = text.split('\n').map(Number);
    if (!pid || !(await isPostmasterOf(pid, folder))) {
      await rm(file, { force: true });
      return null;
    }
    if (port) return { pid, port, isGone: async () => !(await isPostmasterOf(pid, folder)) };
    await sleep(pollMs);
  }
}

/**
 * Whether `pid` is a server process on this data folder, and not a program that got the same id later. In doubt it
 * is: two server processes on one folder would destroy the data.
 */
async function isPostmasterOf(pid: number, folder: string): Promise<boolean> {
  if (!isAlive(pid) || !(await commandLine(pid)).includes('postgres')) return false;
  // A server process works in its data folder, and stays in it when the folder is moved.
  const [cwd, data] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(folder)]).catch(() => []);
  return !cwd || !data || (cwd.dev === data.dev && cwd.ino === data.ino);
}

async function commandLine(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') return await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return (await run('ps', ['-o', 'command=', '-p', String(pid)])).stdout;
  } catch {
    return '';
  }
}

/**
 * Starts a server process on a free port. It is in a process group of its own, so that Ctrl-C in a terminal does
 * not reach it: requests in flight must finish before their database goes. It still starts up when this resolves.
 */
export async function spawnPostmaster(
  cluster: Cluster,
  postgres: string,
  settings: PostgresSettings,
  logFile: string,
): Promise<Postmaster> {
  const port = await freePort();
  const all = { ...settings, port, listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { command, args, options } = cluster.launch(postgres, ['-D', cluster.folder, ...flags]);
  const log = openSync(logFile, 'w', 0o600);
  try {
    const child = spawn(command, args, {
      ...options,
      detached: true,
      stdio: ['ignore', log, log],
      env: programEnvironment,
      cwd: '/',
    });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    if (!child.pid) throw new Error('A process that was started has no id.');
    return { pid: child.pid, port, isGone: async () => child.exitCode !== null || child.signalCode !== null };
  } finally {
    closeSync(log);
  }
}

/** Why a server process that is gone did not start; null when the reason goes away by trying again. */
export async function whyNotStarted(folder: string, logFile: string): Promise<StartupError | null> {
  const log = await readFile(logFile, 'utf8');
  // Another process was faster to start one, or to take the port.
  if (/lock file ".*postmaster\.pid" already exists|could not bind/.test(log)) return null;
  const lines = log.trim().split('\n');
  const fatal = lines.filter((line) => /FATAL|PANIC|ERROR/.test(line));
  const shown = (fatal.length > 0 ? fatal : lines).slice(-shownLogLines).join('\n');
  return new StartupError(
    `PostgreSQL did not start on ${folder}:\n${shown}\n` +
      `All of its log is in ${basename(logFile)} beside that folder. Move the folder away to begin with an empty database.`,
  );
}

/** Stops a server process and waits until it is gone: first in order, then, if that takes too long, at once. */
export async function stopPostmaster(postmaster: Postmaster): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', fastShutdownMs],
    ['SIGQUIT', immediateShutdownMs],
    ['SIGKILL', immediateShutdownMs],
  ] as const) {
    if (await postmaster.isGone()) return;
    send(postmaster.pid, signal);
    for (const end = performance.now() + patienceMs; performance.now() < end; ) {
      if (await postmaster.isGone()) return;
      await sleep(pollMs);
    }
  }
  throw new Error(`PostgreSQL (process ${postmaster.pid}) does not stop.`);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
