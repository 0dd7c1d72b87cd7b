import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { isUUID } from 'class-validator';
import type { AuditLog } from '../audit-log/audit-log.service.js';
import type { Actor } from '../platform/actor.js';
import type { Role } from '../platform/caller.js';
import type { Clock } from '../platform/clock.js';
import { badInput, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import type { AccountService } from './account.service.js';
import { ApiKey } from './api-key.entity.js';
import { newestKeyIds } from './api-key.store.js';
import { hashToken, newToken, prefixOf } from './api-key-token.js';
import {
  accountIdPattern,
  erasedName,
  maxKeyLifetimeDays,
  maxKeyNameChars,
  maxKeysShownPerAccount,
} from './limits.js';
import { isLine } from './text.js';

const msPerDay = 86_400_000;

export interface NewApiKey {
  readonly role: Role;
  /** Required for CUSTOMER keys, refused for the others. */
  readonly accountId?: string | null | undefined;
  readonly name: string;
  readonly expiresAt?: Date | null | undefined;
}

export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  /** The key itself. It is shown now or never: only its hash is stored. */
  readonly token: string;
}

export interface ApiKeyListing {
  readonly accountId?: string | null | undefined;
  readonly role?: Role | null | undefined;
  readonly includeRevoked: boolean;
  readonly afterId?: string | null | undefined;
  readonly limit: number;
}

export class ApiKeyService {
  constructor(
    private readonly clock: Clock,
    private readonly accounts: AccountService,
    private readonly auditLog: AuditLog,
  ) {}

  /**
   * @throws DomainError NOT_FOUND where the account does not exist; BAD_USER_INPUT where the role and the
   * account do not fit together, the name is empty or too long, or the expiry is past or too far away.
   */
  async create(em: EntityManager, input: NewApiKey, by: Actor): Promise<CreatedApiKey> {
    const accountId = input.accountId ?? null;
    const name = input.name.trim();
    const expiresAt = input.expiresAt ?? null;
    refuseMismatch(input.role, accountId);
    if (!isLine(name, maxKeyNameChars)) {
      throw badInput(`An API key's name is one line of 1 to ${maxKeyNameChars} characters.`);
    }
    if (expiresAt) this.#refuseExpiry(expiresAt);
    if (accountId !== null) await this.accounts.get(em, accountId);

    const token = newToken();
    const apiKey = em.create(ApiKey, {
      id: newId(this.clock),
      role: input.role,
      accountId,
      name,
      prefix: prefixOf(token),
      hash: hashToken(token),
      createdAt: this.clock.now(),
      lastUsedAt: null,
      expiresAt,
      revokedAt: null,
    });
    await em.persist(apiKey).flush();
    const { id, role, prefix } = apiKey;
    await this.auditLog.record(em, by, {
      action: 'API_KEY_CREATE',
      accountId,
      targetId: id,
      after: { role, prefix, expiresAt },
      personalAfter: { name },
    });
    return { apiKey, token };
  }

  /**
   * From the next request on the key is refused. Revoking a revoked key changes nothing.
   * @throws DomainError NOT_FOUND
   */
  async revoke(em: EntityManager, id: string, by: Actor): Promise<ApiKey> {
    if (!isUUID(id)) throw notFound('API key');
    const apiKey = await em.findOne(ApiKey, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (!apiKey) throw notFound('API key');
    if (apiKey.revokedAt !== null) return apiKey;
    apiKey.revokedAt = this.clock.now();
    await em.flush();
    await this.auditLog.record(em, by, {
      action: 'API_KEY_REVOKE',
      accountId: apiKey.accountId,
      targetId: id,
      before: { revokedAt: null },
      after: { revokedAt: apiKey.revokedAt },
    });
    return apiKey;
  }

  /** Revokes every key of an account and forgets what people called them. Returns how many were not revoked before. */
  async eraseOf(em: EntityManager, accountId: string): Promise<number> {
    const [erased] = await em.execute<{ revoked: number }[]>(
      `with live as (select count(*)::int as revoked from api_keys where account_id = ? and revoked_at is null),
         erased as (update api_keys set name = ?, revoked_at = coalesce(revoked_at, ?) where account_id = ?)
       select revoked from live`,
      [accountId, erasedName, this.clock.now(), accountId],
    );
    return erased?.revoked ?? 0;
  }

  /** @throws DomainError NOT_FOUND */
  async get(em: EntityManager, id: string): Promise<ApiKey> {
    const apiKey = await em.findOne(ApiKey, id);
    if (!apiKey) throw notFound('API key');
    return apiKey;
  }

  /** @throws DomainError NOT_FOUND */
  async getByPrefix(em: EntityManager, prefix: string): Promise<ApiKey> {
    const apiKey = await em.findOne(ApiKey, { prefix });
    if (!apiKey) throw notFound('API key');
    return apiKey;
  }

  /** Newest first: ids are UUIDs of version 7, which begin with the time. */
  async list(
    em: EntityManager,
    { accountId, role, includeRevoked, afterId, limit }: ApiKeyListing,
  ): Promise<ApiKey[]> {
    if (accountId != null && !accountIdPattern.test(accountId)) return [];
    return em.find(
      ApiKey,
      {
        ...(accountId == null ? {} : { accountId }),
        ...(role == null ? {} : { role }),
        ...(includeRevoked ? {} : { revokedAt: null }),
        ...(afterId == null ? {} : { id: { $lt: afterId } }),
      },
      { orderBy: { id: 'desc' }, limit },
    );
  }

  /** The newest unrevoked keys of each account, newest first, bounded for each. */
  async newestOf(em: EntityManager, accountIds: readonly string[]): Promise<Map<string, ApiKey[]>> {
    const ids = await newestKeyIds(em, accountIds, maxKeysShownPerAccount);
    const keys = await em.find(ApiKey, { id: { $in: ids } }, { orderBy: { id: 'desc' } });
    return Map.groupBy(keys, (key) => key.accountId ?? '');
  }

  #refuseExpiry(expiresAt: Date): void {
    const remainingMs = expiresAt.getTime() - this.clock.now().getTime();
    if (!(remainingMs > 0)) throw badInput('An API key must expire in the future, or never.');
    if (remainingMs > maxKeyLifetimeDays * msPerDay) {
      throw badInput(`An API key expires within ${maxKeyLifetimeDays} days, or never.`);
    }
  }
}

function refuseMismatch(role: Role, accountId: string | null): void {
  if (role === 'CUSTOMER' && accountId === null)
    throw badInput('A CUSTOMER key belongs to an account: name it.');
  if (role !== 'CUSTOMER' && accountId !== null) throw badInput(`A ${role} key belongs to no account.`);
}
