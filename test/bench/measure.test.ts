import { describe, expect, it } from '@jest/globals';
import type { Benchmark, Contender, Sample } from '../../bench/benchmark.js';
import { worker } from '../../bench/benchmark.js';
import { compare } from '../../bench/measure/compare.js';
import { interleave } from '../../bench/measure/interleave.js';
import { Latencies } from '../../bench/measure/latency.js';
import { median } from '../../bench/measure/median.js';
import { keepBusy } from '../../bench/measure/run.js';

describe('the median', () => {
  it('is the middle, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 2, 4, 1])).toBe(3);
    expect(median([7])).toBe(7);
  });

  it('does not exist of nothing', () => {
    expect(() => median([])).toThrow();
  });
});

describe('latencies', () => {
  it('are summed up in percentiles', () => {
    const latencies = new Latencies();
    for (let ms = 1; ms <= 1_000; ms++) latencies.record(ms);
    const { p50, p99, p999 } = latencies.summary() ?? { p50: 0, p99: 0, p999: 0 };
    expect(p50 / 500).toBeCloseTo(1, 2);
    expect(p99 / 990).toBeCloseTo(1, 2);
    expect(p999 / 999).toBeCloseTo(1, 2);
  });

  it('are null where nothing was measured', () => {
    expect(new Latencies().summary()).toBeNull();
  });
});

describe('a run', () => {
  it('counts all that was begun in time, on every lane', async () => {
    let finished = 0;
    const run = await keepBusy({ lanes: 8, seconds: 0.05 }, async () => {
      await new Promise((wake) => setTimeout(wake, 3));
      finished += 5;
      return 5;
    });
    expect(run.done).toBe(finished);
    expect(run.seconds).toBeGreaterThanOrEqual(0.05);
    expect(run.latency?.p50).toBeGreaterThan(2);
  });

  it('ends early when there is nothing left to do', async () => {
    let left = 3;
    const run = await keepBusy({ lanes: 2, seconds: 60 }, () => (left-- > 0 ? Promise.resolve(1) : null));
    expect(run.done).toBe(3);
    expect(run.seconds).toBeLessThan(1);
  });

  it('fails when one step does', async () => {
    const failing = keepBusy({ lanes: 2, seconds: 60 }, () => Promise.reject(new Error('refused')));
    await expect(failing).rejects.toThrow('refused');
  });
});

describe('a worker', () => {
  const run = async () => ({ done: 10, seconds: 2, latency: null });

  it('has a value per second', async () => {
    expect(await worker('ours', run).measure(2)).toEqual({ value: 5, latency: null });
  });

  it('must have done what it claims', async () => {
    let count = 0;
    const honest = worker('ours', run, async () => (count += 10));
    const liar = worker('ours', run, async () => (count += 9));
    await expect(honest.measure(2)).resolves.toMatchObject({ value: 5 });
    await expect(liar.measure(2)).rejects.toThrow('claims 10, but the database has 9 more');
  });
});

describe('rounds', () => {
  it('measure everybody once each, and begin with another one each time', async () => {
    const order: string[] = [];
    const contender = (name: string): Contender => ({
      name,
      measure: async () => {
        order.push(name);
        return { value: order.length, latency: null };
      },
    });
    const samples = await interleave(['a', 'b', 'c'].map(contender), { rounds: 2, seconds: 1 }, () => {});
    expect(order.join('')).toBe('abcbca');
    expect(samples.get('a')?.map(({ value }) => value)).toEqual([1, 6]);
  });
});

describe('a comparison', () => {
  const of = (...values: number[]): Sample[] => values.map((value) => ({ value, latency: null }));
  const benchmark = (target: Benchmark['comparisons'][number]['target']): Benchmark => ({
    name: 'test',
    unit: 'things/s',
    comparisons: [{ subject: 'ours', baseline: 'theirs', target, limits: 'nothing' }],
    prepare: async () => [],
  });
  /** In the third round the machine was busy with something else, for both. */
  const samples = new Map([
    ['ours', of(200, 300, 20)],
    ['theirs', of(100, 100, 10)],
  ]);

  it('is the median of the ratios of the rounds', () => {
    const [line] = compare(benchmark({ atLeast: 2 }), samples);
    expect(line).toMatchObject({
      ratio: { median: 2, min: 2, max: 3 },
      isMet: true,
      of: { subject: { value: 200 }, baseline: { value: 100 } },
    });
  });

  it('says whether its target is met', () => {
    const isMet = (target: Benchmark['comparisons'][number]['target']) =>
      compare(benchmark(target), samples)[0]?.isMet;
    expect(isMet({ atLeast: 2.1 })).toBe(false);
    expect(isMet({ atMost: 2 })).toBe(true);
    expect(isMet({ atMost: 1.9 })).toBe(false);
    expect(isMet(null)).toBeNull();
  });

  it('has the median of each percentile', () => {
    const latency = (ms: number) => ({ p50: ms, p99: ms * 2, p999: ms * 3 });
    const timed = new Map([
      ['ours', [1, 3, 2].map((ms) => ({ value: 1, latency: latency(ms) }))],
      ['theirs', of(1, 1, 1)],
    ]);
    const [line] = compare(benchmark(null), timed);
    expect(line?.of.subject.latency).toEqual({ p50: 2, p99: 4, p999: 6 });
    expect(line?.of.baseline.latency).toBeNull();
  });
});
