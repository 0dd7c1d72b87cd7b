import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import type { Clock } from '../platform/clock.js';
import { pooled, sharedBounds } from '../platform/database/bounds.js';
import { errorCodeOf, isRetryable } from '../platform/database/error-code.js';
import { warnOfLostConnections } from '../platform/database/lost-connections.js';
import { sqlOfPool } from '../platform/database/sql.js';
import { asUnavailable, isLockTimeout } from '../platform/database/unavailable.js';
import { DomainError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import type { AccountWork, Outcome } from './account-work.js';
import { commitBatch, UnsoundBooks } from './batch.js';
import type { BooksStore } from './books.store.js';
import { WorkQueue } from './work-queue.js';

/** Transactions at once: one is decided while others are written. */
const lanes = 3;
const maxWorksPerBatch = 1_000;
/** Of different accounts fewer, so that they are divided among the lanes: one account's have to be in one. */
const maxAccountsPerBatch = 350;
/** Works that wait for their turn; beyond it they are refused, not queued. */
const maxWaitingWorks = 20_000;
const maxWaitMs = 5_000;
const overdueCheckMs = 250;
const maxAttempts = 5;
const retryBaseMs = 10;
/** How often a work waits for its account's lock before it is refused. */
const maxLockWaits = 2;

type Work = AccountWork<unknown>;

/** Works to be tried again by themselves. */
interface Part {
  readonly works: readonly WaitingWork[];
  /** How often they have waited for a lock in vain. */
  readonly lockWaits: number;
}

interface WaitingWork {
  readonly accountId: string;
  readonly work: Work;
  readonly deadlineMs: number;
  answer(outcome: Outcome<unknown>): void;
}

/**
 * Group commit: works that arrive while a transaction is under way share the next one, of many accounts and of the
 * same account alike. Each has an outcome of its own, and is answered only when that is committed. Several
 * processes may do this on one database: the accounts' locks keep them apart.
 */
export class GroupCommit {
  readonly #queue = new WorkQueue<WaitingWork>();
  #pool: Promise<Pool> | null = null;
  #busyLanes = 0;
  #scheduled = false;
  #overdueTimer: NodeJS.Timeout | null = null;
  #onIdle: (() => void) | null = null;

  constructor(
    /** How the ORM connects; its own connections are left to requests. */
    private readonly connection: () => Promise<Pool['options']>,
    private readonly store: BooksStore,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * @throws DomainError as the work does; RATE_LIMITED where too many wait, or it waited too long; UNAVAILABLE where
   * the database did not do it in time
   */
  async submit<Result>(work: AccountWork<Result>): Promise<Result> {
    const [outcome] = await this.submitAll([work]);
    if (outcome && 'result' in outcome) return outcome.result;
    throw outcome?.error;
  }

  /**
   * The outcome of each.
   * @throws DomainError RATE_LIMITED where they do not all find room in the queue; then none was done
   */
  submitAll<Result>(works: readonly AccountWork<Result>[]): Promise<Outcome<Result>[]> {
    if (this.#queue.size + works.length > maxWaitingWorks) return Promise.reject(tooMany());
    if (works.length === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      const outcomes: Outcome<Result>[] = new Array(works.length);
      let left = works.length;
      const deadlineMs = performance.now() + maxWaitMs;
      works.forEach((work, i) => {
        this.#queue.add({
          accountId: work.accountId,
          work: work as Work,
          deadlineMs,
          answer: (outcome) => {
            outcomes[i] = outcome as Outcome<Result>;
            left -= 1;
            if (left === 0) resolve(outcomes);
          },
        });
      });
      this.#schedule();
    });
  }

  /** Waits for what is under way, and disconnects. */
  async close(): Promise<void> {
    if (!this.#queue.idle) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    if (this.#overdueTimer) clearInterval(this.#overdueTimer);
    await (await this.#pool)?.end();
  }

  /** A database that is down when it is first needed must not be given up for good. */
  #connected(): Promise<Pool> {
    this.#pool ??= this.#connect().catch((error: unknown) => {
      this.#pool = null;
      throw error;
    });
    return this.#pool;
  }

  async #connect(): Promise<Pool> {
    // The planner guesses at the length of an array each time, and wrongly; its generic plans are the right ones.
    const options = '-c plan_cache_mode=force_generic_plan';
    const connection = await this.connection();
    const pool = new Pool({
      ...connection,
      ...pooled(sharedBounds),
      // Not enumerable, so that it is not logged by accident.
      password: connection.password,
      min: 0,
      max: lanes,
      pipeline: true,
      options,
    });
    warnOfLostConnections(pool, this.log, 'the group commit');
    return pool;
  }

  /** At the end of this turn of the event loop, so that all that arrives in it comes along. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#busyLanes < lanes) {
      const batch = this.#queue.take(maxWorksPerBatch, maxAccountsPerBatch);
      if (batch.length === 0) break;
      this.#busyLanes += 1;
      void this.#run(batch).then((answers) => {
        this.#busyLanes -= 1;
        this.#queue.done(new Set(batch.map(({ accountId }) => accountId)));
        // Before the answers, so that the database has the next batch while callers go on.
        this.#pump();
        for (const answer of answers) answer();
        if (this.#queue.idle) this.#onIdle?.();
      });
    }
    this.#watchOverdue();
  }

  /** Nobody waits for long behind a database that does not answer. */
  #watchOverdue(): void {
    if (this.#queue.size === 0 || this.#overdueTimer) return;
    this.#overdueTimer = setInterval(() => {
      for (const { answer } of this.#queue.takeOverdue(performance.now())) answer({ error: tooMany() });
      if (this.#queue.size > 0 || !this.#overdueTimer) return;
      clearInterval(this.#overdueTimer);
      this.#overdueTimer = null;
    }, overdueCheckMs).unref();
  }

  /** Commits a batch; where part of it cannot be, the rest still is. Resolves with what tells its callers. Never rejects. */
  async #run(batch: readonly WaitingWork[], lockWaits = 0): Promise<(() => void)[]> {
    try {
      const outcomes = await this.#commit(batch.map(({ work }) => work));
      return batch.map(({ answer }, i) => {
        const outcome = outcomes[i] ?? { error: new Error('A work has no outcome.') };
        return () => answer(outcome);
      });
    } catch (error) {
      const [parts, sick] = isLockTimeout(error)
        ? await this.#aroundLocks(batch, lockWaits + 1)
        : partition(batch, error);
      const failure = { error: asUnavailable(error) ?? error };
      const answers = sick.map(
        ({ answer }) =>
          () =>
            answer(failure),
      );
      for (const { works, lockWaits } of parts) {
        // Those that are done need not wait for those that still wait themselves.
        for (const answer of answers.splice(0)) answer();
        answers.push(...(await this.#run(works, lockWaits)));
      }
      return answers;
    }
  }

  /** What to do about a batch that waited in vain because somebody holds the locks of some of its accounts. */
  async #aroundLocks(batch: readonly WaitingWork[], lockWaits: number): Promise<Partition> {
    const locked = await this.#lockedAmong(batch).catch(() => null);
    if (!locked) return [[], batch];
    const free = batch.filter(({ accountId }) => !locked.has(accountId));
    const others = batch.filter(({ accountId }) => locked.has(accountId));
    // Not their accounts' locks, or these are free again: which work it was, halving tells.
    if (others.length === 0)
      return lockWaits < maxLockWaits ? [[{ works: batch, lockWaits }], []] : halves(batch);
    const isOver = free.length === 0 || lockWaits >= maxLockWaits;
    const freed = free.length === 0 ? [] : [{ works: free, lockWaits: 0 }];
    return isOver ? [freed, others] : [[...freed, { works: others, lockWaits }], []];
  }

  async #lockedAmong(batch: readonly WaitingWork[]): Promise<ReadonlySet<string>> {
    const accountIds = [...new Set(batch.map(({ accountId }) => accountId))];
    return new Set(await this.store.lockedAccounts(sqlOfPool(await this.#connected()), accountIds));
  }

  async #commit(works: readonly Work[]): Promise<Outcome<unknown>[]> {
    for (let attempt = 1; ; attempt++) {
      const client = await (await this.#connected()).connect();
      try {
        const outcomes = await commitBatch(client, this.store, this.clock, works);
        client.release();
        return outcomes;
      } catch (error) {
        const undone = await client.query('rollback').then(
          () => true,
          () => false,
        );
        client.release(!undone);
        if (attempt >= maxAttempts || !isRetryable(error)) throw error;
        this.log.debug({ attempt, err: error }, 'batch retried');
        await sleep(retryBaseMs * 2 ** attempt * Math.random());
      }
    }
  }
}

/** The parts of a batch to try again by themselves, and the works that failed for good. */
type Partition = readonly [parts: readonly Part[], sick: readonly WaitingWork[]];

/** What to do about a batch that failed. */
function partition(batch: readonly WaitingWork[], error: unknown): Partition {
  if (error instanceof UnsoundBooks) {
    const others = batch.filter(({ accountId }) => accountId !== error.accountId);
    const own = batch.filter(({ accountId }) => accountId === error.accountId);
    return [others.length > 0 ? [{ works: others, lockWaits: 0 }] : [], own];
  }
  return isOfOneRow(error) ? halves(batch) : [[], batch];
}

function halves(batch: readonly WaitingWork[]): Partition {
  if (batch.length === 1) return [[], batch];
  const middle = Math.ceil(batch.length / 2);
  const parts = [batch.slice(0, middle), batch.slice(middle)];
  return [parts.map((works) => ({ works, lockWaits: 0 })), []];
}

/** PostgreSQL's classes of data exceptions and of violated constraints: some row of the batch is at fault. */
const isOfOneRow = (error: unknown): boolean => /^2[23]...$/.test(String(errorCodeOf(error)));

const tooMany = (): DomainError =>
  new DomainError('RATE_LIMITED', 'Too much is waiting to be booked. Try again shortly, with the same key.');
