import { describe, expect, it } from '@jest/globals';
import { readOptions } from '../../bench/options.js';
import { countsOf, latenciesOf } from '../../bench/pgbench/output.js';
import { latencyText, ratioText, significant, targetText } from '../../bench/report/format.js';
import { markdownTable } from '../../bench/report/markdown-table.js';

it('aligns tables of Markdown', () => {
  expect(markdownTable(['a', 'wide'], [['longer', 'x|y']])).toBe(
    ['| a      | wide |', '| ------ | ---- |', '| longer | x\\|y |'].join('\n'),
  );
});

describe('numbers', () => {
  it('have three digits, or all before the point', () => {
    expect([0.01234, 9.876, 123.4, 999.6, 1234.5, 1_234_567].map(significant)).toEqual([
      '0.0123',
      '9.88',
      '123',
      '1,000',
      '1,235',
      '1,234,567',
    ]);
  });

  it('are shown with what they are', () => {
    expect(ratioText(1.256)).toBe('1.26×');
    expect([targetText({ atLeast: 2 }), targetText({ atMost: 1.1 }), targetText(null)]).toEqual([
      '≥ 2×',
      '≤ 1.1×',
      '–',
    ]);
    expect(latencyText({ p50: 1, p99: 20.25, p999: 300 })).toBe('1.00 / 20.3 / 300');
    expect(latencyText(null)).toBe('–');
  });
});

describe("pgbench's output", () => {
  const output = (failed: number) =>
    [
      'number of transactions actually processed: 15022',
      `number of failed transactions: ${failed} (0.000%)`,
      'latency average = 3.200 ms',
      'initial connection time = 31.415 ms',
      'tps = 4998.123456 (without initial connection time)',
    ].join('\n');

  it('says how much was done', () => {
    expect(countsOf(output(0))).toEqual({ done: 15_022, perSecond: 4998.123456 });
  });

  it('is not believed where something failed, or where it says nothing', () => {
    expect(() => countsOf(output(1))).toThrow('1 transactions failed');
    expect(() => countsOf('')).toThrow();
  });

  it('has durations in its log', () => {
    const log = '0 1 4212 0 1790000000 123456\n15 2 850 0 1790000000 223456\n';
    expect([...latenciesOf(log)]).toEqual([4.212, 0.85]);
  });
});

describe('the command line', () => {
  const known = ['hot-debit', 'memory'];

  it('runs everything at full size by default', () => {
    const { names, isFull, scale } = readOptions([], known);
    expect({ names, isFull, rounds: scale.rounds }).toEqual({ names: known, isFull: true, rounds: 5 });
  });

  it('chooses benchmarks and sizes', () => {
    const { names, isFull, scale } = readOptions(
      ['--only', 'memory, hot-debit', '--rounds', '3', '--seconds=2', '--entries', '500'],
      known,
    );
    expect({ names, isFull }).toEqual({ names: known, isFull: false });
    expect(scale).toMatchObject({ rounds: 3, seconds: 2, entries: { many: 500 } });
    expect(readOptions(['--quick', '--rounds', '2'], known)).toMatchObject({
      isFull: false,
      scale: { rounds: 2, seconds: 1 },
    });
  });

  it.each([
    [['--only', 'nothing'], 'There is no nothing. There are: hot-debit, memory.'],
    [['--rounds', '0'], '--rounds takes a whole number from 1.'],
    [['--seconds', '1.5'], '--seconds takes a whole number from 1.'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %j', (words, message) => {
    expect(() => readOptions(words, known)).toThrow(message);
  });
});
