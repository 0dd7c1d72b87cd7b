import { hash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../clock.js';
import { badInput, DomainError } from '../errors.js';

export interface KeyedRequest {
  readonly accountId: string;
  readonly operation: string;
  readonly key: string;
  /** Everything that makes two requests the same; compared by hash. */
  readonly input: Readonly<Record<string, string | number | bigint | boolean | null | undefined>>;
  /** What this call will make if it is the first; stored beside the key. */
  readonly resource: string;
}

export type Claim = { readonly replayed: false } | { readonly replayed: true; readonly resource: string };

export const maxIdempotencyKeyChars = 255;

/**
 * Claims an idempotency key inside the caller's transaction. The first call with a key gets
 * `replayed: false`; later calls, also concurrent ones (which wait for the first to commit), get the
 * resource that the first one made. If the first rolls back, its claim goes with it.
 * @throws DomainError IDEMPOTENCY_KEY_REUSED when the same key comes with another input.
 */
export async function claimIdempotencyKey(
  em: EntityManager,
  clock: Clock,
  request: KeyedRequest,
): Promise<Claim> {
  const { accountId, operation, key, resource } = request;
  assertIdempotencyKey(key);
  const requestHash = hashInput(request.input);
  const inserted = await em.execute(
    `insert into idempotency_keys (account_id, operation, key, request_hash, resource, created_at)
     values (?, ?, ?, ?, ?, ?) on conflict do nothing returning 1 as claimed`,
    [accountId, operation, key, Buffer.from(requestHash, 'hex'), resource, clock.now()],
  );
  if (inserted.length > 0) return { replayed: false };
  const [first] = await em.execute<{ request_hash: Buffer; resource: string }[]>(
    'select request_hash, resource from idempotency_keys where account_id = ? and operation = ? and key = ?',
    [accountId, operation, key],
  );
  if (!first) throw new Error('An idempotency key vanished between two statements.');
  if (first.request_hash.toString('hex') !== requestHash) throw keyReused();
  return { replayed: true, resource: first.resource };
}

/** @throws DomainError BAD_USER_INPUT */
export function assertIdempotencyKey(key: string): void {
  if (key.length < 1 || key.length > maxIdempotencyKeyChars) {
    throw badInput(`An idempotency key has 1 to ${maxIdempotencyKeyChars} characters.`);
  }
}

export const keyReused = (): DomainError =>
  new DomainError(
    'IDEMPOTENCY_KEY_REUSED',
    'This idempotency key was used before with other input. Use a new key for a new request.',
  );

/** SHA-256, in hex, over the members that are there, whatever their order. */
export function hashInput(input: KeyedRequest['input']): string {
  const canonical: unknown[] = [];
  for (const name of Object.keys(input).sort()) {
    const value = input[name];
    if (value != null) canonical.push([name, typeof value === 'bigint' ? value.toString() : value]);
  }
  return hash('sha256', JSON.stringify(canonical), 'hex');
}
