import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { Random } from '../random.js';

/** Where Stripe's webhooks arrive: each goes to any of the servers, as a load balancer would send it. */
export class FrontDoor {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(urls: () => readonly string[], random: Random): Promise<FrontDoor> {
    const server = createServer((incoming, answer) => pass(incoming, answer, random.pick(urls())));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The front door has no port.');
    return new FrontDoor(server, `http://127.0.0.1:${address.port}`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function pass(incoming: IncomingMessage, answer: ServerResponse, url: string): void {
  const { method, headers } = incoming;
  const outgoing = request(`${url}${incoming.url}`, { method, headers, agent: false }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
    response.on('error', () => answer.destroy());
  });
  outgoing.on('error', () => {
    if (answer.headersSent) answer.destroy();
    else answer.writeHead(502).end();
  });
  incoming.pipe(outgoing);
}
