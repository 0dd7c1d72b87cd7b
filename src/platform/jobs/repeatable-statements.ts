import { isPromise } from 'node:util/types';
import type { Pool, PoolClient } from 'pg';
import { asUnavailable } from '../database/unavailable.js';

/** serialization_failure: what graphile-worker repeats soonest, after 50 ms to 5 s, and up to a hundred times. */
const repeatedCode = '40001';

type Call = (...args: unknown[]) => unknown;

/**
 * Has graphile-worker repeat its statements where the database was gone for a moment. It does so for a few codes of
 * errors only, and nobody waits for the statements that record a job's end: one that fails ends the process. All its
 * statements may be repeated, for they name the jobs and who has locked them.
 */
export function repeatStatements(pool: Pool): void {
  pool.connect = passing(pool.connect.bind(pool) as Call) as Pool['connect'];
  pool.on('connect', (client) => {
    client.query = passing(client.query.bind(client) as Call) as PoolClient['query'];
  });
}

const passing =
  (call: Call): Call =>
  (...args) => {
    const result = call(...args);
    return isPromise(result) ? result.catch(rethrow) : result;
  };

/** Of a broken connection's error only its words: the driver attaches the connection to it, with all that it knows. */
function rethrow(error: unknown): never {
  const unavailable = asUnavailable(error);
  if (!unavailable) throw error;
  const { message } = unavailable.cause as Error;
  throw Object.assign(new Error(message), { code: repeatedCode });
}
