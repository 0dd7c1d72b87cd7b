import 'reflect-metadata';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { mikroOrmConfig } from '../../../src/mikro-orm.config.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const poolSize = 2;

let database: TestDatabase;
let orm: MikroORM;
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init(mikroOrmConfig({ url: database.url, poolSize }));
});
afterAll(async () => {
  await orm.close();
  await database.drop();
});

test('transactions whose connections break give their places in the pool back', async () => {
  for (let lost = 0; lost < 3 * poolSize; lost++) {
    const broken = orm.em.fork().transactional(async (em) => {
      const [row] = await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid');
      await database.query('select pg_terminate_backend($1)', [row?.pid]);
      await em.execute('select 1');
    });
    await expect(broken).rejects.toThrow();
  }
  const [row] = await orm.em.fork().transactional((em) => em.execute<{ one: number }[]>('select 1 as one'));
  expect(row).toEqual({ one: 1 });
});
