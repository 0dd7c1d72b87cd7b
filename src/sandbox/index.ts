import { randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type Stripe from 'stripe';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import { type Controls, createControls } from './controls.js';
import { Deliveries } from './delivery/deliveries.js';
import type { Delivery } from './delivery/delivery.js';
import { SandboxError } from './errors.js';
import { type FaultControls, Faults } from './faults.js';
import { serveApi } from './http/api.js';
import { serveControls } from './http/control-api.js';
import { Idempotency } from './http/idempotency.js';
import { type LoggedRequest, RequestLog } from './http/request-log.js';
import { Outcomes } from './outcomes.js';
import { Random } from './random.js';
import { accountId } from './resources/account.js';
import { apiRoutes } from './resources/routes.js';
import { putEndpoint } from './resources/webhook-endpoints.js';
import { Store } from './store/store.js';
import { apiVersion, World } from './world.js';

export type { Controls } from './controls.js';
export type { Delivery, DeliveryAttempt } from './delivery/delivery.js';
export { SandboxError, type SandboxErrorCode } from './errors.js';
export type { ApiFault, DeliveryFault, FaultControls, FaultHandle, FaultRule } from './faults.js';
export type { LoggedRequest } from './http/request-log.js';

export const defaultSandboxPort = 12_111;

export interface SandboxOptions {
  clock: Clock;
  log: Log;
  /** 0 takes any free port. Default: 12111. */
  port?: number;
  /** Default: 127.0.0.1. */
  host?: string;
  /** Of all randomness, ids included: the same seed and the same requests give the same run. Default: a new one. */
  seed?: number;
  /** Keeps the state in a file there, so that it survives the process. Default: in memory only. */
  dataDir?: string;
  /** One endpoint to send events to; across restarts it stays the same one, at whatever address it then has. */
  webhook?: { url: string; secret: string; enabledEvents?: string[] };
  /** Wait before a webhook's second attempt; it doubles after each further one. Default: 500. */
  retryBaseMs?: number;
  /** Attempts before a webhook is given up. Default: 15. */
  maxDeliveryAttempts?: number;
  /** How long a webhook endpoint may take to answer. Default: 10000. */
  deliveryTimeoutMs?: number;
  /** When a bank debit or a pending refund ends by itself; null: only by a control. Default: 5000. */
  outcomeDelayMs?: number | null;
}

/** A running sandbox. */
export interface Sandbox extends Controls {
  /** `http://127.0.0.1:12111` */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly accountId: string;
  readonly apiVersion: string;
  readonly seed: number;
  /** Sets and clears faults of the API and of webhook delivery. */
  readonly faults: FaultControls;
  /** Every event so far, oldest first. */
  events(): Stripe.EventBase[];
  /** Every delivery of an event to an endpoint, oldest first. */
  deliveries(): Delivery[];
  /** The latest API requests (10 000 at most), oldest first. */
  requests(): LoggedRequest[];
  clearRequests(): void;
  /** Resolves when no webhook delivery is outstanding. Rejects after `timeoutMs` (default 10000). */
  flush(timeoutMs?: number): Promise<void>;
  /** Stops listening, closes all connections and timers. What is undelivered is kept in `dataDir`. */
  close(): Promise<void>;
}

const secretKey = 'sk_test_sandbox';
const publishableKey = 'pk_test_sandbox';
const configuredEndpointId = 'we_sandbox_configured';
const eventLifetimeSeconds = 30 * 24 * 60 * 60;
const defaultFlushMs = 10_000;
/** Longer than a caller's pause between two requests, or the next one meets a closing connection. */
const keepAliveMs = 65_000;

/**
 * Starts a stateful stand-in that speaks Stripe's HTTP API (https://docs.stripe.com/api) and sends signed webhooks.
 * Throws a `SandboxError`, whose message is fit to print, when it cannot start.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  if (process.env.NODE_ENV === 'production') {
    throw new SandboxError(
      'SANDBOX_IN_PRODUCTION',
      'The Stripe sandbox does not start with NODE_ENV=production: payments there would not be real.',
    );
  }
  const { clock, log, host = '127.0.0.1', port = defaultSandboxPort } = options;
  const seed = options.seed ?? randomInt(2 ** 32 - 1);
  const random = new Random(seed);
  const store = new Store(options.dataDir);
  let baseUrl = urlOf(host, port);
  const world = new World({ store, clock, random: random.fork('ids'), baseUrl: () => baseUrl });
  const faults = new Faults(random.fork('faults'));
  const requests = new RequestLog();
  const idempotency = new Idempotency(store, () => world.now());
  const deliveries = new Deliveries(world, faults, log, {
    retryBaseMs: options.retryBaseMs ?? 500,
    maxAttempts: options.maxDeliveryAttempts ?? 15,
    attemptTimeoutMs: options.deliveryTimeoutMs ?? 10_000,
  });
  const outcomes = new Outcomes(
    world,
    log,
    options.outcomeDelayMs === undefined ? 5000 : options.outcomeDelayMs,
  );
  world.onEvent((event) => deliveries.enqueue(event));
  world.onPending((pending) => outcomes.expect(pending));
  const controls = createControls(world, deliveries);
  const closing = new AbortController();
  const about = () => ({ url: baseUrl, accountId, apiVersion, seed, secretKey, publishableKey });
  const api = {
    world,
    routes: apiRoutes(world),
    idempotency,
    faults,
    requests,
    log,
    closing: closing.signal,
  };
  const control = { world, controls, faults, deliveries, requests, about };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      log.error({ err: error, path: request.url }, 'sandbox: a request could not be answered');
      request.socket.destroy();
    });
  });
  server.keepAliveTimeout = keepAliveMs;
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const isControl = url.pathname === '/_sandbox' || url.pathname.startsWith('/_sandbox/');
    if (isControl) await serveControls(control, request, response, url.pathname.slice('/_sandbox'.length));
    else await serveApi(api, request, response, url);
  }

  const actualPort = await listen(server, host, port).catch((error: unknown) => {
    store.close();
    throw error;
  });
  baseUrl = urlOf(host, actualPort);
  prune(world, idempotency);
  if (options.webhook) {
    const { url, secret, enabledEvents = ['*'] } = options.webhook;
    putEndpoint(world, configuredEndpointId, { url, secret, enabledEvents });
  }
  store.compact();
  deliveries.resume();
  outcomes.resume();
  log.info({ url: baseUrl, seed }, 'sandbox: listening');

  let closed: Promise<void> | undefined;
  return {
    ...controls,
    ...about(),
    host,
    port: actualPort,
    faults,
    events: () => store.all('event'),
    deliveries: () => store.all('delivery'),
    requests: () => requests.list(),
    clearRequests: () => requests.clear(),
    flush: (timeoutMs = defaultFlushMs) => deliveries.flush(timeoutMs),
    close() {
      closed ??= stop();
      return closed;
    },
  };

  async function stop(): Promise<void> {
    closing.abort();
    deliveries.close();
    outcomes.close();
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await stopped;
    store.close();
  }
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Forgets what Stripe would have forgotten: saved answers after a day, delivered events after thirty. */
function prune(world: World, idempotency: Idempotency): void {
  idempotency.prune();
  const oldest = world.now() - eventLifetimeSeconds;
  for (const event of world.store.all('event'))
    if (event.created < oldest) world.store.drop('event', event.id);
  for (const delivery of world.store.all('delivery')) {
    if (!world.store.get('event', delivery.event)) world.store.drop('delivery', delivery.id);
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): SandboxError {
  if (error.code === 'EADDRINUSE') {
    return new SandboxError(
      'SANDBOX_PORT_IN_USE',
      `The Stripe sandbox cannot listen on ${host}:${port}: the port is in use, perhaps by another sandbox.`,
    );
  }
  return new SandboxError(
    'SANDBOX_LISTEN_FAILED',
    `The Stripe sandbox cannot listen on ${host}:${port}: ${error.message}`,
  );
}
