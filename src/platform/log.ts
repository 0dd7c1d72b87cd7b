import { type DestinationStream, type Logger, pino } from 'pino';
import { currentRequest } from './http/request-scope.js';

export type Log = Logger;

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Paths whose values never reach a log line, at the top level and one level down. */
const secretKeys = [
  'authorization',
  'apiKey',
  'clientSecret',
  'client_secret',
  'stripeSecretKey',
  'stripeWebhookSecrets',
  'password',
  'cookie',
];
const redactedPaths = [
  ...secretKeys,
  ...secretKeys.map((key) => `*.${key}`),
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["stripe-signature"]',
];

/** Whoever logs while a request is served names it, also services that are not told of requests. */
function requestIdOfLine(): { requestId?: string } {
  const scope = currentRequest();
  return scope ? { requestId: scope.requestId } : {};
}

/**
 * A structured logger: one JSON object per line, UTC timestamps, secrets replaced by "[redacted]", and the id
 * of the request that is being served, where there is one.
 * `destination` is for tests; the default is standard output.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    redact: { paths: redactedPaths, censor: '[redacted]' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    mixin: requestIdOfLine,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination ? pino(options, destination) : pino(options);
}
