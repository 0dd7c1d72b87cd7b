import { createServer } from 'node:net';

/** A TCP port on 127.0.0.1 that is free now; whoever takes it must be ready to find it taken by then. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || !address) throw new Error('A listening server has no port.');
  return address.port;
}
