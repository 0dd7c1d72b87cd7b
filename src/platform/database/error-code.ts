import { isNativeError } from 'node:util/types';

/** PostgreSQL's SQLSTATE, or the system's code of a connection that failed; undefined where an error has none. */
export const errorCodeOf = (error: unknown): unknown =>
  isNativeError(error) && 'code' in error ? error.code : undefined;

/** PostgreSQL: serialization_failure and deadlock_detected; the whole transaction may be run again. */
const retryableSqlStates: ReadonlySet<unknown> = new Set(['40001', '40P01']);

export const isRetryable = (error: unknown): boolean => retryableSqlStates.has(errorCodeOf(error));
