import { createServer, type RequestListener } from 'node:http';
import type { Log } from '../log.js';
import { StartupError } from '../startup-error.js';
import { boundConnections, connectionsCheckMs } from './timeouts.js';

/** Connections whose request was answered are closed this soon while the server drains. */
const idleSweepMs = 50;

export class PortInUseError extends StartupError {
  override readonly name = 'PortInUseError';

  constructor(readonly port: number) {
    super(`Port ${port} is in use by another program. Stop it or set PORT.`);
  }
}

export interface ListeningServer {
  readonly port: number;
  /** Takes no new connections, lets requests in flight be answered for `graceMs`, then cuts what is left. */
  drain(graceMs: number): Promise<void>;
}

/**
 * Serves `handler` at `host`:`port`; port 0 takes any free one.
 * @throws PortInUseError, or StartupError for an address that this machine does not have or may not use.
 */
export async function listen(
  handler: RequestListener,
  host: string,
  port: number,
  log: Log,
): Promise<ListeningServer> {
  let draining = false;
  const server = createServer({ connectionsCheckingInterval: connectionsCheckMs }, (request, response) => {
    if (draining) response.shouldKeepAlive = false;
    handler(request, response);
  });
  boundConnections(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async drain(graceMs) {
      draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // A connection that is kept alive is not idle until its request is answered, so one look is not enough.
      const sweep = setInterval(() => server.closeIdleConnections(), idleSweepMs);
      const cut = setTimeout(() => {
        log.warn({ graceMs }, 'requests outlasted the grace period and were cut');
        server.closeAllConnections();
      }, graceMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new PortInUseError(port);
    case 'EACCES':
      return new StartupError(`This user may not listen on port ${port}. Set PORT to 1024 or above.`, {
        cause: error,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartupError(`HOST is not an address of this machine: ${host}.`, { cause: error });
    default:
      return error;
  }
}
