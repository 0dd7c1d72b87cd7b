import type { PoolClient } from 'pg';
import type { Clock } from '../platform/clock.js';
import { allOf, type Sql, sqlOfClient } from '../platform/database/sql.js';
import { DomainError, notFound } from '../platform/errors.js';
import { type Claim, type ClaimKey, claims } from '../platform/idempotency/claims.store.js';
import { keyReused } from '../platform/idempotency/idempotency.js';
import type { AccountWork, Outcome, WorkKey } from './account-work.js';
import { Books } from './books.js';
import type { BooksStore, OpeningState, Reference } from './books.store.js';

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
  const keyed = works.flatMap((work) => (work.key ? [claimKey(work.accountId, work.key)] : []));
  const [, states, found] = await allOf([
    client.query('begin'),
    store.lock(sql, {
      accountIds: [...new Set(works.map(({ accountId }) => accountId))],
      ...references(works, () => null),
      now,
    }),
    claims.find(sql, keyed),
  ]);
  const known = new Map(found.map((claim) => [nameOf(claim), claim]));
  await readForReplays(sql, store, states, works, known);
  const opened = new Map([...states].map(([id, state]) => [id, new Books(state, now)]));
  for (const books of opened.values()) soundly(books.accountId, () => books.settle());

  const outcomes: Outcome<unknown>[] = [];
  const writes: Promise<unknown>[] = [];
  try {
    for (let start = 0; start < works.length; start += worksPerChunk) {
      const made: Claim[] = [];
      for (const work of works.slice(start, start + worksPerChunk)) {
        outcomes.push(decide(work, opened.get(work.accountId), known, made));
      }
      writes.push(store.save(sql, opened.values()), claims.insert(sql, made, now));
    }
  } catch (error) {
    // What was written is rolled back; whether that failed as well is of no interest any more.
    await Promise.allSettled(writes);
    throw error;
  }
  await allOf([...writes, client.query('commit')]);
  return outcomes;
}

function decide(
  work: Work,
  books: Books | undefined,
  known: Map<string, Claim>,
  made: Claim[],
): Outcome<unknown> {
  if (!books) return { error: notFound('Account') };
  const { accountId, key } = work;
  const name = key && nameOf(claimKey(accountId, key));
  const earlier = name === null ? undefined : known.get(name);
  return soundly(accountId, () => {
    try {
      if (earlier) {
        if (earlier.requestHash !== key?.requestHash) throw keyReused();
        return { result: work.replay(books, earlier.resource) };
      }
      const { result, resource } = work.apply(books);
      if (key && name !== null) {
        const claim = { ...claimKey(accountId, key), requestHash: key.requestHash, resource };
        known.set(name, claim);
        made.push(claim);
      }
      return { result };
    } catch (error) {
      if (error instanceof DomainError) return { error };
      throw error;
    }
  });
}

/** Works that were done before are answered from what they made, which has to be read. */
async function readForReplays(
  sql: Sql,
  store: BooksStore,
  states: ReadonlyMap<string, OpeningState>,
  works: readonly Work[],
  known: ReadonlyMap<string, Claim>,
): Promise<void> {
  if (known.size === 0) return;
  const earlier = ({ accountId, key }: Work) =>
    (key && known.get(nameOf(claimKey(accountId, key)))?.resource) ?? null;
  const replayed = works.filter((work) => earlier(work) !== null);
  await store.readNamed(sql, states, references(replayed, earlier));
}

function references(works: readonly Work[], made: (work: Work) => string | null) {
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

const claimKey = (accountId: string, { operation, key }: WorkKey): ClaimKey => ({
  accountId,
  operation,
  key,
});

/** Account ids and operations have no spaces. */
const nameOf = ({ accountId, operation, key }: ClaimKey): string => `${accountId} ${operation} ${key}`;
