import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ProgramOptions {
  /** Names its log. */
  readonly name: string;
  /** The compiled file to run, from this module's folder. */
  readonly entry: string;
  /** Its environment, besides PATH: nothing of ours, so that it is the same for everybody who runs this. */
  readonly env: Readonly<Record<string, string>>;
  /** Where its log goes. It works there too, where no .env adds to its environment. */
  readonly directory: string;
  readonly nodeOptions?: readonly string[];
}

/** Those of `npm start`, but for source maps: every program has them, baselines too. */
const startOptions = ['--max-semi-space-size=64'];
const stopPatienceMs = 30_000;
const shownLogLines = 10;

/** A Node.js process of its own, with a channel for messages. */
export class Program {
  /** Rejects when the process ends before it is stopped. */
  readonly failed: Promise<never>;
  #stopping = false;

  private constructor(
    readonly child: ChildProcess,
    private readonly name: string,
    private readonly logFile: string,
  ) {
    this.failed = new Promise((_, reject) => {
      child.once('error', reject);
      child.once('exit', () => {
        if (!this.#stopping) this.#explain('ended by itself').then(reject, reject);
      });
    });
    // Whoever waits for something of this process hears of it; nobody else has to.
    this.failed.catch(() => undefined);
  }

  static start({ name, entry, env, directory, nodeOptions }: ProgramOptions): Program {
    const logFile = join(directory, `${name}.log`);
    const log = openSync(logFile, 'a');
    try {
      const child = fork(fileURLToPath(new URL(entry, import.meta.url)), {
        cwd: directory,
        env: { PATH: process.env.PATH, ...env },
        execArgv: [...startOptions, ...(nodeOptions ?? [])],
        serialization: 'advanced',
        stdio: ['ignore', log, log, 'ipc'],
      });
      return new Program(child, name, logFile);
    } finally {
      closeSync(log);
    }
  }

  /** Lets it finish; one that does not is killed, and that is an error. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), stopPatienceMs);
    await exited;
    clearTimeout(late);
    if (this.child.signalCode === 'SIGKILL') throw await this.#explain('did not stop');
  }

  async #explain(what: string): Promise<Error> {
    const log = await readFile(this.logFile, 'utf8');
    const lines = log.trim().split('\n').slice(-shownLogLines);
    return new Error(`${this.name} ${what}:\n${lines.join('\n')}`);
  }
}
