import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { projectRoot } from '../src/platform/http/project-files.js';
import { StartupError } from '../src/platform/startup-error.js';
import { benchmarks } from './benchmarks/benchmarks.js';
import { startLoad } from './load/load.js';
import type { Line } from './measure/compare.js';
import { type Options, readOptions } from './options.js';
import { findPgbench } from './pgbench/pgbench.js';
import { describePostgres, startPostgres } from './postgres.js';
import { describeMachine } from './report/machine.js';
import { resultsMarkdown, resultsText } from './report/results.js';
import { runBenchmark } from './run.js';

const resultsFile = join(projectRoot, 'bench', 'RESULTS.md');

const report = (text: string) => process.stdout.write(`${text}\n`);

/** Ctrl-C stops everything that was started. */
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => reject(new StartupError('Interrupted.')));
  }
});
interrupted.catch(() => undefined);

try {
  const options = readOptions(
    process.argv.slice(2),
    benchmarks.map(({ name }) => name),
  );
  const parts = new AsyncDisposableStack();
  try {
    await Promise.race([run(options, parts), interrupted]);
  } finally {
    await parts.disposeAsync();
  }
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`${error instanceof StartupError ? error.message : inspect(error)}\n`);
  // What was interrupted may still be at work.
  process.exit();
}

async function run({ scale, names, isFull }: Options, parts: AsyncDisposableStack): Promise<void> {
  // Asked for now, not after an hour.
  await findPgbench();
  const directory = await mkdtemp(join(tmpdir(), 'unillm-billing-bench-'));
  parts.defer(() => rm(directory, { recursive: true }));
  const machine = await describeMachine(directory);
  const server = await startPostgres(directory);
  parts.defer(() => server.stop());
  const load = startLoad(directory);
  parts.defer(() => load.stop());

  const lines: Line[] = [];
  for (const benchmark of benchmarks.filter(({ name }) => names.includes(name))) {
    const environment = {
      scale,
      postgresUrl: server.url,
      directory,
      load,
      parts: parts.use(new AsyncDisposableStack()),
    };
    lines.push(...(await runBenchmark(benchmark, environment, report)));
  }
  report(`\n${resultsText(lines)}`);
  if (!isFull) return;
  const postgres = await describePostgres(server.url);
  await writeFile(resultsFile, resultsMarkdown({ lines, machine, postgres, scale }));
  report('\nWritten to bench/RESULTS.md.');
}
