import { Latencies, type Latency } from './latency.js';

/** What came of keeping something busy for a while. */
export interface Run {
  /** How many units of work were completed. */
  readonly done: number;
  readonly seconds: number;
  readonly latency: Latency | null;
}

/** Does one step and resolves with the units of work in it; null when there is nothing left to do. */
export type Step = (lane: number) => Promise<number> | null;

/**
 * Repeats a step on each of some lanes, one after the other, until the time is over; what is under way then is
 * finished and counted, so that `done` is exactly what the other side has done.
 */
export async function keepBusy(
  { lanes, seconds }: { readonly lanes: number; readonly seconds: number },
  step: Step,
): Promise<Run> {
  const latencies = new Latencies();
  const start = performance.now();
  const end = start + seconds * 1_000;
  let done = 0;
  const run = async (lane: number) => {
    for (let now = performance.now(); now < end; ) {
      const work = step(lane);
      if (!work) return;
      // In two statements: `done += await work` would add to what it was before the wait.
      const units = await work;
      done += units;
      const after = performance.now();
      latencies.record(after - now);
      now = after;
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane)));
  return { done, seconds: (performance.now() - start) / 1_000, latency: latencies.summary() };
}
