import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { gql } from 'graphql-request';
import { clientsOf } from '../support/client.js';
import { freePorts, postgresPid, ServerProcess } from './server-process.js';

jest.setTimeout(90_000);

const run = promisify(execFile);
const balance = gql`query ($accountId: ID) { balance(accountId: $accountId) { available } }`;
const grant = gql`mutation ($input: GrantCreditsInput!) { grantCredits(input: $input) { balance { available } } }`;

let directory: string;
let dataDir: string;
let env: Record<string, string>;
const started: ServerProcess[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'unillm-lifecycle-'));
  dataDir = join(directory, 'data');
  env = { DATA_DIR: dataDir, ...(await freePorts()) };
});
afterEach(async () => {
  for (const server of started.splice(0)) {
    server.kill('SIGTERM');
    await server.ended();
  }
});
afterAll(() => rm(directory, { recursive: true }));

function start(extra: Readonly<Record<string, string>> = {}): ServerProcess {
  const server = new ServerProcess({ ...env, ...extra }, directory);
  started.push(server);
  return server;
}

const api = () => clientsOf(`http://127.0.0.1:${env.PORT}`);

/** Sends the head and half of the body of a request; `finish` sends the rest and returns the whole answer. */
async function halfSentRequest(port: number): Promise<() => Promise<string>> {
  const body = JSON.stringify({ query: '{ creditPackages { credits } }' });
  const socket: Socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n` +
      body.slice(0, 10),
  );
  return async () => {
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    const closed = once(socket, 'close');
    socket.write(body.slice(10));
    await closed;
    return answer;
  };
}

describe('the server', () => {
  it('starts on nothing, answers the command it prints, and drains when it is told to stop', async () => {
    const server = start();
    await server.ready();
    expect(server.stdout).toContain(`http://localhost:${env.PORT}/graphql`);
    const command = server.stdout.split('\n').find((line) => line.trim().startsWith('curl '));
    const { stdout } = await run('sh', ['-c', command?.replace('curl ', 'curl -s ') ?? 'false']);
    expect(JSON.parse(stdout).data).toMatchObject({ balance: { available: '0' } });

    const postgres = await postgresPid(dataDir);
    expect(postgres).not.toBeNull();
    const finish = await halfSentRequest(Number(env.PORT));
    await sleep(100); // until the server has read the first half
    server.kill('SIGTERM');
    // A signal often comes twice, as npm passes on what the terminal sent already; it means nothing more.
    server.kill('SIGINT');
    await sleep(300);
    expect(await postgresPid(dataDir)).toBe(postgres);
    const answer = await finish();
    expect(answer).toContain('HTTP/1.1 200');
    expect(answer).toContain('"credits":100');
    expect(await server.ended()).toBe(0);
    expect(server.stderr).toBe('');
    expect(await postgresPid(dataDir)).toBeNull();
    await expect(fetch(`http://127.0.0.1:${env.SANDBOX_PORT}/_sandbox`)).rejects.toThrow('fetch failed');
  });

  it('refuses to start beside itself, survives kill -9, and stops when its database goes away', async () => {
    const first = start();
    await first.ready();
    const input = { accountId: 'demo', credits: '12.5', idempotencyKey: 'lifecycle' };
    await api().admin.request(grant, { input });

    const second = start({ ...(await freePorts()) });
    expect(await second.ended()).toBe(1);
    expect(second.stderr).toBe(
      `UniLLM Billing is already running here (process ${first.pid}, http://localhost:${env.PORT}). ` +
        'Stop it first, or set DATA_DIR, PORT and SANDBOX_PORT to run a second one.\n',
    );
    await expect(api().customer.request(balance)).resolves.toEqual({ balance: { available: '12.5' } });

    const orphan = await postgresPid(dataDir);
    first.kill('SIGKILL');
    expect(await first.ended()).toBe('SIGKILL');
    expect(await postgresPid(dataDir)).toBe(orphan);

    const third = start();
    await third.ready();
    expect(await postgresPid(dataDir)).toBe(orphan);
    await expect(api().customer.request(balance)).resolves.toEqual({ balance: { available: '12.5' } });
    process.kill(orphan ?? 0, 'SIGKILL');
    expect(await third.ended()).toBe(1);
    expect(third.stdout).toContain('PostgreSQL went away');
  });
});

it('ends at once when it is told so again while it drains', async () => {
  const server = start({ SHUTDOWN_GRACE_SECONDS: '60' });
  await server.ready();
  await halfSentRequest(Number(env.PORT));
  await sleep(100); // until the server has read the first half
  server.kill('SIGTERM');
  await sleep(1_500);
  server.kill('SIGTERM');
  expect(await server.ended()).toBe(130);
  for (let look = 0; look < 100 && (await postgresPid(dataDir)) !== null; look++) await sleep(100);
  expect(await postgresPid(dataDir)).toBeNull();
});

describe('a start that fails', () => {
  it.each(['PORT', 'SANDBOX_PORT'] as const)(
    'says that %s is taken, and leaves nothing behind',
    async (name) => {
      const occupier = createServer().listen(Number(env[name]), '127.0.0.1');
      await once(occupier, 'listening');
      const server = start();
      expect(await server.ended()).toBe(1);
      expect(server.stderr).toContain(
        name === 'PORT'
          ? `Port ${env.PORT} is in use by another program. Stop it or set PORT.\n`
          : `The Stripe sandbox cannot listen on 127.0.0.1:${env.SANDBOX_PORT}: the port is in use`,
      );
      expect(server.stderr.trim().split('\n')).toHaveLength(1);
      expect(await postgresPid(dataDir)).toBeNull();
      occupier.close();
    },
  );

  it('names everything that is wrong with the configuration, from the environment and from .env', async () => {
    await writeFile(join(directory, '.env'), 'PORT=4000\nLOG_LEVEL=loud\n');
    const server = start({ PORT: 'http', STRIPE_SECRET_KEY: 'sk_live_secret' });
    expect(await server.ended()).toBe(1);
    await rm(join(directory, '.env'));
    expect(server.stdout).toBe('');
    expect(server.stderr.trim().split('\n')).toEqual([
      'The configuration has 5 problems:',
      '  PORT: must be a whole number from 1 to 65535',
      '  LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent',
      '  STRIPE_PUBLISHABLE_KEY: required, because STRIPE_SECRET_KEY is set',
      '  STRIPE_WEBHOOK_SECRET: required, because STRIPE_SECRET_KEY is set',
      '  STRIPE_SECRET_KEY: a live key is refused unless NODE_ENV is production; use a test key',
      '.env.example explains every variable.',
    ]);
  });

  it('says which database it cannot reach, without its password', async () => {
    const { PORT: closedPort } = await freePorts();
    const server = start({ DATABASE_URL: `postgres://me:hunter2@127.0.0.1:${closedPort}/billing` });
    expect(await server.ended()).toBe(1);
    expect(server.stderr).toBe(
      `The database at 127.0.0.1:${closedPort}/billing cannot be used. Nothing listens there. Check DATABASE_URL.\n`,
    );
  });
});
