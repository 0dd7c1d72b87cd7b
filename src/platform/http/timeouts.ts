import type { Server } from 'node:http';
import type { RequestHandler } from 'express';
import { sendError } from './errors.js';

/** How long an answer may take. Longer than what the database (`requestBounds`) and Stripe (`maxCallMs`) may take: they speak first. */
export const answerTimeoutMs = 60_000;

const headersTimeoutMs = 15_000;
const requestTimeoutMs = 30_000;
/** How often connections are looked at for the two timeouts above; Node.js would do so every 30 s. */
export const connectionsCheckMs = 5_000;
/** Longer than the idle timeout of the usual load balancers (60 s), so that we never close first. */
const keepAliveTimeoutMs = 65_000;

/** Bounds how long a client may take to send its headers and body, and how long an idle connection lives. */
export function boundConnections(server: Server): void {
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = keepAliveTimeoutMs;
}

/**
 * Answers 503 when a handler takes longer than `timeoutMs`. What it was doing may still complete:
 * the client is told to repeat it with the same idempotency key.
 */
export function answerWithin(timeoutMs: number): RequestHandler {
  return (_req, res, next) => {
    const timer = setTimeout(() => {
      if (res.headersSent) return;
      const advice = 'This took too long and may still complete. Repeat it with the same idempotency key.';
      sendError(res, 503, 'REQUEST_TIMEOUT', advice);
    }, timeoutMs);
    res.once('close', () => clearTimeout(timer));
    next();
  };
}
