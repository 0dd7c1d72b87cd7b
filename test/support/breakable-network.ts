import { TcpProxy, type Watch } from './tcp-proxy.js';

/** Where connections break. An exchange is what one side asks and the other answers: an HTTP request, a statement. */
export interface Break {
  /** Which exchange, counted over all connections, from 1. */
  readonly atExchange: number;
  /** Before the other side has heard of it; or when it has done the work, and its answer is lost. */
  readonly when: 'before' | 'after';
}

/** How far the network was used. */
export interface Passed {
  readonly broke: boolean;
  readonly exchanges: number;
}

/**
 * TCP proxies that can break: at the given exchange every connection is reset, and new ones are too until
 * `restore`. That is what the rest of the world sees of a process that dies, and what a process sees of a
 * network that does.
 */
export class BreakableNetwork {
  readonly #proxies = new Map<TcpProxy, number>();
  #armed: Break | null = null;
  #exchanges = 0;
  #down = false;

  /** @param onBreak is called when it breaks, before anybody can notice. */
  constructor(private readonly onBreak: () => void = () => undefined) {}

  /** Listens on a free port of 127.0.0.1, which it returns, for connections to `port` there. */
  async proxyTo(port: number): Promise<number> {
    const proxy = await TcpProxy.listen(() => this.#watch());
    this.#proxies.set(proxy, port);
    if (!this.#down) proxy.leadTo(port);
    return proxy.port;
  }

  /** Counts exchanges from now, and breaks at one of them; null: at none. */
  arm(at: Break | null): void {
    this.#armed = at;
    this.#exchanges = 0;
  }

  /** Breaks at once. */
  cut(): void {
    this.#down = true;
    this.onBreak();
    for (const proxy of this.#proxies.keys()) proxy.leadTo(null);
  }

  /** Lets everything through again. Returns whether it had broken, and how many exchanges there were. */
  restore(): Passed {
    const passed = { broke: this.#down, exchanges: this.#exchanges };
    this.#armed = null;
    if (this.#down) for (const [proxy, port] of this.#proxies) proxy.leadTo(port);
    this.#down = false;
    return passed;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#proxies.keys()].map((proxy) => proxy.close()));
  }

  #watch(): Watch {
    let exchange = 0;
    let answered = true;
    return {
      asked: () => {
        if (answered) {
          answered = false;
          this.#exchanges += 1;
          exchange = this.#exchanges;
        }
        return !this.#breaksAt(exchange, 'before');
      },
      answered: () => {
        answered = true;
        return !this.#breaksAt(exchange, 'after');
      },
    };
  }

  #breaksAt(exchange: number, when: Break['when']): boolean {
    if (this.#down) return true;
    if (this.#armed?.atExchange !== exchange || this.#armed.when !== when) return false;
    this.cut();
    return true;
  }
}
