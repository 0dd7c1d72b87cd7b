import { chosenSeeds } from '../chosen-seeds.js';
import { simulate } from './run.js';

const seedsPerLine = 25;

export interface Plan {
  readonly seeds: readonly number[];
  readonly operations: number;
  readonly processes: number;
}

/**
 * Runs the seeds of a plan, or what is asked for instead: `chosenSeeds`, SIMULATION_OPERATIONS, SIMULATION_PROCESSES. Prints what was done, and rejects at the first difference.
 */
export async function simulateSeeds(
  usual: Plan,
): Promise<{ readonly operations: number; readonly counts: Readonly<Record<string, number>> }> {
  const { seeds, operations, processes } = chosen(usual);
  const total: Record<string, number> = {};
  let all = 0;
  for (const seed of seeds) {
    const done = await simulate({ seed, operations, processes });
    all += done.operations;
    if (seed % seedsPerLine === 0) process.stdout.write(`… seed ${seed} is done, ${all} operations so far\n`);
    for (const [what, times] of Object.entries(done.counts)) total[what] = (total[what] ?? 0) + times;
  }
  const numbers = Object.entries(total).map(([what, times]) => `${what} ${times}`);
  const shown = seeds.length > 5 ? `${seeds.length} seeds` : `seeds ${seeds.join(', ')}`;
  const where = processes > 0 ? `${processes} processes` : 'one process';
  process.stdout.write(
    `Simulated the ledger in ${where}, ${shown}, ${all} operations: ${numbers.join(', ')}; differences 0\n`,
  );
  return { operations: all, counts: total };
}

function chosen(usual: Plan): Plan {
  const { SIMULATION_OPERATIONS, SIMULATION_PROCESSES } = process.env;
  return {
    seeds: chosenSeeds(usual.seeds),
    operations: Number(SIMULATION_OPERATIONS ?? usual.operations),
    processes: Number(SIMULATION_PROCESSES ?? usual.processes),
  };
}
