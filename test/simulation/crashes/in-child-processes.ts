import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { BreakableNetwork, type Passed } from '../../support/breakable-network.js';
import { atPort, type Host, type Surroundings } from './host.js';
import type { Addresses } from './served.js';
import type { FromWorker, Task } from './worker.js';

const worker = new URL('./worker.ts', import.meta.url);
const typescriptHooks = new URL('../../support/typescript-hooks.mjs', import.meta.url);
/** Started in advance, since a start takes longer than what a process lives here. */
const spareCount = 2;
const pollMs = 2;

/** The service in a process of its own, which is killed where its network breaks; then another takes its place. */
export class InChildProcesses implements Host {
  /** How many were killed. */
  kills = 0;
  readonly #spares: Promise<ServiceProcess>[] = [];

  private constructor(
    private readonly surroundings: Surroundings,
    private current: ServiceProcess,
  ) {
    for (let i = 0; i < spareCount; i++) this.#addSpare();
  }

  static async start(surroundings: Surroundings): Promise<InChildProcesses> {
    return new InChildProcesses(surroundings, await ServiceProcess.start(surroundings));
  }

  get network(): BreakableNetwork {
    return this.current.network;
  }

  get port(): number {
    return this.current.port;
  }

  runJobs(): Promise<void> {
    return this.current.tell({ runJobs: true });
  }

  tellTime(): Promise<void> {
    return this.current.tell({ setClock: this.surroundings.clock.now().getTime() });
  }

  async recover(): Promise<Passed> {
    const killed = this.current;
    const passed = killed.network.restore();
    if (!passed.broke) return passed;
    const signal = await killed.ended;
    if (signal !== 'SIGKILL') throw new Error(`The process was to be killed, and ended by ${signal}.`);
    this.kills += 1;
    await killed.network.close();
    await this.#forgotten(killed);
    const next = await this.#spares.shift();
    if (!next) throw new Error('There is no spare process.');
    this.current = next;
    this.#addSpare();
    await this.tellTime();
    return passed;
  }

  async close(): Promise<void> {
    const all = [this.current, ...(await Promise.all(this.#spares))];
    await Promise.all(all.map((process) => process.end()));
  }

  #addSpare(): void {
    const spare = ServiceProcess.start(this.surroundings);
    spare.catch(() => undefined);
    this.#spares.push(spare);
  }

  /** PostgreSQL finishes the statement that it has, and then notices that nobody waits for the answer. */
  async #forgotten({ name }: ServiceProcess): Promise<void> {
    const client = new Client({ connectionString: this.surroundings.databaseUrl });
    await client.connect();
    const count = 'select count(*)::int as connections from pg_stat_activity where application_name = $1';
    while ((await client.query(count, [name])).rows[0].connections > 0) await sleep(pollMs);
    await client.end();
  }
}

/** A process, with a network of its own to the rest of the world. */
class ServiceProcess {
  static #started = 0;
  readonly ended: Promise<NodeJS.Signals | number | null>;
  readonly #waiting = new Map<number, (error?: string) => void>();
  #sent = 0;

  private constructor(
    /** By it, PostgreSQL knows its connections. */
    readonly name: string,
    readonly network: BreakableNetwork,
    readonly port: number,
    private readonly child: ChildProcess,
  ) {
    child.on('message', (message: FromWorker) => {
      if ('done' in message) this.#waiting.get(message.done)?.(message.error);
    });
    this.ended = once(child, 'exit').then(([code, signal]) => {
      for (const done of this.#waiting.values()) done('The process is gone.');
      return signal ?? code;
    });
  }

  static async start({ databaseUrl, stripePort, publicUrl, clock }: Surroundings): Promise<ServiceProcess> {
    ServiceProcess.#started += 1;
    const name = `killable-${process.pid}-${ServiceProcess.#started}`;
    const network = new BreakableNetwork(() => child.kill('SIGKILL'));
    const url = atPort(databaseUrl, await network.proxyTo(Number(new URL(databaseUrl).port)));
    const addresses: Addresses = {
      databaseUrl: url,
      queueUrl: url,
      stripeUrl: `http://127.0.0.1:${await network.proxyTo(stripePort)}`,
      publicUrl,
    };
    const child = fork(worker, [JSON.stringify(addresses), String(clock.now().getTime())], {
      execArgv: ['--import', typescriptHooks.href, '--no-warnings'],
      env: { ...process.env, PGAPPNAME: name },
    });
    const [{ port }] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('A process did not start.'))),
    ])) as [{ port: number }];
    return new ServiceProcess(name, network, port, child);
  }

  /** Resolves when it is done. */
  tell(what: Task['do']): Promise<void> {
    this.#sent += 1;
    const id = this.#sent;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (error) => {
        this.#waiting.delete(id);
        if (error === undefined) resolve();
        else reject(new Error(error));
      });
      this.child.send({ id, do: what } satisfies Task, (error) => {
        if (error) this.#waiting.get(id)?.(error.message);
      });
    });
  }

  async end(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
    await this.network.close();
  }
}
