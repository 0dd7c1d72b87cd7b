import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';
import { findPostmaster } from '../../src/platform/database/postmaster.js';
import { createLog } from '../../src/platform/log.js';
import { type OpenAccounts, openAccounts } from '../accounts/open-accounts.js';
import { type BuiltCli, builtCli, type Finished } from './built-cli.js';

/** Processes start slowly on a machine that is busy with other tests. */
jest.setTimeout(120_000);

let built: BuiltCli;
let room: OpenAccounts;

beforeAll(async () => {
  built = await builtCli();
  room = await openAccounts();
});
afterAll(async () => {
  await room.close();
  await built.remove();
});

/** Runs a command on the test's database. */
const cli = (...words: string[]) => built.run({ DATABASE_URL: room.database.url }, ...words);

function expectFailure({ exitCode, stdout, stderr }: Finished, code: number, message: string): void {
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
}

describe('help', () => {
  const everyCommand = [
    'account create',
    'account list',
    'key create',
    'key list',
    'key revoke',
    'audit',
    'reconcile',
    'journal list',
    'journal detach',
    'journal attach',
    'webhooks list',
    'webhooks replay',
    'migrate',
  ];

  it('names every command, without a database', async () => {
    const { exitCode, stdout, stderr } = await built.run({}, 'help');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const command of everyCommand) expect(stdout).toContain(`\n${command}`);
  });

  it('on one command is about that command', async () => {
    const { exitCode, stdout } = await built.run({}, 'key', 'create', '--help');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^key create\n/);
    expect(stdout).not.toContain('account create');
  });

  it('answers an unknown command, with exit code 2', async () => {
    const finished = await built.run({}, 'key', 'frobnicate');
    expectFailure(finished, 2, 'Unknown command: key frobnicate');
    for (const command of everyCommand) expect(finished.stderr).toContain(`\n${command}`);
  });

  it('on the command answers a wrong option, with exit code 2', async () => {
    expectFailure(await built.run({}, 'key', 'create', '--name', 'x'), 2, '"key create" needs --role.');
  });
});

describe('a key', () => {
  it('is created by one command and works on the same database', async () => {
    const created = await cli(
      'key',
      'create',
      '--role',
      'admin',
      '--name',
      'first',
      '--expires',
      '30d',
      '--json',
    );
    expect(created).toMatchObject({ exitCode: 0, stderr: 'Copy the key now: it is not shown again.\n' });
    const { token } = JSON.parse(created.stdout) as { token: string };
    const authenticator = room.authenticatorWith({ demoKeysAllowed: false });
    expect(await authenticator.authenticate(token)).toMatchObject({ role: 'ADMIN' });
    await authenticator.drain();
  });

  it('that does not exist is refused with exit code 1', async () => {
    expectFailure(await cli('key', 'revoke', 'ubk_00000000'), 1, 'API key not found.');
  });
});

describe('the database', () => {
  it('is brought up to date by migrate', async () => {
    const url = new URL(room.database.url);
    url.pathname += '_empty';
    await room.database.query(`create database ${url.pathname.slice(1)}`);
    const onEmpty = (...words: string[]) => built.run({ DATABASE_URL: url.href }, ...words);

    expectFailure(await onEmpty('account', 'list'), 1, 'npm run cli -- migrate');
    expect((await onEmpty('migrate')).stdout).toContain('Migration20261123000000_initial');
    expect(await onEmpty('migrate')).toEqual({ exitCode: 0, stdout: 'Up to date already.\n', stderr: '' });
    expect((await onEmpty('account', 'list', '--json')).stdout).toBe('[]\n');
    await room.database.query(`drop database ${url.pathname.slice(1)} with (force)`);
  });

  it('that does not answer is named without its password', async () => {
    const finished = await built.run(
      { DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/billing' },
      'account',
      'list',
    );
    expectFailure(finished, 1, '127.0.0.1:1/billing');
    expect(finished.stderr).not.toContain('hunter2');
  });

  it('is not looked for when the configuration is wrong', async () => {
    expectFailure(
      await built.run({ DATABASE_URL: 'mysql://x' }, 'account', 'list'),
      1,
      'DATABASE_URL: must be',
    );
  });
});

describe("this project's own PostgreSQL", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'unillm-billing-cli-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const onOwn = (...words: string[]) => built.run({ DATA_DIR: directory }, ...words);

  it('is started for the time of a command, and joined where a server runs it', async () => {
    expect((await onOwn('migrate')).exitCode).toBe(0);
    expect(await findPostmaster(join(directory, 'postgres'))).toBeNull();

    const log = createLog('silent');
    const server = await startEmbeddedPostgres({
      directory,
      database: 'billing',
      label: 'a server',
      settings: {},
      log,
    });
    try {
      expect((await onOwn('account', 'create', '--id', 'joined', '--name', 'Joined')).exitCode).toBe(0);
      const client = new Client({ connectionString: server.url });
      await client.connect();
      expect((await client.query('select id from accounts')).rows).toEqual([{ id: 'joined' }]);
      await client.end();
      expect((await findPostmaster(join(directory, 'postgres')))?.pid).toBe(server.pid);
    } finally {
      await server.stop();
    }
  });
});
