// npm run simulate -- --seeds 100: the seeds 1 to 100. --seed 7: that one.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { seeds: { type: 'string' }, seed: { type: 'string' } } });
const env = { ...process.env };
if (values.seeds) env.SIMULATION_SEEDS = values.seeds;
if (values.seed) env.SEED = values.seed;
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
const child = spawn(process.execPath, [...jest, 'test/simulation/money'], { env, stdio: 'inherit' });
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
