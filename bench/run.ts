import type { Benchmark } from './benchmark.js';
import type { Environment } from './environment.js';
import { compare, type Line } from './measure/compare.js';
import { interleave } from './measure/interleave.js';

export type Report = (text: string) => void;

/** Prepares a benchmark, measures its contenders in turns, compares them, and leaves nothing behind. */
export async function runBenchmark(
  benchmark: Benchmark,
  environment: Environment,
  report: Report,
): Promise<Line[]> {
  try {
    report(`${benchmark.name}: preparing`);
    const contenders = await benchmark.prepare(environment);
    const { rounds, seconds } = environment.scale;
    if (!benchmark.rounds) {
      report(`${benchmark.name}: warming up`);
      // Code gets compiled, pools and caches fill.
      await interleave(contenders, { rounds: 1, seconds }, () => undefined);
    }
    const samples = await interleave(
      contenders,
      { rounds: benchmark.rounds ?? rounds, seconds },
      (round, contender, { value }) =>
        report(`${benchmark.name}: ${round + 1}. ${contender}: ${value.toFixed(0)} ${benchmark.unit}`),
    );
    return compare(benchmark, samples);
  } finally {
    await environment.parts.disposeAsync();
  }
}
