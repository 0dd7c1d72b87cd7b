import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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

describe('clients that send a byte now and then', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  it('hold up nobody else, and hold no connection of the database', async () => {
    const slowClients = 200;
    const beginnings = [
      'POST /graphql HTTP/1.1\r\nHost: x\r\nX-Slow: ',
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
      'POST /billing/webhook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    ];
    const port = Number(new URL(service.url).port);
    const sockets = await Promise.all(
      Array.from({ length: slowClients }, async (_, i) => {
        const socket = connect(port, '127.0.0.1');
        await new Promise((resolve) => socket.once('connect', resolve));
        socket.write(beginnings[i % beginnings.length] ?? '');
        return socket;
      }),
    );
    try {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => service.clients.anonymous.request(creditPackagesQuery)),
      );
      expect(answers).toHaveLength(20);
      const [busy] = await service.database.query<{ count: string }>(
        `select count(*) from pg_stat_activity
          where datname = current_database() and state = 'idle in transaction'`,
      );
      expect(busy?.count).toBe('0');
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });
});
