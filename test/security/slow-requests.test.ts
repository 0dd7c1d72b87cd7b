import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { answerTimeoutMs, boundConnections } from '../../src/platform/http/timeouts.js';
import { creditPackagesQuery } from '../support/operations.js';
import { startTestService, type TestService } from '../support/service.js';

it('every connection has a time by which its headers, its body and its answer must be there', () => {
  const server = createServer();
  boundConnections(server);
  expect(server.headersTimeout).toBeGreaterThan(0);
  expect(server.headersTimeout).toBeLessThanOrEqual(15_000);
  expect(server.requestTimeout).toBeGreaterThanOrEqual(server.headersTimeout);
  expect(server.requestTimeout).toBeLessThanOrEqual(30_000);
  expect(server.keepAliveTimeout).toBeGreaterThan(0);
  expect(answerTimeoutMs).toBeLessThanOrEqual(60_000);
});

const beginnings = {
  '/graphql':
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
  '/billing/webhook':
    'POST /billing/webhook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
} as const;
type Path = keyof typeof beginnings;

describe('clients that send a byte now and then', () => {
  let service: TestService;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    // The tests' own connections come from 127.0.0.1, others from where the one proxy in front says.
    service = await startTestService({ config: { trustProxy: 1 } });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  afterAll(() => service.close());

  /** Opens so many requests that do not go on. */
  async function begin(path: Path, count: number, from: string): Promise<void> {
    const port = Number(new URL(service.url).port);
    const beginning = beginnings[path].replace('Host: x', `Host: x\r\nX-Forwarded-For: ${from}`);
    await Promise.all(
      Array.from({ length: count }, async () => {
        const socket = connect(port, '127.0.0.1');
        sockets.push(socket.on('error', () => undefined));
        await new Promise((resolve) => socket.once('connect', resolve));
        socket.write(beginning);
      }),
    );
    await sleep(200);
  }

  async function statusOf(path: Path, from: string): Promise<number> {
    const response = await fetch(`${service.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
      body: '{"query":"{ creditPackages { id } }"}',
    });
    await response.body?.cancel();
    return response.status;
  }

  it('keep nobody else out of GraphQL, and themselves at some time', async () => {
    await begin('/graphql', 500, '203.0.113.1');
    expect(await statusOf('/graphql', '203.0.113.1')).toBe(429);
    expect(await statusOf('/graphql', '203.0.113.2')).toBe(200);
  });

  it('do not keep Stripe out', async () => {
    await begin('/billing/webhook', 100, '203.0.113.1');
    await begin('/billing/webhook', 100, '203.0.113.2');
    expect(await statusOf('/billing/webhook', '203.0.113.1')).toBe(429);
    // It has no signature, which is looked at once it has arrived.
    expect(await statusOf('/billing/webhook', '203.0.113.3')).toBe(400);
  });

  it('leave nothing behind when they go', async () => {
    await begin('/billing/webhook', 100, '203.0.113.4');
    for (const socket of sockets.splice(0)) socket.destroy();
    await sleep(200);
    expect(await statusOf('/billing/webhook', '203.0.113.4')).toBe(400);
  });

  it('hold no connection of the database', async () => {
    await begin('/graphql', 100, '203.0.113.5');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => service.clients.anonymous.request(creditPackagesQuery)),
    );
    expect(answers).toHaveLength(20);
    const [busy] = await service.database.query<{ count: string }>(
      `select count(*) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction'`,
    );
    expect(busy?.count).toBe('0');
  });
});
