import { isNativeError } from 'node:util/types';
import { DomainError, retryAfter } from '../errors.js';
import { errorCodeOf } from './error-code.js';

/**
 * PostgreSQL's ways to say "not now": a lock or a statement took too long, a transaction gave way to another or stood
 * idle, the server stops, starts, has no connection left, or is a standby and only lets read. Class 08 is a broken
 * connection. All of them end the transaction: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const passingSqlStates = /^(08\w{3}|55P03|57014|57P0[1235]|53300|40001|40P01|25006|25P03|25P04)$/;

/** The system's codes of a connection that cannot be made or broke. */
const brokenConnectionCodes: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** The driver has no codes for its own failures, only sentences. */
const brokenConnectionMessages =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|not queryable/;

const retryAfterMs = 1_000;

/** PostgreSQL: lock_not_available */
export const isLockTimeout = (error: unknown): boolean => errorCodeOf(error) === '55P03';

/**
 * What callers are told of a database that is too slow or not there: it can be tried again. Null where an error says
 * anything else. Not for failures of other things than the database, whose connections break with the same codes.
 */
export function asUnavailable(error: unknown): DomainError | null {
  if (!isNativeError(error) || error instanceof DomainError || !isPassing(error)) return null;
  const message = 'This took too long or was interrupted. Try again, with the same idempotency key.';
  return new DomainError('UNAVAILABLE', message, retryAfter(retryAfterMs), { cause: error });
}

function isPassing(error: Error): boolean {
  const code = errorCodeOf(error);
  // A message with a code quotes the statement, and so whatever a caller wrote.
  if (code === undefined) return brokenConnectionMessages.test(error.message);
  return typeof code === 'string' && (passingSqlStates.test(code) || brokenConnectionCodes.has(code));
}
