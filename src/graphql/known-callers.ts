import { hash } from 'node:crypto';
import type { Caller } from '../platform/caller.js';

/** Beyond it all are forgotten, and noted again when they call next. */
const maxKnownCallers = 10_000;

/**
 * Which API keys were good at which address, in this process. Who is known is authenticated also while the address is
 * kept out for wrong keys: otherwise a neighbour behind the same address could lock a caller out by guessing.
 */
export class KnownCallers {
  readonly #callers = new Set<string>();
  readonly #tokens = new Set<string>();

  note(address: string, token: string, { keyId }: Caller): void {
    const name = `${address} ${keyId}`;
    if (this.#callers.has(name)) return;
    if (this.#callers.size >= maxKnownCallers) {
      this.#callers.clear();
      this.#tokens.clear();
    }
    this.#callers.add(name);
    this.#tokens.add(digestOf(address, token));
  }

  isKnown(address: string, token: string): boolean {
    return this.#tokens.has(digestOf(address, token));
  }
}

/** No key is kept in memory longer than its request. */
const digestOf = (address: string, token: string): string => hash('sha256', `${address} ${token}`, 'base64');
