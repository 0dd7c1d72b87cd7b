import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** How long things took, in milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

const microsecondsPerMs = 1_000;

/** Collects durations; exact to 0.1%, however many there are. */
export class Latencies {
  readonly #histogram: RecordableHistogram = createHistogram({ figures: 3 });

  record(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * microsecondsPerMs)));
  }

  /** Null where nothing was recorded. */
  summary(): Latency | null {
    if (this.#histogram.count === 0) return null;
    const at = (percent: number) => this.#histogram.percentile(percent) / microsecondsPerMs;
    return { p50: at(50), p99: at(99), p999: at(99.9) };
  }
}
