import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
 * The command line as the global setup built it.
 * @param script what to run, as compiled; another one than the command line's own may be named
 */
export async function builtCli(script = 'src/cli/main.js'): Promise<BuiltCli> {
  const directory = await mkdtemp(join(tmpdir(), 'cli-test-'));
  return {
    directory,
    run: (env, ...words) => {
      const main = join(root, 'dist', script);
      const options = { cwd: directory, env: { PATH: process.env.PATH, ...env }, timeout: runTimeoutMs };
      return new Promise((resolve) => {
        const child = execFile(process.execPath, [main, ...words], options, (_error, stdout, stderr) =>
          resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
        );
      });
    },
    remove: () => rm(directory, { recursive: true }),
  };
}
