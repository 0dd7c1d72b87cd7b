import type { ClientConfig, PoolConfig } from 'pg';

/** How long a connection lets anybody wait. PostgreSQL keeps to all but the first by itself, also where we are stuck. */
export interface DatabaseBounds {
  /** For a new connection, or for a free one of a pool. */
  readonly connectMs: number;
  /** For a lock that somebody else holds. */
  readonly lockMs: number;
  /** For one statement, its locks included. */
  readonly statementMs: number;
  /** For the next statement of a transaction; then it is rolled back, so that its locks are free. */
  readonly idleInTransactionMs: number;
}

/** Of requests and jobs. Each is over before a request is given up (`answerTimeoutMs`), so that it speaks first. */
export const requestBounds: DatabaseBounds = {
  connectMs: 10_000,
  lockMs: 5_000,
  statementMs: 20_000,
  idleInTransactionMs: 15_000,
};

/** Of transactions that many requests share: whoever holds one account's lock must not keep the others waiting. */
export const sharedBounds: DatabaseBounds = {
  connectMs: 5_000,
  lockMs: 1_000,
  statementMs: 10_000,
  idleInTransactionMs: 10_000,
};

/** Of what an operator starts: migrations, audits, the command line. */
export const maintenanceBounds: DatabaseBounds = {
  connectMs: 10_000,
  lockMs: 30_000,
  statementMs: 60 * 60_000,
  idleInTransactionMs: 10 * 60_000,
};

/**
 * The bounds as the driver sends them when it connects, so that they cost no statement:
 * https://www.postgresql.org/docs/18/runtime-config-client.html
 */
export const bounded = ({ connectMs, lockMs, statementMs, idleInTransactionMs }: DatabaseBounds) =>
  ({
    connectionTimeoutMillis: connectMs,
    lock_timeout: lockMs,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    // The other side may be gone without a word.
    keepAlive: true,
  }) satisfies ClientConfig;

/** What a connection once led to may be elsewhere by now, or let only read, without having broken it. */
const lifetimeMs = 10 * 60_000;

/** The same for the connections of a pool, which are made anew after a while. */
export const pooled = (bounds: DatabaseBounds) =>
  ({ ...bounded(bounds), maxLifetimeSeconds: lifetimeMs / 1_000 }) satisfies PoolConfig;
