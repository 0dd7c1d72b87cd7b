import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Disagreement } from '../disagreement.js';
import { TickingClock } from './clocks.js';
import { Executor } from './executor.js';
import type { Operation, Outcome } from './operations.js';
import type { FromWorker, ToWorker } from './worker.js';
import type { ProcessClock } from './world.js';

/** Where operations are done. */
export interface Processes {
  readonly count: number;
  setClocks(clocks: readonly ProcessClock[]): void;
  /** What came of it; unanswered where the process was killed meanwhile. */
  send(process: number, operation: Operation): Promise<Outcome>;
  /** As kill -9 does. */
  kill(process: number): void;
  /** Brings back those that were killed. */
  restart(): Promise<void>;
  /** What was logged as an error since the last look. */
  takeLogged(): string[];
  close(): Promise<void>;
}

/** All in this process, which cannot be killed. The order of what it does is the order in which it is asked. */
export class InThisProcess implements Processes {
  readonly count = 1;

  private constructor(
    private readonly executor: Executor,
    private readonly clock: TickingClock,
  ) {}

  static async start(databaseUrl: string): Promise<InThisProcess> {
    const clock = new TickingClock(0, true);
    return new InThisProcess(await Executor.start(databaseUrl, clock), clock);
  }

  setClocks([clock]: readonly ProcessClock[]): void {
    if (clock) this.clock.set(clock.now, clock.tickMs);
  }

  send(_process: number, operation: Operation): Promise<Outcome> {
    return this.executor.execute(operation);
  }

  kill(): void {
    throw new Error('This process is not killed.');
  }

  async restart(): Promise<void> {}

  takeLogged(): string[] {
    return this.executor.logged.splice(0);
  }

  close(): Promise<void> {
    return this.executor.close();
  }
}

const worker = new URL('./worker.ts', import.meta.url);
const typescriptHooks = new URL('../../support/typescript-hooks.mjs', import.meta.url);
/** By it, PostgreSQL knows the connections of these processes. */
export const applicationName = 'simulated-gateway';

/** Real processes. One more is always being started, since that takes longer than a round. */
export class ChildProcesses implements Processes {
  #clocks: readonly ProcessClock[] = [];
  readonly #logged: string[] = [];
  readonly #children: Child[];
  #spare: Promise<Child>;

  private constructor(
    private readonly databaseUrl: string,
    children: Child[],
  ) {
    this.#children = children;
    this.#spare = this.#startSpare();
  }

  static async start(databaseUrl: string, count: number): Promise<ChildProcesses> {
    const children = await Promise.all(Array.from({ length: count }, () => Child.start(databaseUrl)));
    return new ChildProcesses(databaseUrl, children);
  }

  get count(): number {
    return this.#children.length;
  }

  setClocks(clocks: readonly ProcessClock[]): void {
    this.#clocks = clocks;
    this.#children.forEach((child, i) => {
      this.#setClock(child, i);
    });
  }

  async send(process: number, operation: Operation): Promise<Outcome> {
    return (
      this.#children[process]?.send(operation, this.#logged) ?? {
        state: 'unanswered',
        error: 'no such process',
      }
    );
  }

  kill(process: number): void {
    this.#children[process]?.kill();
  }

  async restart(): Promise<void> {
    for (const [i, child] of this.#children.entries()) {
      if (child.state === 'running') continue;
      if (child.state === 'ended') throw new Disagreement('A process ended by itself.');
      const next = await this.#spare;
      this.#spare = this.#startSpare();
      this.#children[i] = next;
      this.#setClock(next, i);
    }
  }

  takeLogged(): string[] {
    return this.#logged.splice(0);
  }

  async close(): Promise<void> {
    const all = [...this.#children, await this.#spare];
    await Promise.all(all.map((child) => child.end()));
  }

  #setClock(child: Child, process: number): void {
    const clock = this.#clocks[process];
    if (clock && child.state === 'running') child.tell({ setClock: clock });
  }

  #startSpare(): Promise<Child> {
    const spare = Child.start(this.databaseUrl);
    spare.catch(() => undefined);
    return spare;
  }
}

class Child {
  state: 'running' | 'killed' | 'ended' = 'running';
  readonly #waiting = new Map<number, (message: { outcome: Outcome; logged: readonly string[] }) => void>();
  #sent = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message: FromWorker) => {
      if ('id' in message) this.#waiting.get(message.id)?.(message);
    });
    child.on('exit', (code, signal) => {
      if (this.state === 'running') this.state = 'ended';
      const error = `The process ended: ${code ?? signal}`;
      for (const answer of this.#waiting.values())
        answer({ outcome: { state: 'unanswered', error }, logged: [] });
    });
  }

  static async start(databaseUrl: string): Promise<Child> {
    const child = fork(worker, [databaseUrl], {
      execArgv: ['--import', typescriptHooks.href, '--no-warnings'],
      serialization: 'advanced',
      env: { ...process.env, PGAPPNAME: applicationName },
    });
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('A process did not start.'))),
    ]);
    return new Child(child);
  }

  send(operation: Operation, logged: string[]): Promise<Outcome> {
    if (this.state !== 'running')
      return Promise.resolve({ state: 'unanswered', error: 'The process is gone.' });
    this.#sent += 1;
    const id = this.#sent;
    return new Promise((resolve) => {
      this.#waiting.set(id, (message) => {
        this.#waiting.delete(id);
        logged.push(...message.logged);
        resolve(message.outcome);
      });
      this.tell({ id, operation });
    });
  }

  tell(message: ToWorker): void {
    this.child.send(message, () => undefined);
  }

  kill(): void {
    if (this.state !== 'running') return;
    this.state = 'killed';
    this.child.kill('SIGKILL');
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.state = 'killed';
    this.child.kill('SIGKILL');
    await ended;
  }
}
