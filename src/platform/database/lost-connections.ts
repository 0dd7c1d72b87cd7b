import type { Pool, PoolClient } from 'pg';

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
