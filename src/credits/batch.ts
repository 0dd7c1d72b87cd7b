import type { PoolClient } from 'pg';
import type { Clock } from '../platform/clock.js';
import { inOneWrite, type Sql, sqlOfClient } from '../platform/database/sql.js';
import { DomainError, notFound } from '../platform/errors.js';
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
 * @throws UnsoundBooks, or what the database says; then nothing was done
 */
export async function commitBatch(
  client: PoolClient,
  store: BooksStore,
  clock: Clock,
  works: readonly Work[],
): Promise<Outcome<unknown>[]> {
  const sql = sqlOfClient(client);
  const now = clock.now();
  const accountIds = [...new Set(works.map(({ accountId }) => accountId))];
  const claimed = works.flatMap(({ claim }) => claim ?? []);
  const [, states, claims] = await Promise.all(
    inOneWrite(
      client,
      () =>
        [
          client.query('begin'),
          store.lock(sql, { accountIds, ...references(works, () => null), now }),
          // Behind the locks: nobody else can be at these keys.
          BatchClaims.claim(sql, claimed, now),
        ] as const,
    ),
  );
  await readForReplays(sql, store, states, works, claims);
  const opened = new Map([...states].map(([id, state]) => [id, new Books(state, now)]));
  for (const books of opened.values()) soundly(books.accountId, () => books.settle());

  const outcomes: Outcome<unknown>[] = [];
  const writes: Promise<unknown>[] = [];
  try {
    for (let start = 0; start < works.length; start += worksPerChunk) {
      const end = start + worksPerChunk;
      for (const work of works.slice(start, end)) {
        outcomes.push(decide(work, opened.get(work.accountId), claims));
      }
      // All parameters are made before anything is sent: what fails here must not leave half a chunk to the commit.
      const statements = [...store.saving(sql, opened.values()), ...claims.saving(sql, now)];
      inOneWrite(client, () => {
        for (const send of statements) writes.push(send());
        if (end >= works.length) writes.push(client.query('commit'));
      });
    }
  } catch (error) {
    // What was written is rolled back; whether that failed as well is of no interest any more.
    await Promise.allSettled(writes);
    throw error;
  }
  await Promise.all(writes);
  return outcomes;
}

function decide(work: Work, books: Books | undefined, claims: BatchClaims): Outcome<unknown> {
  const { accountId, claim } = work;
  return soundly(accountId, () => {
    try {
      if (!books) throw notFound('Account');
      const made = claim && claims.madeBefore(claim);
      if (made !== null) return { result: work.replay(books, made) };
      const result = work.apply(books);
      if (claim) claims.use(claim);
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
