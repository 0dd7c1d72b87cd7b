import { createServer, type IncomingHttpHeaders } from 'node:http';
import Stripe from 'stripe';
import type { Clock } from '../../src/platform/clock.js';
import { createLog } from '../../src/platform/log.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js';

/** A clock that stands still until it is moved. */
export class TestClock implements Clock {
  #now = new Date('2026-11-20T12:00:00Z');

  now(): Date {
    return this.#now;
  }

  advance(seconds: number): void {
    this.#now = new Date(this.#now.getTime() + seconds * 1000);
  }
}

export const silent = createLog('silent');

/** A sandbox of one test file, on any free port; nothing ends by itself. */
export function testSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  return startSandbox({
    clock: new TestClock(),
    log: silent,
    port: 0,
    seed: 1,
    retryBaseMs: 5,
    outcomeDelayMs: null,
    ...options,
  });
}

/** The real SDK, pointed at a sandbox. */
export function sdk(
  sandbox: Pick<Sandbox, 'port' | 'secretKey'>,
  config: { key?: string; maxNetworkRetries?: number; timeout?: number } = {},
): Stripe {
  return new Stripe(config.key ?? sandbox.secretKey, {
    host: '127.0.0.1',
    port: sandbox.port,
    protocol: 'http',
    maxNetworkRetries: config.maxNetworkRetries ?? 0,
    timeout: config.timeout ?? 5000,
    telemetry: false,
  });
}

/** What the SDK threw, which must be one of Stripe's errors. */
export async function stripeError(attempt: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw new Error(`Expected a Stripe error, got ${String(error)}`);
}

export interface Received {
  event: Stripe.Event;
  headers: IncomingHttpHeaders;
}

export interface Receiver {
  url: string;
  secret: string;
  received: Received[];
  types(): string[];
  /** The statuses of the next answers; 200 when there is none left. */
  answers: number[];
  close(): Promise<void>;
}

/** A webhook endpoint that verifies signatures as an application does. */
export async function startReceiver(clock: Clock): Promise<Receiver> {
  const secret = 'whsec_test';
  const received: Received[] = [];
  const answers: number[] = [];
  const verified = (body: string, signature: string | string[]) => {
    try {
      const now = clock.now().getTime();
      return Stripe.webhooks.constructEvent(body, signature, secret, 300, undefined, now);
    } catch {
      return undefined;
    }
  };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const event = verified(body, request.headers['stripe-signature'] ?? '');
      const status = event ? (answers.shift() ?? 200) : 400;
      if (event && status === 200) received.push({ event, headers: request.headers });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    secret,
    received,
    answers,
    types: () => received.map(({ event }) => event.type),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
