import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../src/platform/free-port.js';
import { ServerProcess } from '../../lifecycle/server-process.js';
import type { Tally } from './tally.js';

const restartPauseMs = 200;
const pollMs = 50;
const readyTimeoutMs = 120_000;
const shownErrors = 10;

/** The service in several real processes, each of which is started again whenever it ended, as an operator's tools do. */
export class Servers {
  readonly #members: Member[];

  private constructor(members: Member[]) {
    this.#members = members;
  }

  static async start(
    count: number,
    env: Readonly<Record<string, string>>,
    directory: string,
    tally: Tally,
  ): Promise<Servers> {
    const ports = await Promise.all(Array.from({ length: count }, freePort));
    return new Servers(ports.map((port) => new Member(port, env, directory, tally)));
  }

  get count(): number {
    return this.#members.length;
  }

  /** Addresses, whether or not somebody listens there now. */
  get urls(): readonly string[] {
    return this.#members.map(({ url }) => url);
  }

  /** Resolves when all are ready. */
  async ready(): Promise<void> {
    for (const end = performance.now() + readyTimeoutMs; ; await sleep(pollMs)) {
      if (this.#members.every(({ isReady }) => isReady)) return;
      if (performance.now() > end) throw new Error(`Not all servers start:\n${this.errors()}`);
    }
  }

  /** Ends one, once it runs, and resolves when it has ended. */
  async end(index: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<boolean> {
    return (await this.#members[index]?.end(signal)) ?? false;
  }

  /** The latest errors that they logged. */
  errors(): string {
    const lines = this.#members.flatMap((member) => member.errors());
    return lines.slice(-shownErrors).join('\n');
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.close()));
  }
}

class Member {
  readonly url: string;
  isReady = false;
  #server: ServerProcess | null = null;
  #isClosing = false;
  /** The signal that was sent to the present process. */
  #signal: NodeJS.Signals | null = null;
  #log = '';
  readonly #supervised: Promise<void>;

  constructor(
    private readonly port: number,
    private readonly env: Readonly<Record<string, string>>,
    private readonly directory: string,
    private readonly tally: Tally,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    this.#supervised = this.#supervise();
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<boolean> {
    while (!this.isReady) await sleep(pollMs);
    const server = this.#server;
    if (!server) return false;
    this.#signal = signal;
    server.kill(signal);
    await server.ended();
    return true;
  }

  errors(): string[] {
    const lines = `${this.#log}${this.#server?.stdout ?? ''}${this.#server?.stderr ?? ''}`.split('\n');
    return lines.filter((line) => /"level":"?(50|60|error|fatal)/i.test(line) || /^\w*Error/.test(line));
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#server?.kill('SIGTERM');
    await this.#supervised;
  }

  async #supervise(): Promise<void> {
    while (!this.#isClosing) {
      const server = new ServerProcess({ ...this.env, PORT: String(this.port) }, this.directory);
      this.#server = server;
      this.#signal = null;
      server.ready().then(
        () => {
          this.isReady = this.#server === server;
        },
        () => undefined,
      );
      const code = await server.ended();
      const wasReady = this.isReady;
      this.#server = null;
      this.isReady = false;
      this.#log += server.stdout + server.stderr;
      if (this.#isClosing) return;
      if (this.#signal === null) this.tally.add(`server ${wasReady ? 'ended by itself' : 'did not start'}`);
      else if (this.#signal === 'SIGTERM') this.tally.add(`server stopped: ${code}`);
      await sleep(restartPauseMs);
    }
  }
}
