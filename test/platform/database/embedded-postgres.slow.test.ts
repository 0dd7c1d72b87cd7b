import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/platform/database/embedded-postgres.js';
import { isAlive } from '../../../src/platform/database/process.js';
import { createLog } from '../../../src/platform/log.js';
import { StartupError } from '../../../src/platform/startup-error.js';

const run = promisify(execFile);

let scratch: string;
let directory: string;
const running: EmbeddedPostgres[] = [];

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'unillm-embedded-'));
  const made = await start(join(scratch, 'pristine'));
  await made.stop();
});
afterAll(() => rm(scratch, { recursive: true }));
beforeEach(async () => {
  directory = await mkdtemp(join(scratch, 'case-'));
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

async function start(where: string): Promise<EmbeddedPostgres> {
  const settings = { fsync: 'off', max_connections: 20 };
  const log = createLog('silent');
  const options = { directory: where, database: 'billing', label: 'http://localhost:4000', settings, log };
  const server = await startEmbeddedPostgres(options);
  running.push(server);
  return server;
}

/** A data folder as an earlier run leaves it. */
async function usedBefore(): Promise<string> {
  await run('cp', ['-a', join(scratch, 'pristine', 'postgres'), directory]);
  return directory;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a first start', () => {
  it('makes a database that only this machine and this user reach, and that a stop leaves nothing of', async () => {
    const server = await start(directory);
    expect(
      await query(
        server.url,
        `select current_setting('listen_addresses') as host,
      current_setting('unix_socket_directories') as sockets, current_setting('data_checksums') as checksums,
      current_setting('timezone') as zone, pg_encoding_to_char(encoding) as encoding
      from pg_database where datname = current_database()`,
      ),
    ).toEqual([{ host: '127.0.0.1', sockets: '', checksums: 'on', zone: 'UTC', encoding: 'UTF8' }]);
    const passwordFile = join(directory, 'postgres', 'password');
    expect((await stat(passwordFile)).mode & 0o777).toBe(0o600);
    expect(new URL(server.url).password).toBe(await readFile(passwordFile, 'utf8'));
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
    await expect(stat(join(directory, 'postgres', 'postmaster.pid'))).rejects.toThrow('ENOENT');
  });

  it('is not disturbed by what a killed first start left half-made', async () => {
    const neverAProcess = 2 ** 22 + 1;
    const halfMade = join(directory, `postgres.new-${neverAProcess}`);
    await mkdir(halfMade);
    await writeFile(`${halfMade}.password`, 'x');
    await start(directory);
    await expect(stat(halfMade)).rejects.toThrow('ENOENT');
    await expect(stat(`${halfMade}.password`)).rejects.toThrow('ENOENT');
  });
});

describe('a later start', () => {
  it('finds the data again', async () => {
    const first = await start(await usedBefore());
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await start(directory);
    expect(await query(second.url, 'select * from kept')).toEqual([{ answer: 42 }]);
  });

  it('is not stopped by a postmaster.pid whose process is gone or became another program', async () => {
    await usedBefore();
    for (const pid of [2 ** 22 + 1, process.pid]) {
      const left = `${pid}\n${directory}/postgres\n1700000000\n5432\n\n127.0.0.1\n  1 1\nready   \n`;
      await writeFile(join(directory, 'postgres', 'postmaster.pid'), left);
      const server = await start(directory);
      expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
      await server.stop();
    }
  });

  it('recovers what was committed before the server was killed', async () => {
    const first = await start(await usedBefore());
    await query(first.url, 'create table kept as select 42 as answer');
    process.kill(first.pid, 'SIGKILL');
    await first.lost;
    const second = await start(directory);
    expect(await query(second.url, 'select * from kept')).toEqual([{ answer: 42 }]);
  });

  it('refuses beside a live one, which it leaves alone', async () => {
    const first = await start(await usedBefore());
    await expect(start(directory)).rejects.toThrow(
      `UniLLM Billing is already running here (process ${process.pid}, http://localhost:4000).`,
    );
    expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe.each<[string, () => Promise<void>, RegExp]>([
  [
    'made by another major version',
    () => writeFile(join(directory, 'postgres', 'PG_VERSION'), '16\n'),
    /made by PostgreSQL 16, but this is PostgreSQL 18/,
  ],
  [
    'that is damaged',
    () => truncate(join(directory, 'postgres', 'global', 'pg_control'), 10),
    /PostgreSQL did not start on .*:\n.*could not read file "global\/pg_control"/,
  ],
  ['without its password', () => rm(join(directory, 'postgres', 'password')), /password is missing/],
  [
    'with another password',
    () => writeFile(join(directory, 'postgres', 'password'), 'another'),
    /The password beside the database in .* is not its password/,
  ],
  ['of something else', () => rm(join(directory, 'postgres', 'PG_VERSION')), /holds no PostgreSQL database/],
])('a data folder %s', (_what, spoil, message) => {
  it('is refused with the reason', async () => {
    await usedBefore();
    await spoil();
    const refused = await start(directory).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StartupError);
    expect((refused as Error).message).toMatch(message);
    const left = await readFile(join(directory, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
    expect(left === '' || !isAlive(Number.parseInt(left, 10))).toBe(true);
  });
});

it('a file where the data folder should be is refused with the reason', async () => {
  const file = join(directory, 'file');
  await writeFile(file, '');
  await expect(start(file)).rejects.toThrow(`${file} is not a folder.`);
});
