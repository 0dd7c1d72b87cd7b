import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { access, constants, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { StartupError } from '../../src/platform/startup-error.js';
import type { Database } from '../data/database.js';
import { Latencies } from '../measure/latency.js';
import type { Run } from '../measure/run.js';
import { countsOf, latenciesOf } from './output.js';

const run = promisify(execFile);

const clients = 16;
const threads = 2;
/** Where Debian puts it, unless its wrapper is on the PATH. */
const debianFolders = '/usr/lib/postgresql/*/bin';

/**
 * PostgreSQL's own load generator.
 * @throws StartupError where it is not installed
 */
export async function findPgbench(): Promise<string> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...globSync(debianFolders).reverse()];
  for (const folder of folders) {
    const file = join(folder, 'pgbench');
    if (await isProgram(file)) return file;
  }
  throw new StartupError(
    `pgbench is neither on the PATH nor in ${debianFolders}. It comes with PostgreSQL's additional programs: ` +
      '"apt-get install postgresql-contrib" on Debian, "dnf install postgresql-contrib" on Fedora, ' +
      '"brew install libpq" on macOS.',
  );
}

/** Runs a script of pgbench's on 16 connections with prepared statements; a unit of work is one run of the script. */
export async function runPgbench(
  program: string,
  database: Database,
  script: string,
  seconds: number,
  directory: string,
): Promise<Run> {
  const folder = await mkdtemp(join(directory, 'pgbench-'));
  try {
    const file = join(folder, 'script.sql');
    await writeFile(file, script);
    const { hostname, port, username, password, pathname } = new URL(database.url);
    const options = [
      ...['-h', hostname, '-p', port, '-U', username, '-n', '-M', 'prepared'],
      ...['-c', String(clients), '-j', String(threads), '-T', String(seconds), '-f', file],
      ...['-l', `--log-prefix=${join(folder, 'log')}`, pathname.slice(1)],
    ];
    const { stdout } = await run(program, options, {
      env: { PATH: process.env.PATH, PGPASSWORD: password },
      cwd: folder,
    });
    const { done, perSecond } = countsOf(stdout);
    return { done, seconds: done / perSecond, latency: (await logged(folder)).summary() };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function logged(folder: string): Promise<Latencies> {
  const latencies = new Latencies();
  for (const name of await readdir(folder)) {
    if (!name.startsWith('log')) continue;
    for (const ms of latenciesOf(await readFile(join(folder, name), 'utf8'))) latencies.record(ms);
  }
  return latencies;
}

const isProgram = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
