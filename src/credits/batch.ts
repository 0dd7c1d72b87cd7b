import type { PoolClient } from 'pg';
import type { AuditRow } from '../audit-log/audit-entry.js';
import { auditLogStore } from '../audit-log/audit-log.store.js';
import type { Clock } from '../platform/clock.js';
import { allOf, inOneWrite, type Sql, sqlOfClient } from '../platform/database/sql.js';
import { DomainError, notFound } from '../platform/errors.js';
import { type Claim, isClaimed } from '../platform/idempotency/claims.store.js';
import type { AccountWork, Outcome } from './account-work.js';
import { BatchClaims } from './batch-claims.js';
import { Books, type BooksState } from './books.js';
import type { BooksStore, NamedRows, Reference } from './books.store.js';

/** Works are written in chunks of so many, so that the database writes one while the next is decided. */
const worksPerChunk = 250;

type Work = AccountWork<unknown>;

/** Something is wrong with the books of one account: a fault of ours, or a row that was changed by hand. */
export class UnsoundBooks extends Error {
  override readonly name = 'UnsoundBooks';

  constructor(
    readonly accountId: string,
    cause: unknown,
  ) {
    super(`The books of account ${accountId} are not sound.`, { cause });
  }
}

/**
 * Does the works of many accounts in one transaction on `client`, and commits it. A refused work does not disturb
 * the others. Resolves once it is committed, with an outcome for each.
 *
 * Nearly all calls are the first with their keys. So it is decided as if all were, while the database still claims
 * the keys; only where one was used before, the works are done again after looking at each key.
 * @throws UnsoundBooks, or what the database says; then nothing was done
 */
export async function commitBatch(
  client: PoolClient,
  store: BooksStore,
  clock: Clock,
  works: readonly Work[],
): Promise<Outcome<unknown>[]> {
  const batch = new Batch(client, store, clock.now(), works);
  try {
    return await batch.commitNew();
  } catch (error) {
    if (!isClaimed(error)) throw error;
    await batch.rollBack();
    return batch.commitAny();
  }
}

class Batch {
  readonly #sql: Sql;
  readonly #accountIds: readonly string[];
  readonly #claimed: readonly Claim[];
  #isEnding = false;

  constructor(
    private readonly client: PoolClient,
    private readonly store: BooksStore,
    private readonly now: Date,
    private readonly works: readonly Work[],
  ) {
    this.#sql = sqlOfClient(client);
    this.#accountIds = [...new Set(works.map(({ accountId }) => accountId))];
    this.#claimed = works.flatMap(({ claim }) => claim ?? []);
  }

  /** @throws an error that `isClaimed` knows where a key was used before */
  async commitNew(): Promise<Outcome<unknown>[]> {
    const [begun, locked, { claims, claiming }] = inOneWrite(this.client, () => [
      ...this.#open(),
      // Behind the locks: nobody else can be at these keys.
      BatchClaims.claimNew(this.#sql, this.#claimed, this.now),
    ]);
    const opening = allOf([begun, locked, claiming]);
    // Waited for only once all is decided: what fails before that must not be taken for forgotten.
    opening.catch(() => undefined);
    const states = await locked.catch(async () => (await opening)[1]);
    return this.#decideAndWrite(states, claims, opening);
  }

  /** The same with keys that may have been used before. */
  async commitAny(): Promise<Outcome<unknown>[]> {
    const [, states, claims] = await allOf(
      inOneWrite(this.client, () => [...this.#open(), BatchClaims.claim(this.#sql, this.#claimed, this.now)]),
    );
    await readForReplays(this.#sql, this.store, states, this.works, claims);
    return this.#decideAndWrite(states, claims, Promise.resolve());
  }

  /** After a failure. A commit that was sent has ended the transaction, as a rollback. */
  async rollBack(): Promise<void> {
    if (!this.#isEnding) await this.client.query('rollback');
  }

  #open() {
    const named = references(this.works, () => null);
    return [
      this.client.query('begin'),
      this.store.lock(this.#sql, { accountIds: this.#accountIds, ...named, now: this.now }),
    ] as const;
  }

  /** Sends the writes and the commit, in chunks, each as soon as it is decided. All of it hangs on what `opening` says. */
  async #decideAndWrite(
    states: ReadonlyMap<string, BooksState>,
    claims: BatchClaims,
    opening: Promise<unknown>,
  ): Promise<Outcome<unknown>[]> {
    const outcomes: Outcome<unknown>[] = [];
    const writes: Promise<unknown>[] = [];
    try {
      const opened = new Map([...states].map(([id, state]) => [id, new Books(state, this.now)]));
      for (const books of opened.values()) soundly(books.accountId, () => books.settle());
      for (let start = 0; start < this.works.length; start += worksPerChunk) {
        const end = start + worksPerChunk;
        const audited: AuditRow[] = [];
        for (const work of this.works.slice(start, end)) {
          outcomes.push(decide(work, opened.get(work.accountId), claims, audited));
        }
        // All parameters are made before anything is sent: what fails here must not leave half a chunk to the commit.
        const statements = [
          ...this.store.saving(this.#sql, opened.values()),
          ...claims.saving(this.#sql, this.now),
          ...auditLogStore.appending(this.#sql, audited),
        ];
        inOneWrite(this.client, () => {
          for (const send of statements) writes.push(send());
          if (end < this.works.length) return;
          this.#isEnding = true;
          writes.push(this.client.query('commit'));
        });
      }
    } catch (error) {
      // What was written is rolled back; whether that failed as well is of no interest any more.
      await Promise.allSettled(writes);
      await opening;
      throw error;
    }
    await allOf([opening, ...writes]);
    return outcomes;
  }
}

function decide(
  work: Work,
  books: Books | undefined,
  claims: BatchClaims,
  audited: AuditRow[],
): Outcome<unknown> {
  const { accountId, claim } = work;
  return soundly(accountId, () => {
    try {
      if (!books) throw notFound('Account');
      const made = claim && claims.madeBefore(claim);
      if (made !== null) return { result: work.replay(books, made) };
      const result = work.apply(books);
      if (claim) claims.use(claim);
      if (work.audited) audited.push(work.audited);
      return { result };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (claim) claims.refuse(claim);
      return { error };
    }
  });
}

/** Works that were done before are answered from what they made, which has to be read. */
async function readForReplays(
  sql: Sql,
  store: BooksStore,
  states: ReadonlyMap<string, BooksState>,
  works: readonly Work[],
  claims: BatchClaims,
): Promise<void> {
  const made = ({ claim }: Work) => claim && claims.resourceOf(claim);
  const replayed = works.filter((work) => made(work) !== null);
  if (replayed.length === 0) return;
  await store.readNamed(sql, states, references(replayed, made));
}

function references(works: readonly Work[], made: (work: Work) => string | null): NamedRows {
  const holds: Reference[] = [];
  const lots: Reference[] = [];
  for (const work of works) {
    const { holdId, lotId } = work.reads(made(work));
    if (holdId !== undefined) holds.push([work.accountId, holdId]);
    if (lotId !== undefined) lots.push([work.accountId, lotId]);
  }
  return { holds, lots };
}

function soundly<T>(accountId: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UnsoundBooks(accountId, error);
  }
}
