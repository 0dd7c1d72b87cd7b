import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const runTimeoutMs = 60_000;

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface BuiltCli {
  /** An empty directory, in which the commands run. */
  readonly directory: string;
  /** Runs one command line with nothing but `env` in its environment. */
  run(env: Readonly<Record<string, string>>, ...words: string[]): Promise<Finished>;
  remove(): Promise<void>;
}

/**
 * Builds the command line as `npm run cli` does, but in a place of its own.
 * @param script what to run, as compiled; another one than the command line's own may be named
 */
export async function buildCli(script = 'src/cli/main.js'): Promise<BuiltCli> {
  await mkdir(join(root, 'dist'), { recursive: true });
  const build = await mkdtemp(join(root, 'dist', 'cli-test-'));
  const directory = join(build, 'empty');
  await mkdir(directory);
  const output = ['--outDir', build, '--tsBuildInfoFile', join(build, '.tsbuildinfo')];
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  // Types are checked elsewhere: here it is the emitted code that counts.
  await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--noCheck', ...output], {
    cwd: root,
  });
  return {
    directory,
    run: (env, ...words) => {
      const main = join(build, script);
      const options = { cwd: directory, env: { PATH: process.env.PATH, ...env }, timeout: runTimeoutMs };
      return new Promise((resolve) => {
        const child = execFile(process.execPath, [main, ...words], options, (_error, stdout, stderr) =>
          resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
        );
      });
    },
    remove: () => rm(build, { recursive: true }),
  };
}
