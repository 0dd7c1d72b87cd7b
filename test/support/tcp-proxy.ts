import { connect, createServer, type Server, type Socket } from 'node:net';

/** What passes on one connection; each says whether it shall arrive. */
export interface Watch {
  asked(): boolean;
  answered(): boolean;
}

const letAllPass = (): Watch => ({ asked: () => true, answered: () => true });

/** An address of 127.0.0.1 that leads to a port there, or nowhere. */
export class TcpProxy {
  readonly #sockets = new Set<Socket>();
  #target: number | null = null;

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly watch: () => Watch,
  ) {
    server.on('connection', (client) => this.#join(client));
  }

  /** On a free port. It leads nowhere yet. */
  static async listen(watch = letAllPass): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
    return new TcpProxy(server, address.port, watch);
  }

  /** Resets what is open. New connections lead to `port`; null: nowhere, they are reset. */
  leadTo(port: number | null): void {
    this.#target = port;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.leadTo(null);
    await new Promise((resolve) => this.server.close(resolve));
  }

  #join(client: Socket): void {
    client.on('error', () => undefined);
    if (this.#target === null) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.#target, '127.0.0.1');
    const watch = this.watch();
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('end', () => other.end());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (watch.asked()) server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (watch.answered()) client.write(bytes);
    });
  }
}
