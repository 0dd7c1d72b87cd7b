import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client, type PoolClient } from 'pg';
import { queued, RowCursor } from '../../../src/platform/database/row-cursor.js';
import { type Sql, sqlOfClient } from '../../../src/platform/database/sql.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const rowsPerBatch = 2;

let database: TestDatabase;
let client: Client;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  sql = queued(sqlOfClient(client as unknown as PoolClient));
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const numbers = (name: string, upTo: number) =>
  new RowCursor<{ n: number }>(
    sql,
    { name, text: 'select n from generate_series(1, $1::int) n', values: [upTo] },
    rowsPerBatch,
  );

async function readAll(cursor: RowCursor<{ n: number }>): Promise<number[]> {
  const all: number[] = [];
  for (;;) {
    const row = cursor.here ?? (await cursor.arriving());
    if (!row) return all;
    all.push(row.n);
    cursor.advance();
  }
}

it.each([0, 1, 2, 3, 4, 5])('reads %d rows in batches', async (count) => {
  await client.query('begin');
  const cursor = numbers('counting', count);
  expect(await readAll(cursor)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  expect(await cursor.arriving()).toBeUndefined();
  await cursor.close();
  await client.query('commit');
});

it.each([
  [0, 1],
  [3, 3],
])('asks for %d rows %d times, however often somebody looks for more', async (count, fetches) => {
  const sent: string[] = [];
  const counted: Sql = {
    ...sql,
    query: (statement, values) => {
      sent.push(statement.text);
      return sql.query(statement, values);
    },
  };
  await client.query('begin');
  const text = 'select n from generate_series(1, $1::int) n';
  const cursor = new RowCursor<{ n: number }>(
    counted,
    { name: 'asked', text, values: [count] },
    rowsPerBatch,
  );
  await readAll(cursor);
  for (let i = 0; i < 3; i++) expect(await cursor.arriving()).toBeUndefined();
  await cursor.close();
  await client.query('commit');
  expect(sent.filter((text) => text.startsWith('fetch'))).toHaveLength(fetches);
});

it('reads several at once, and stops in the middle', async () => {
  await client.query('begin');
  const [short, long] = [numbers('short', 3), numbers('long', 1_000)];
  expect((await long.arriving())?.n).toBe(1);
  expect(await readAll(short)).toEqual([1, 2, 3]);
  await short.close();
  await long.close();
  expect(await readAll(numbers('long', 1))).toEqual([1]);
  await client.query('commit');
});

it('says what is wrong to whoever reads', async () => {
  await client.query('begin');
  const broken = new RowCursor(
    sql,
    { name: 'broken', text: 'select 1 / (2 - n) from generate_series(1, 9) n', values: [] },
    5,
  );
  await expect(broken.arriving()).rejects.toThrow('division by zero');
  await broken.close();
  await client.query('rollback');
});
