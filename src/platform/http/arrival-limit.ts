import type { RequestHandler } from 'express';
import { clientAddress } from './client-address.js';
import { sendError } from './errors.js';

const retryAfterSeconds = 1;

export interface ArrivalLimits {
  /** Requests whose bodies are on their way, of all clients. */
  readonly max: number;
  /** Of one client address, so that those who send slowly take no place but their own. */
  readonly maxPerAddress: number;
}

/**
 * Refuses requests while too many others have not arrived as a whole. Whoever sends a byte now and then holds a place
 * until the connection is timed out; what is counted here has no share yet of what serves whole requests.
 */
export function arrivalLimit({ max, maxPerAddress }: ArrivalLimits): RequestHandler {
  const perAddress = new Map<string, number>();
  let all = 0;
  return (req, res, next) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = req.headers;
    if (length === undefined && encoding === undefined) return next();
    const address = clientAddress(req);
    const others = perAddress.get(address) ?? 0;
    if (all >= max || others >= maxPerAddress) {
      res.set('Retry-After', String(retryAfterSeconds));
      sendError(res, 429, 'RATE_LIMITED', 'Too many requests are on their way. Try again shortly.');
      return;
    }
    all += 1;
    perAddress.set(address, others + 1);
    let arriving = true;
    const arrived = () => {
      if (!arriving) return;
      arriving = false;
      all -= 1;
      const left = (perAddress.get(address) ?? 0) - 1;
      if (left > 0) perAddress.set(address, left);
      else perAddress.delete(address);
    };
    req.once('end', arrived);
    res.once('close', arrived);
    next();
  };
}
