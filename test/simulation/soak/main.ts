/**
 * npm run soak -- --minutes 10 --seed 7 --processes 2: the whole service under random faults for so long. The exit
 * code is 1 where anything differs in the end.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { reportOf } from './report.js';
import { soak } from './soak.js';

const msPerMinute = 60_000;
const maxSeed = 2 ** 32 - 1;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(randomInt(maxSeed)) },
    processes: { type: 'string', default: '2' },
  },
});
const [minutes, seed, processes] = [values.minutes, values.seed, values.processes].map(Number) as [
  number,
  number,
  number,
];
if (!(minutes > 0) || !Number.isInteger(seed) || !(Number.isInteger(processes) && processes > 0)) {
  console.error('--minutes is more than 0, --seed a whole number, --processes at least 1.');
  process.exit(2);
}

console.log(`Soaking for ${minutes} min in ${processes} processes, seed ${seed}.`);
try {
  const milliseconds = minutes * msPerMinute;
  const tally = await soak({ seed, milliseconds, processes, progress: (line) => console.log(line) });
  console.log(reportOf(seed, milliseconds, tally));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
