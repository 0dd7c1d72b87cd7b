import type { Benchmark, Comparison, Sample, Target } from '../benchmark.js';
import type { Samples } from './interleave.js';
import type { Latency } from './latency.js';
import { median } from './median.js';

/** A contender over all rounds: the median of each number. */
export interface Summary {
  readonly value: number;
  readonly latency: Latency | null;
}

/** A comparison, measured. */
export interface Line extends Comparison {
  readonly benchmark: string;
  readonly unit: string;
  /** Subject to baseline: the median of the rounds, and the rounds furthest from it. */
  readonly ratio: { readonly median: number; readonly min: number; readonly max: number };
  /** Null where there is no target. */
  readonly isMet: boolean | null;
  readonly of: { readonly subject: Summary; readonly baseline: Summary };
}

export function compare({ name, unit, comparisons }: Benchmark, samples: Samples): Line[] {
  return comparisons.map((comparison) => {
    const subject = samplesOf(samples, comparison.subject);
    const baseline = samplesOf(samples, comparison.baseline);
    const ratios = subject.map(({ value }, round) => value / (baseline[round]?.value ?? Number.NaN));
    const ratio = { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
    return {
      ...comparison,
      benchmark: name,
      unit,
      ratio,
      isMet: isMet(ratio.median, comparison.target),
      of: { subject: summary(subject), baseline: summary(baseline) },
    };
  });
}

function samplesOf(samples: Samples, contender: string): readonly Sample[] {
  const found = samples.get(contender);
  if (!found) throw new Error(`Nobody is called "${contender}".`);
  return found;
}

function isMet(ratio: number, target: Target): boolean | null {
  if (target === null) return null;
  return 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost;
}

function summary(samples: readonly Sample[]): Summary {
  const latencies = samples.flatMap(({ latency }) => latency ?? []);
  const of = (pick: (latency: Latency) => number) => median(latencies.map(pick));
  return {
    value: median(samples.map(({ value }) => value)),
    latency:
      latencies.length === 0
        ? null
        : { p50: of(({ p50 }) => p50), p99: of(({ p99 }) => p99), p999: of(({ p999 }) => p999) },
  };
}
