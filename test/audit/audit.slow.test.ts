import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { ForgedDatabase } from './forged-database.js';
import { dropConstraints } from './forgery.js';

jest.setTimeout(600_000);

let forged: ForgedDatabase;
beforeAll(async () => {
  forged = await ForgedDatabase.open();
  await dropConstraints(forged.service.database);
});
afterAll(() => forged.close());

it('finds every change of every column of every row', async () => {
  expect((await forged.changeEverything({ inEveryRow: true })).missed).toEqual([]);
});
