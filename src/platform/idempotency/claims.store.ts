import { type Column, columnsOf } from '../database/arrays.js';
import { errorCodeOf } from '../database/error-code.js';
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
  /** What the call makes. */
  readonly resource: string;
}

interface KeyRow {
  readonly account_id: string;
  readonly operation: string;
  readonly key: string;
}

interface ClaimRow extends KeyRow {
  readonly request_hash: string;
  readonly resource: string;
}

const insertKeys = `insert into idempotency_keys (account_id, operation, key, request_hash, resource, created_at)
    select account_id, operation, key, decode(request_hash, 'hex'), resource, $6
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
      as new (account_id, operation, key, request_hash, resource)`;
const claimNew: Statement = { name: 'claim_new_keys', text: insertKeys };
const claim: Statement = {
  name: 'claim_keys',
  text: `${insertKeys}
    on conflict do nothing
    returning account_id, operation, key`,
};
const read: Statement = {
  name: 'read_claims',
  text: `select account_id, operation, key, encode(request_hash, 'hex') as request_hash, resource
    from unnest($1::text[], $2::text[], $3::text[]) as wanted (account_id, operation, key)
    join idempotency_keys using (account_id, operation, key)`,
};
const release: Statement = {
  name: 'release_claims',
  text: `delete from idempotency_keys k
    using unnest($1::text[], $2::text[], $3::text[]) as refused (account_id, operation, key)
    where (k.account_id, k.operation, k.key) = (refused.account_id, refused.operation, refused.key)`,
};

/**
 * Idempotency keys of many calls at once, for callers that hold the lock of every account concerned, so that nobody
 * else claims one of these keys meanwhile.
 */
export const claims = {
  /**
   * Claims keys of which none was claimed before, each given once; cheaper than `claim`.
   * @throws an error that `isClaimed` knows where one was; the transaction is lost then
   */
  async claimNew(sql: Sql, wanted: readonly Claim[], now: Date): Promise<void> {
    if (wanted.length > 0) await sql.query(claimNew, [...columnsOf(wanted, claimColumns), now]);
  },

  /** Claims those that were not claimed before, each once. Returns which those are. */
  async claim(sql: Sql, wanted: readonly Claim[], now: Date): Promise<ClaimKey[]> {
    if (wanted.length === 0) return [];
    const rows = await sql.query<KeyRow>(claim, [...columnsOf(wanted, claimColumns), now]);
    return rows.map(keyOf);
  },

  async find(sql: Sql, wanted: readonly ClaimKey[]): Promise<Claim[]> {
    if (wanted.length === 0) return [];
    const rows = await sql.query<ClaimRow>(read, columnsOf(wanted, keyColumns));
    return rows.map((row) => ({
      ...keyOf(row),
      requestHash: row.request_hash,
      resource: row.resource,
    }));
  },

  /** Sets keys free again. */
  async release(sql: Sql, keys: readonly ClaimKey[]): Promise<void> {
    if (keys.length > 0) await sql.query(release, columnsOf(keys, keyColumns));
  },
} as const;

const uniqueViolation = '23505';

/** Whether an error says that a key was claimed before. */
export const isClaimed = (error: unknown): boolean =>
  error instanceof Error &&
  errorCodeOf(error) === uniqueViolation &&
  'constraint' in error &&
  error.constraint === 'idempotency_keys_pkey';

const keyOf = ({ account_id, operation, key }: KeyRow): ClaimKey => ({
  accountId: account_id,
  operation,
  key,
});

const keyColumns: readonly Column<ClaimKey>[] = [
  ({ accountId }) => accountId,
  ({ operation }) => operation,
  ({ key }) => key,
];
const claimColumns: readonly Column<Claim>[] = [
  ...keyColumns,
  ({ requestHash }) => requestHash,
  ({ resource }) => resource,
];
