import { columns } from '../database/arrays.js';
import type { Sql, Statement } from '../database/sql.js';

/** Names one call of a money mutation. */
export interface ClaimKey {
  readonly accountId: string;
  readonly operation: string;
  readonly key: string;
}

export interface Claim extends ClaimKey {
  /** Of what was asked for, in hex; see hashInput. */
  readonly requestHash: string;
  /** What the call made. */
  readonly resource: string;
}

interface ClaimRow {
  readonly account_id: string;
  readonly operation: string;
  readonly key: string;
  readonly request_hash: string;
  readonly resource: string;
}

const read: Statement = {
  name: 'read_claims',
  text: `select account_id, operation, key, encode(request_hash, 'hex') as request_hash, resource
    from unnest($1::text[], $2::text[], $3::text[]) as wanted (account_id, operation, key)
    join idempotency_keys using (account_id, operation, key)`,
};
const insert: Statement = {
  name: 'insert_claims',
  text: `insert into idempotency_keys (account_id, operation, key, request_hash, resource, created_at)
    select account_id, operation, key, decode(request_hash, 'hex'), resource, $6
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
      as new (account_id, operation, key, request_hash, resource)`,
};

/**
 * Idempotency keys of many calls at once, for callers that hold the lock of every account concerned, so that nobody
 * else claims one of these keys between the two.
 */
export const claims = {
  /** Those that were claimed before. */
  async find(sql: Sql, wanted: readonly ClaimKey[]): Promise<Claim[]> {
    if (wanted.length === 0) return [];
    const rows = await sql.query<ClaimRow>(read, columns(wanted.map(keyRow)));
    return rows.map((row) => ({
      accountId: row.account_id,
      operation: row.operation,
      key: row.key,
      requestHash: row.request_hash,
      resource: row.resource,
    }));
  },

  async insert(sql: Sql, made: readonly Claim[], now: Date): Promise<void> {
    if (made.length === 0) return;
    const rows = made.map((claim) => [...keyRow(claim), claim.requestHash, claim.resource]);
    await sql.query(insert, [...columns(rows), now]);
  },
} as const;

const keyRow = ({ accountId, operation, key }: ClaimKey) => [accountId, operation, key];
