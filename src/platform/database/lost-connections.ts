import type { Pool, PoolClient } from 'pg';
import type { Log } from '../log.js';

/** Longer than whoever holds a connection that broke takes to give it back, where they do. */
const holderGraceMs = 200;

/**
 * Gives the pool its places back. Kysely returns a transaction's connection only once BEGIN or ROLLBACK was
 * answered; where the connection broke, no answer comes, and its place in the pool is taken for good.
 */
export function reclaimLostConnections(pool: Pool): void {
  const held = new Set<PoolClient>();
  pool.on('acquire', (client) => held.add(client));
  pool.on('release', (_error, client) => held.delete(client));
  pool.on('connect', (client) => {
    client.once('end', () => {
      setTimeout(() => {
        if (held.has(client)) client.release(true);
      }, holderGraceMs).unref();
    });
  });
}

/**
 * Keeps lost connections from ending the process, and says so. Of the error only its message and code: the driver
 * attaches the connection to it, with all that it knows.
 */
export function warnOfLostConnections(pool: Pool, log: Log, whose: string): void {
  const warn = ({ message, code }: Error & { readonly code?: unknown }) =>
    log.warn({ reason: message, code }, `a connection of ${whose} was lost`);
  pool.on('error', warn);
  pool.on('connect', (client) => client.on('error', warn));
}
