/** SEED=7 asks for that one, SIMULATION_SEEDS=100 for the seeds 1 to 100, and both for the seeds 7 to 106. */
export function chosenSeeds(usual: readonly number[]): readonly number[] {
  const { SEED, SIMULATION_SEEDS } = process.env;
  const first = Number(SEED ?? 1);
  if (SIMULATION_SEEDS !== undefined)
    return Array.from({ length: Number(SIMULATION_SEEDS) }, (_, index) => first + index);
  return SEED === undefined ? usual : [first];
}
