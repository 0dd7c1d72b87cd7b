import type { RequestHandler, Response } from 'express';
import type { BudgetName } from '../rate-limits/budgets.js';
import { rateLimitHeaders } from '../rate-limits/headers.js';
import type { Standing } from '../rate-limits/rate-limiter.js';
import type { RateLimits } from '../rate-limits/rate-limits.js';
import { clientAddress } from './client-address.js';
import { sendError } from './errors.js';

export const tooManyRequests = (standing: Standing): string =>
  `More than ${standing.limit} requests in a minute. Try again in ${standing.resetSeconds} s.`;

/** Answers 429 with the standard fields. */
export function refuse(res: Response, standing: Standing): void {
  res.set(rateLimitHeaders(standing));
  sendError(res, 429, 'RATE_LIMITED', tooManyRequests(standing));
}

/** Counts each request against its client's address, before anything of its body is read. */
export function limitByAddress(limits: RateLimits, budget: BudgetName): RequestHandler {
  return async (req, res, next) => {
    const standing = await limits.take(budget, clientAddress(req));
    if (standing && !standing.allowed) return refuse(res, standing);
    if (standing) res.set(rateLimitHeaders(standing));
    next();
  };
}
