import type { RequestHandler } from 'express';
import { Counter, Histogram } from 'prom-client';
import type { Metrics } from '../metrics.js';
import { asPartOf, currentRequest } from './request-scope.js';

const durationBucketsSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Polled every few seconds by machines, so their lines are for debugging only, as are those of operations that ran. */
const quietPaths = new Set(['/healthz', '/readyz', '/metrics']);
const knownPaths = new Set(['/graphql', '/billing/webhook', ...quietPaths]);
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'OPTIONS']);

/** Logs and counts every answer. Never the query string: a GET query carries its variables there. */
export function requestLog(metrics: Metrics): RequestHandler {
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'HTTP requests answered, by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    registers: [metrics],
  });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Seconds from the arrival of a request to the end of its answer, by route.',
    labelNames: ['route'],
    buckets: durationBucketsSeconds,
    registers: [metrics],
  });
  return (req, res, next) => {
    const { method, path, ip } = req;
    const scope = currentRequest();
    const startedMs = performance.now();
    const answered = () => {
      const ms = performance.now() - startedMs;
      const status = res.writableFinished ? res.statusCode : 'aborted';
      const route = routeOf(path);
      requests.inc({ method: knownMethods.has(method) ? method : 'other', route, status });
      durations.observe({ route }, ms / 1000);
      const quiet = quietPaths.has(path) || (path === '/graphql' && status === 200);
      const level = quiet ? 'debug' : 'info';
      scope?.log[level]({ method, path, status, ip, ms: Math.round(ms) }, 'request');
    };
    // The connection closes outside of the request's scope, which gives the line its request id.
    res.once('close', () => asPartOf(scope, answered));
    next();
  };
}

/** A bounded set of names: paths are the client's choice, label values must not be. */
function routeOf(path: string): string {
  if (knownPaths.has(path)) return path;
  return path.startsWith('/playground/') ? '/playground' : 'other';
}
