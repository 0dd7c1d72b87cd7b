import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Role } from '../platform/caller.js';

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
  id: string;
  role: Role;
  account_id: string | null;
  hash: Buffer;
  last_used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
}

/** Every request with a key passes here, so this is native SQL without an identity map. */
export class ApiKeyStore {
  constructor(private readonly orm: MikroORM) {}

  async findByPrefix(prefix: string): Promise<StoredKey | null> {
    const [row] = await this.orm.em.getConnection().execute<KeyRow[]>(
      `select id, role, account_id, hash, last_used_at, expires_at, revoked_at
         from api_keys where prefix = ?`,
      [prefix],
    );
    if (!row) return null;
    return {
      id: row.id,
      role: row.role,
      accountId: row.account_id,
      hash: row.hash,
      lastUsedAt: dateOrNull(row.last_used_at),
      expiresAt: dateOrNull(row.expires_at),
      revokedAt: dateOrNull(row.revoked_at),
    };
  }

  /** Notes that a key was used, unless that was noted after `notSince` already. */
  async touch(id: string, usedAt: Date, notSince: Date): Promise<void> {
    await this.orm.em.getConnection().execute(
      `update api_keys set last_used_at = ?
        where id = ? and (last_used_at is null or last_used_at <= ?)`,
      [usedAt, id, notSince],
      'run',
    );
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

const dateOrNull = (text: string | null): Date | null => (text === null ? null : new Date(text));
