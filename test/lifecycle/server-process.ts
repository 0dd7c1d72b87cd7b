import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAlive } from '../../src/platform/database/process.js';
import { freePort } from '../../src/platform/free-port.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readyTimeoutMs = 60_000;

/** Ports that nobody else uses. */
export async function freePorts(): Promise<{ PORT: string; SANDBOX_PORT: string }> {
  return { PORT: String(await freePort()), SANDBOX_PORT: String(await freePort()) };
}

/** The compiled server as a process of its own, with `env` and nothing else in its environment. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  stdout = '';
  stderr = '';

  /** @param directory is where it runs, so that no .env file of this project is read. */
  constructor(env: Readonly<Record<string, string>>, directory: string) {
    this.#child = spawn(process.execPath, ['--enable-source-maps', join(root, 'dist/src/main.js')], {
      cwd: directory,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    this.#child.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.#ended = once(this.#child, 'close');
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves when it says that it is ready. */
  async ready(): Promise<void> {
    const timedOut = AbortSignal.timeout(readyTimeoutMs);
    while (!this.stdout.includes('is ready')) {
      const event = await Promise.race([
        once(this.#child.stdout ?? this.#child, 'data', { signal: timedOut }).then(() => 'output'),
        this.#ended.then(() => 'ended'),
      ]);
      if (event === 'ended')
        throw new Error(`The server ended before it was ready:\n${this.stdout}${this.stderr}`);
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** @returns its exit code, or the signal that ended it. */
  async ended(): Promise<number | NodeJS.Signals> {
    const [code, signal] = (await this.#ended) as [number | null, NodeJS.Signals | null];
    return code ?? signal ?? -1;
  }
}

/** The process id of the PostgreSQL that runs on `dataDir`; null when none does. */
export async function postgresPid(dataDir: string): Promise<number | null> {
  const text = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid && isAlive(pid) ? pid : null;
}
