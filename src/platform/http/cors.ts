import corsMiddleware from 'cors';
import type { RequestHandler } from 'express';

const preflightMaxAgeSeconds = 600;

/**
 * Lets pages of the listed origins call the API. Others get no CORS headers, so browsers keep the answers
 * from them. No cookies: callers authenticate with an API key.
 */
export function cors(allowedOrigins: readonly string[]): RequestHandler {
  return corsMiddleware({
    origin: [...allowedOrigins],
    methods: ['GET', 'POST'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Apollo-Require-Preflight',
      'X-Apollo-Operation-Name',
      'X-Request-Id',
    ],
    exposedHeaders: ['X-Request-Id', 'Retry-After', 'RateLimit', 'RateLimit-Policy'],
    maxAge: preflightMaxAgeSeconds,
  });
}
