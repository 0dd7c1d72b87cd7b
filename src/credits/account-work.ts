import type { Books } from './books.js';

/** The idempotency key of a call, and the hash of what it asked for; see hashInput. */
export interface WorkKey {
  readonly operation: string;
  readonly key: string;
  readonly requestHash: string;
}

/** What must be read beside an account's balance and its lots with credits. */
export interface WorkReads {
  readonly holdId?: string;
  readonly lotId?: string;
}

/** Something to be done with one account's books. Whatever it does must be over when it returns: it is pure. */
export interface AccountWork<Result> {
  readonly accountId: string;
  /** Null: it does no harm to do it twice. */
  readonly key: WorkKey | null;
  /** `made` is what an earlier call with the same key made; null where there was none. */
  reads(made: string | null): WorkReads;
  /** `resource` names what was made, for later calls with the same key. @throws DomainError; then nothing was done. */
  apply(books: Books): { readonly result: Result; readonly resource: string };
  /** What the call that came first was answered, as it is now. */
  replay(books: Books, resource: string): Result;
}

/** What came of it. */
export type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };
