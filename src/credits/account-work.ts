import type { AuditRow } from '../audit-log/audit-entry.js';
import type { Claim } from '../platform/idempotency/claims.store.js';
import type { Books } from './books.js';

/** What must be read beside an account's balance and its lots with credits. */
export interface WorkReads {
  readonly holdId?: string;
  readonly lotId?: string;
}

/** Something to be done with one account's books. Whatever it does must be over when it returns: it is pure. */
export interface AccountWork<Result> {
  readonly accountId: string;
  /** The idempotency key that it comes with. Null: it does no harm to do it twice. */
  readonly claim: Claim | null;
  /** What the audit log records of it, where it does; only what is applied is recorded. */
  readonly audited?: AuditRow;
  /** `made` is what an earlier call with the same key made; null where there was none. */
  reads(made: string | null): WorkReads;
  /** @throws DomainError; then nothing was done */
  apply(books: Books): Result;
  /** What the call that came first was answered, as it is now. */
  replay(books: Books, made: string): Result;
}

/** What came of it. */
export type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };
