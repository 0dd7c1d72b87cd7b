import type { Environment } from './environment.js';
import type { Latency } from './measure/latency.js';
import type { Run } from './measure/run.js';

/** What one measurement found. */
export interface Sample {
  /** In the benchmark's unit. */
  readonly value: number;
  readonly latency: Latency | null;
}

/** One side of comparisons. */
export interface Contender {
  readonly name: string;
  measure(seconds: number): Promise<Sample>;
}

/** What a ratio of subject to baseline must be; null: it is reported, and nothing is promised. */
export type Target = { readonly atLeast: number } | { readonly atMost: number } | null;

/** A line of the results: two contenders side by side. */
export interface Comparison {
  /** A contender of ours. */
  readonly subject: string;
  readonly baseline: string;
  readonly target: Target;
  /** What keeps the subject from being faster. */
  readonly limits: string;
}

export interface Benchmark {
  readonly name: string;
  /** What the contenders' values are, e.g. "debits/s". */
  readonly unit: string;
  readonly comparisons: readonly Comparison[];
  /**
   * How often all contenders are measured; absent: as often as was asked for, after a round that does not count.
   * 1 is for contenders that are moments of one long run.
   */
  readonly rounds?: 1;
  /** Fills databases and starts processes, which `environment` will stop. */
  prepare(environment: Environment): Promise<readonly Contender[]>;
}

/**
 * A contender whose value is units of work per second. Where `counted` is given, it reads the database's own count
 * of that work, and a run that claims to have done anything else fails.
 */
export const worker = (
  name: string,
  run: (seconds: number) => Promise<Run>,
  counted?: () => Promise<number>,
): Contender => ({
  name,
  async measure(seconds) {
    const before = await counted?.();
    const { done, seconds: elapsed, latency } = await run(seconds);
    const after = await counted?.();
    if (before !== undefined && after !== undefined && after - before !== done) {
      throw new Error(`${name} claims ${done}, but the database has ${after - before} more.`);
    }
    return { value: done / elapsed, latency };
  },
});
