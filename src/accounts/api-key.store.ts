import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Role } from '../platform/caller.js';
import { Coalescer } from '../platform/coalesce.js';
import { type Sql, sqlOfOrm } from '../platform/database/sql.js';

/** What recognizing a key takes, and no more. */
export interface StoredKey {
  readonly id: string;
  readonly role: Role;
  readonly accountId: string | null;
  readonly hash: Buffer;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

interface KeyRow {
  prefix: string;
  id: string;
  role: Role;
  account_id: string | null;
  hash: Buffer;
  last_used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
}

const findByPrefix = {
  name: 'find_keys_by_prefix',
  text: `select prefix, id, role, account_id, hash, last_used_at, expires_at, revoked_at
           from api_keys where prefix = any($1)`,
};

const touch = {
  name: 'touch_key',
  text: `update api_keys set last_used_at = $1
          where id = $2 and (last_used_at is null or last_used_at <= $3)`,
};

/** Every request with a key passes here, so these are prepared statements, and requests at once share one. */
export class ApiKeyStore {
  readonly #sql: Sql;
  readonly #keys = new Coalescer((prefixes: readonly string[]) => this.#findByPrefixes(prefixes));

  constructor(orm: MikroORM) {
    this.#sql = sqlOfOrm(orm);
  }

  /** The key as it is now, not as an earlier request found it: whoever is revoked stays out from then on. */
  findByPrefix(prefix: string): Promise<StoredKey | null> {
    return this.#keys.ask(prefix);
  }

  /** Notes that a key was used, unless that was noted after `notSince` already. */
  async touch(id: string, usedAt: Date, notSince: Date): Promise<void> {
    await this.#sql.query(touch, [usedAt, id, notSince]);
  }

  async #findByPrefixes(prefixes: readonly string[]): Promise<(StoredKey | null)[]> {
    const rows = await this.#sql.query<KeyRow>(findByPrefix, [prefixes]);
    const found = new Map(rows.map((row) => [row.prefix, keyOf(row)]));
    return prefixes.map((prefix) => found.get(prefix) ?? null);
  }
}

/** The ids of the newest unrevoked keys of each account, at most `perAccount` of each: one query for a page. */
export async function newestKeyIds(
  em: EntityManager,
  accountIds: readonly string[],
  perAccount: number,
): Promise<string[]> {
  if (accountIds.length === 0) return [];
  const rows = await em.execute<{ id: string }[]>(
    `select newest.id
       from accounts
       cross join lateral (
         select id from api_keys
          where account_id = accounts.id and revoked_at is null
          order by id desc limit ?) newest
      where accounts.id in (?)`,
    [perAccount, accountIds],
  );
  return rows.map(({ id }) => id);
}

const keyOf = (row: KeyRow): StoredKey => ({
  id: row.id,
  role: row.role,
  accountId: row.account_id,
  hash: row.hash,
  lastUsedAt: dateOrNull(row.last_used_at),
  expiresAt: dateOrNull(row.expires_at),
  revokedAt: dateOrNull(row.revoked_at),
});

const dateOrNull = (text: string | null): Date | null => (text === null ? null : new Date(text));
