import type { RequestHandler } from 'express';
import { sendError } from './errors.js';

const retryAfterSeconds = 1;

/** Refuses requests beyond `maxInFlight` unanswered ones with 429, instead of queueing them in memory. */
export function inFlightLimit(maxInFlight: number): RequestHandler {
  let inFlight = 0;
  return (_req, res, next) => {
    if (inFlight >= maxInFlight) {
      res.set('Retry-After', String(retryAfterSeconds));
      sendError(res, 429, 'RATE_LIMITED', 'Too many requests at once. Try again shortly.');
      return;
    }
    inFlight += 1;
    res.once('close', () => {
      inFlight -= 1;
    });
    next();
  };
}
