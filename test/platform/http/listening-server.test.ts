import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../../../src/platform/free-port.js';
import { type ListeningServer, listen, PortInUseError } from '../../../src/platform/http/listening-server.js';
import { createLog } from '../../../src/platform/log.js';

const log = createLog('silent');
let server: ListeningServer | null = null;

afterEach(async () => {
  await server?.drain(0);
  server = null;
});

async function serve(handler: RequestListener): Promise<number> {
  server = await listen(handler, '127.0.0.1', 0, log);
  return server.port;
}

async function drain(graceMs: number): Promise<void> {
  const draining = server?.drain(graceMs);
  server = null;
  await draining;
}

async function fetchOver(agent: Agent, port: number): Promise<string> {
  const [response] = (await once(get({ host: '127.0.0.1', port, agent }), 'response')) as [IncomingMessage];
  return text(response);
}

describe('draining', () => {
  it('answers requests in flight, takes no new ones, and closes kept-alive connections without waiting', async () => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const port = await serve((_request, response) => {
      arrived.resolve();
      void release.promise.then(() => response.end('answered'));
    });
    const agent = new Agent({ keepAlive: true });
    const slow = fetchOver(agent, port);
    await arrived.promise;
    const drained = drain(60_000);
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed');
    release.resolve();
    expect(await slow).toBe('answered');
    const start = performance.now();
    await drained;
    expect(performance.now() - start).toBeLessThan(3_000);
    agent.destroy();
  });

  it('cuts what outlasts the grace period', async () => {
    const arrived = Promise.withResolvers<void>();
    const port = await serve(() => arrived.resolve());
    const endless = fetchOver(new Agent(), port);
    endless.catch(() => undefined);
    await arrived.promise;
    await drain(50);
    await expect(endless).rejects.toThrow('socket hang up');
  });
});

describe('an address that cannot be used', () => {
  it('is a port that is taken', async () => {
    const port = await serve((_request, response) => response.end());
    const refused = listen(() => undefined, '127.0.0.1', port, log);
    await expect(refused).rejects.toThrow(new PortInUseError(port));
    await expect(refused).rejects.toThrow(`Port ${port} is in use by another program. Stop it or set PORT.`);
  });

  it('is a host that this machine is not', async () => {
    const refused = listen(() => undefined, '192.0.2.1', await freePort(), log);
    await expect(refused).rejects.toThrow('HOST is not an address of this machine: 192.0.2.1.');
  });
});
