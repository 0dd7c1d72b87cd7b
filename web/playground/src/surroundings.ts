import { loopbackServerIn } from './content-policy.js';

/** What the page may offer where it runs. */
export interface Surroundings {
  /** Whether the published demo keys may work: only a server on this machine accepts them. */
  readonly demoKeys: boolean;
  /** Origin of the Stripe sandbox that runs beside the server; null if there is none. */
  readonly stripeSandbox: string | null;
}

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];

export async function lookAround(location: Location): Promise<Surroundings> {
  const onLoopback = loopbackHosts.includes(location.hostname);
  return { demoKeys: onLoopback, stripeSandbox: onLoopback ? await findSandbox(location) : null };
}

/** The server lets its pages connect to its own sandbox, wherever that listens, and to nothing else foreign. */
async function findSandbox(location: Location): Promise<string | null> {
  try {
    const page = await fetch(location.pathname, { headers: { accept: 'text/html' } });
    await page.text();
    return loopbackServerIn(page.headers.get('content-security-policy') ?? '');
  } catch {
    return null;
  }
}
