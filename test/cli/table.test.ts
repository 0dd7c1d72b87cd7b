import { expect, it } from '@jest/globals';
import { fields, instant, table } from '../../src/cli/table.js';

it('aligns columns under their headings', () => {
  const rows = [
    ['a', 'one', ''],
    ['longer', '2', 'end'],
  ];
  expect(table(['ID', 'NAME', 'X'], rows)).toBe(
    ['ID      NAME  X', 'a       one', 'longer  2     end'].join('\n'),
  );
});

it('shows the headings of an empty table', () => {
  expect(table(['ID', 'NAME'], [])).toBe('ID  NAME');
});

it('aligns the values of fields', () => {
  expect(
    fields([
      ['Id', '1'],
      ['Name', 'x'],
    ]),
  ).toBe('Id    1\nName  x');
});

it('writes instants in UTC, to the second', () => {
  expect(instant(new Date('2026-11-23T23:59:58.765Z'))).toBe('2026-11-23 23:59:58Z');
  expect(instant(null)).toBe('-');
});
