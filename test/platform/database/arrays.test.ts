import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Client } from 'pg';
import { arrayLiteral, columnsOf } from '../../../src/platform/database/arrays.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

describe('arrays for PostgreSQL', () => {
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  /** The elements as PostgreSQL understood them. */
  async function read(literal: string, type: string): Promise<unknown[]> {
    const { rows } = await client.query<{ json: string | null }>(
      `select to_json(element)::text as json from unnest($1::${type}[]) with ordinality as t (element, i) order by i`,
      [literal],
    );
    return rows.map(({ json }) => (json === null ? null : JSON.parse(json)));
  }

  test.each([
    [[]],
    [['']],
    [['', '']],
    [['NULL', 'null', null, 'Null']],
    [['"', '\\', '\\"', '"\\', '\\\\', '"quoted"']],
    [['{', '}', '{}', '{a,b}', '{"a"}', ',', 'a,b']],
    [[' ', '  a  ', '\t', '\n', '\r\n', '\u00a0']],
    [["'", "''", '$1', '%s', '\\x00', 'e\\n']],
    [['ä', '💳', '👩‍👩‍👧‍👦', '\u202e', '\ufeff', '\u{10ffff}']],
    [['x'.repeat(100_000)]],
  ])('hold texts as they are: %j', async (texts) => {
    expect(await read(arrayLiteral(texts), 'text')).toEqual(texts);
  });

  test('hold any text', () => {
    const storable = fc.string({ unit: 'binary' }).map((text) => text.toWellFormed().replaceAll('\0', ''));
    const odd = fc
      .array(fc.constantFrom('"', '\\', '{', '}', ',', 'NULL', ' ', '\n', 'ü'))
      .map((parts) => parts.join(''));
    const texts = fc.array(fc.option(fc.oneof(storable, odd), { nil: null }), { maxLength: 20 });
    return fc.assert(
      fc.asyncProperty(texts, async (given) => {
        expect(await read(arrayLiteral(given), 'text')).toEqual(given);
        // As an element of another array, as holds are written.
        expect(await read(arrayLiteral([arrayLiteral(given)]), 'text')).toEqual([arrayLiteral(given)]);
      }),
    );
  });

  test('hold numbers and instants exactly', async () => {
    const { rows } = await client.query(
      'select $1::bigint[]::text[] as numbers, $2::timestamptz[] as instants, $3::boolean[] as flags',
      [
        arrayLiteral([0n, -1n, 9_223_372_036_854_775_807n, null]),
        arrayLiteral([new Date('0001-01-01T00:00:00.001Z'), new Date('9999-12-31T23:59:59.999Z'), null]),
        arrayLiteral([true, false, null]),
      ],
    );
    expect(rows[0]).toEqual({
      numbers: ['0', '-1', '9223372036854775807', null],
      instants: [new Date('0001-01-01T00:00:00.001Z'), new Date('9999-12-31T23:59:59.999Z'), null],
      flags: [true, false, null],
    });
  });

  test('are one per column of some rows', async () => {
    const rows = [
      { id: 1, name: 'a' },
      { id: 2, name: null },
    ];
    const [ids = '', names = ''] = columnsOf(rows, [({ id }) => id, ({ name }) => name]);
    expect([await read(ids, 'int'), await read(names, 'text')]).toEqual([
      [1, 2],
      ['a', null],
    ]);
    expect(columnsOf<string>([], [(text) => text])).toEqual(['{}']);
  });
});
