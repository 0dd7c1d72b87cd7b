import { windowSeconds } from './budgets.js';
import type { Standing } from './rate-limiter.js';

/**
 * What a client is told of its limit, in the fields of the IETF's draft, and when to come back where it was refused.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function rateLimitHeaders(standing: Standing): Record<string, string> {
  const { budget, limit, remaining, resetSeconds, allowed } = standing;
  return {
    'RateLimit-Policy': `"${budget}";q=${limit};w=${windowSeconds}`,
    RateLimit: `"${budget}";r=${remaining};t=${resetSeconds}`,
    ...(allowed ? {} : { 'Retry-After': String(resetSeconds) }),
  };
}
