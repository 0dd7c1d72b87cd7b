import type { KeyKind } from './auth.js';

/** A request the API received. Its parameters are not kept: they may hold card details. */
export interface LoggedRequest {
  id: string;
  /** Unix seconds, by the sandbox's clock. */
  at: number;
  method: string;
  path: string;
  idempotencyKey: string | null;
  keyKind: KeyKind | null;
  /** Null while it is being worked on, and when it was never answered. */
  status: number | null;
  /** Whether its work was done (a replayed answer and a refused request did none). */
  executed: boolean;
  replayed: boolean;
  /** The fault that struck it. */
  fault: string | null;
}

const maxEntries = 10_000;

/** The latest requests, so that a test can prove how often something was asked for and done. */
export class RequestLog {
  #entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): LoggedRequest {
    if (this.#entries.length >= maxEntries) this.#entries.shift();
    this.#entries.push(entry);
    return entry;
  }

  list(): LoggedRequest[] {
    return this.#entries.map((entry) => ({ ...entry }));
  }

  clear(): void {
    this.#entries = [];
  }
}
