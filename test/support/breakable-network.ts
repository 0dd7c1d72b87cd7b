import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where connections break. An exchange is what one side asks and the other answers: an HTTP request, a statement. */
export interface Break {
  /** Which exchange, counted over all connections, from 1. */
  readonly atExchange: number;
  /** Before the other side has heard of it; or when it has done the work, and its answer is lost. */
  readonly when: 'before' | 'after';
}

/**
 * TCP proxies that can break: at the given exchange every connection is reset, and new ones are too until
 * `restore`. That is what the rest of the world sees of a process that dies, and what a process sees of a
 * network that does.
 */
export class BreakableNetwork {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  #armed: Break | null = null;
  #exchanges = 0;
  #down = false;

  /** Listens on a free port of 127.0.0.1, which it returns, for connections to `port` there. */
  async proxyTo(port: number): Promise<number> {
    const server = createServer((client) => this.#join(client, port));
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
    return address.port;
  }

  /** Counts exchanges from now, and breaks at one of them; null: at none. */
  arm(at: Break | null): void {
    this.#armed = at;
    this.#exchanges = 0;
  }

  /** Breaks at once. */
  cut(): void {
    this.#down = true;
    this.#reset();
  }

  /** Lets everything through again. Returns whether it had broken, and how many exchanges there were. */
  restore(): { readonly broke: boolean; readonly exchanges: number } {
    const passed = { broke: this.#down, exchanges: this.#exchanges };
    this.#armed = null;
    this.#down = false;
    return passed;
  }

  async close(): Promise<void> {
    this.#reset();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  #join(client: Socket, port: number): void {
    const server = connect(port, '127.0.0.1');
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    if (this.#down) {
      client.resetAndDestroy();
      return;
    }
    let asked = 0;
    let answered = true;
    client.on('data', (bytes) => {
      if (answered) {
        answered = false;
        this.#exchanges += 1;
        asked = this.#exchanges;
      }
      if (!this.#breaksAt(asked, 'before')) server.write(bytes);
    });
    server.on('data', (bytes) => {
      answered = true;
      if (!this.#breaksAt(asked, 'after')) client.write(bytes);
    });
    client.on('end', () => server.end());
    server.on('end', () => client.end());
  }

  #breaksAt(exchange: number, when: Break['when']): boolean {
    if (this.#down) return true;
    if (this.#armed?.atExchange !== exchange || this.#armed.when !== when) return false;
    this.#down = true;
    this.#reset();
    return true;
  }

  #reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }
}
