// npm run simulate -- ledger --seeds 100: the seeds 1 to 100 of the simulation of the ledger. --seed 7: that one, or
// with --seeds so many from it on. Without a name: both. --operations 500: so many per seed; --processes 3: in so many
// processes, which are killed now and then, and lose connections.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const simulations = ['payments', 'ledger'];
const variables = {
  seed: 'SEED',
  seeds: 'SIMULATION_SEEDS',
  operations: 'SIMULATION_OPERATIONS',
  processes: 'SIMULATION_PROCESSES',
};

const options = Object.fromEntries(Object.keys(variables).map((name) => [name, { type: 'string' }]));
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const unknown = positionals.find((name) => !simulations.includes(name));
if (unknown !== undefined) {
  console.error(`There is no simulation "${unknown}". There are: ${simulations.join(', ')}.`);
  process.exit(2);
}
const names = positionals.length > 0 ? positionals : simulations;
const env = { ...process.env };
for (const [name, value] of Object.entries(values)) env[variables[name]] = value;
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
const tests = names.map((name) => `test/simulation/${name}/${name}\\.test`);
const child = spawn(process.execPath, [...jest, ...tests], { env, stdio: 'inherit' });
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
