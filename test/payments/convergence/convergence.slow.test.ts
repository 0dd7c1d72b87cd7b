import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { amount, Explorer } from './explorer.js';
import { type Fact, facts, historiesOf, type Sizes } from './histories.js';

let explorer: Explorer;
beforeAll(async () => {
  explorer = await Explorer.start();
});
afterAll(() => explorer.finish());

const withoutAppeals = facts.filter((fact) => fact !== 'appealed');
const sizes: readonly (readonly [string, Sizes, readonly Fact[]])[] = [
  ['all of it disputed', { amount, partial: 900n, disputed: amount }, facts],
  ['a part of it disputed', { amount, partial: 900n, disputed: 2700n }, withoutAppeals],
  ['amounts that divide badly', { amount, partial: 1001n, disputed: 3333n }, withoutAppeals],
];

describe.each(sizes)('whatever is heard of a payment with %s', (_, size, whatHappens) => {
  const { histories } = historiesOf(size, whatHappens);
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
