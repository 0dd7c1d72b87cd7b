import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { amount, Explorer } from './explorer.js';
import { facts, historiesOf } from './histories.js';

let explorer: Explorer;
beforeAll(async () => {
  explorer = await Explorer.start();
});
afterAll(() => explorer.finish());

/** What moves no money, an inquiry and an appeal, is left to the slow test, which has all facts, sizes and spendings. */
const { orders, histories } = historiesOf(
  { amount, partial: 900n, disputed: amount },
  facts.filter((fact) => fact !== 'inquiry' && fact !== 'appealed'),
);

test('Stripe allows many orders of refunds, failures and a dispute', () => {
  expect({ orders, histories: histories.length }).toEqual({ orders: 72, histories: 8 });
});

test.each(histories.map((history) => [history.facts.join(', '), history] as const))(
  'whatever is heard in any order and any number, the books are those of: %s',
  (_, history) => explorer.explore(history, false),
  60_000,
);
