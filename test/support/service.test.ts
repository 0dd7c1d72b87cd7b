import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gql } from 'graphql-request';
import { expectCode } from './client.js';
import { startTestService, type TestService } from './service.js';

const balance = gql`{ balance { available } }`;

describe('a test service', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  it('answers the demo keys, and nobody else', async () => {
    await expect(service.clients.customer.request(balance)).resolves.toEqual({ balance: { available: '0' } });
    await expectCode(service.clients.anonymous.request(balance), 'UNAUTHENTICATED');
    await expectCode(service.clients.admin.request(balance), 'BAD_USER_INPUT');
  });

  it('comes to rest', async () => {
    await service.settle();
    expect(await service.database.query('select from graphile_worker.jobs where attempts > 0')).toEqual([]);
  });
});

it('reports a connection that the service left open', async () => {
  const service = await startTestService({ config: { jobs: { concurrency: 0 } } });
  const { Client } = (await import('pg')).default;
  const client = new Client({ connectionString: service.database.url });
  client.on('error', () => undefined);
  await client.connect();
  await expect(service.close()).rejects.toThrow('Leaked 1 database connections');
  await client.end().catch(() => undefined);
});
