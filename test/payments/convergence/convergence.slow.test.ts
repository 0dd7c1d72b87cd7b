import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { amount, Explorer } from './explorer.js';
import { facts, historiesOf, type Sizes } from './histories.js';

let explorer: Explorer;
beforeAll(async () => {
  explorer = await Explorer.start();
});
afterAll(() => explorer.finish());

const sizes: readonly (readonly [string, Sizes])[] = [
  ['all of it disputed', { amount, partial: 900n, disputed: amount }],
  ['a part of it disputed', { amount, partial: 900n, disputed: 2700n }],
  ['amounts that divide badly', { amount, partial: 1001n, disputed: 3333n }],
];

describe.each(sizes)('whatever is heard of a payment with %s', (_, size) => {
  const { histories } = historiesOf(size, facts);
  it.each([
    ['nothing spent', false],
    ['most of it spent', true],
  ])(
    'leads to the same books, %s',
    async (_spent, isSpent) => {
      for (const history of histories) await explorer.explore(history, isSpent);
    },
    30 * 60_000,
  );
});
