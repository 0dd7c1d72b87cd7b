import { createHash } from 'node:crypto';
import type { Store } from '../store/store.js';
import { ApiError, invalidRequest, keyInUse } from './errors.js';
import type { FormNode, FormValue } from './form.js';

/** The saved answer to the first request with a key. */
export interface IdempotencyRecord {
  /** The key, as the caller chose it. */
  id: string;
  path: string;
  fingerprint: string;
  created: number;
  requestId: string;
  status: number;
  body: string;
}

const lifetimeSeconds = 24 * 60 * 60;
const maxKeyLength = 255;

/**
 * Stripe's rules for `Idempotency-Key` (https://docs.stripe.com/api/idempotent_requests): the answer of every
 * request that began to execute is kept for a day and replayed, errors included; a request refused before that
 * leaves nothing behind; the same key with anything else is an error, and so is a second request at the same time.
 */
export class Idempotency {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #inFlight = new Set<string>();

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** The saved answer to replay, or undefined when the key is new. */
  find(key: string, path: string, form: FormNode): IdempotencyRecord | undefined {
    if (key.length > maxKeyLength) {
      throw invalidRequest(`Idempotency keys can only be up to ${maxKeyLength} characters long.`);
    }
    const record = this.#store.get('idempotency', key);
    if (!record) return undefined;
    if (record.created + lifetimeSeconds <= this.#now()) {
      this.#store.drop('idempotency', key);
      return undefined;
    }
    if (record.path !== path) {
      throw idempotencyError(
        `Keys for idempotent requests can only be used for the same endpoint they were first used for ` +
          `('${path}' vs '${record.path}'). Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    }
    if (record.fingerprint !== fingerprintOf(form)) {
      throw idempotencyError(
        'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
          `Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    }
    return record;
  }

  /** Claims the key while its request executes. */
  begin(key: string): void {
    if (this.#inFlight.has(key)) {
      throw keyInUse(key);
    }
    this.#inFlight.add(key);
  }

  end(key: string): void {
    this.#inFlight.delete(key);
  }

  save(record: Omit<IdempotencyRecord, 'fingerprint' | 'created'>, form: FormNode): void {
    this.#store.put('idempotency', { ...record, fingerprint: fingerprintOf(form), created: this.#now() });
  }

  /** Forgets the keys whose day is over. */
  prune(): void {
    for (const record of this.#store.all('idempotency')) {
      if (record.created + lifetimeSeconds <= this.#now()) this.#store.drop('idempotency', record.id);
    }
  }
}

function idempotencyError(message: string): ApiError {
  return new ApiError(400, { type: 'idempotency_error', message });
}

/** A hash, so that card details in the parameters are not kept. The order of parameters does not count. */
function fingerprintOf(form: FormNode): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(form)))
    .digest('hex');
}

function sorted(value: FormValue): unknown {
  if (typeof value === 'string') return value;
  return Object.keys(value)
    .sort()
    .map((name) => [name, sorted(value[name] ?? '')]);
}
