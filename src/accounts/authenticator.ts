import { randomBytes } from 'node:crypto';
import type { Caller } from '../platform/caller.js';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import type { ApiKeyStore, StoredKey } from './api-key.store.js';
import { hashToken, isHashOf, looksLikeToken, prefixOf } from './api-key-token.js';
import { isDemoToken } from './demo.js';

/** `lastUsedAt` is for people who look for unused keys: a write per request would buy them nothing. */
const lastUsedPrecisionMs = 60_000;
/** Beyond this many writes under way the next request of a key notes its use instead. */
const maxPendingTouches = 50;

/** Compared with where no key has the prefix, so that the answer takes as long as for a wrong secret. */
const hashOfNothing = hashToken(randomBytes(32).toString('hex'));

export interface AuthenticatorOptions {
  readonly store: ApiKeyStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Demo keys are public. Where this is false they are refused even if the database holds them. */
  readonly demoKeysAllowed: boolean;
}

/** Turns an API key into a Caller. */
export class Authenticator {
  readonly #pendingTouches = new Map<string, Promise<void>>();

  constructor(private readonly options: AuthenticatorOptions) {}

  /**
   * The caller that a key stands for; null where the key is unknown, wrong, expired or revoked. Which of
   * these it was is not told, so that nobody learns which keys exist.
   */
  async authenticate(token: string): Promise<Caller | null> {
    if (!looksLikeToken(token)) return null;
    if (isDemoToken(token) && !this.options.demoKeysAllowed) return null;
    const key = await this.options.store.findByPrefix(prefixOf(token));
    const matches = isHashOf(key?.hash ?? hashOfNothing, token);
    const now = this.options.clock.now();
    if (!key || !matches || !isLive(key, now)) return null;
    this.#noteUse(key, now);
    return callerFor(key);
  }

  /** Waits for the uses still being noted; call it before the database closes. Never rejects. */
  async drain(): Promise<void> {
    while (this.#pendingTouches.size > 0) await Promise.all(this.#pendingTouches.values());
  }

  /** Not awaited by the request, and its failure does not fail the request. */
  #noteUse(key: StoredKey, now: Date): void {
    const notSince = new Date(now.getTime() - lastUsedPrecisionMs);
    if (key.lastUsedAt && key.lastUsedAt > notSince) return;
    if (this.#pendingTouches.has(key.id) || this.#pendingTouches.size >= maxPendingTouches) return;
    const touch = this.options.store
      .touch(key.id, now, notSince)
      .catch((error: unknown) => this.options.log.warn({ keyId: key.id, err: error }, 'key use not noted'))
      .finally(() => this.#pendingTouches.delete(key.id));
    this.#pendingTouches.set(key.id, touch);
  }
}

function isLive({ revokedAt, expiresAt }: StoredKey, now: Date): boolean {
  return revokedAt === null && (expiresAt === null || now < expiresAt);
}

function callerFor({ id, role, accountId }: StoredKey): Caller {
  if (role !== 'CUSTOMER') return { role, keyId: id, accountId: null };
  if (accountId === null) throw new Error('A customer key without an account; the database refuses those.');
  return { role, keyId: id, accountId };
}
