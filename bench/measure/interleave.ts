import type { Contender, Sample } from '../benchmark.js';

/** The samples of each contender, by name; those at one index are of one round. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

/**
 * Measures contenders in turns, so that whatever else the machine does meets all of them. Each round begins with
 * another one, so that none always follows the same.
 */
export async function interleave(
  contenders: readonly Contender[],
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  measured: (round: number, contender: string, sample: Sample) => void,
): Promise<Samples> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const first = round % contenders.length;
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const sample = await contender.measure(seconds);
      samples.get(contender.name)?.push(sample);
      measured(round, contender.name, sample);
    }
  }
  return samples;
}
