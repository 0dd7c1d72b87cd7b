import { expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase } from './database.js';

it('gives every test a migrated database of its own, many at once', async () => {
  const databases = await Promise.all(Array.from({ length: 4 }, createTestDatabase));
  const [first, second] = databases;
  await first?.query('create table only_here ()');
  expect(await first?.query(`select to_regclass('only_here') as found`)).toEqual([{ found: 'only_here' }]);
  expect(await second?.query(`select to_regclass('only_here') as found`)).toEqual([{ found: null }]);
  expect(await second?.query(`select to_regclass('graphile_worker.jobs') is not null as found`)).toEqual([
    { found: true },
  ]);
  await Promise.all(databases.map((database) => database.drop()));
});

it('finds a leaked connection', async () => {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('select 42');
  await expect(database.expectNoConnections()).rejects.toThrow(
    'Leaked 1 database connections:\nidle: select 42',
  );
  await client.end();
  await database.expectNoConnections();
  await database.drop();
});
