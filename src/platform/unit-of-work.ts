import { setTimeout as sleep } from 'node:timers/promises';
import { type EntityManager, IsolationLevel, type MikroORM } from '@mikro-orm/postgresql';
import { isRetryable } from './database/error-code.js';
import type { Log } from './log.js';

const maxAttempts = 5;
const retryBaseMs = 10;

/** The one place that begins and commits transactions. Services receive its manager and never commit. */
export class UnitOfWork {
  constructor(
    private readonly orm: MikroORM,
    private readonly log: Log,
  ) {}

  /**
   * Runs `work` in one transaction on a fresh identity map; it commits when `work` resolves and rolls back
   * when it rejects. Deadlocks and serialization failures are tried again, so `work` must have no effect
   * outside the database: no call to Stripe belongs in it.
   */
  async run<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.orm.em.fork().transactional(work, { clear: true });
      } catch (error) {
        if (attempt >= maxAttempts || !isRetryable(error)) throw error;
        this.log.debug({ attempt, err: error }, 'transaction retried');
        await sleep(retryBaseMs * 2 ** attempt * Math.random());
      }
    }
  }

  /** Reads several times from one state of the database, in which no other transaction is half seen. */
  snapshot<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    const options = { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true, clear: true };
    return this.orm.em.fork().transactional(work, options);
  }

  /** Reads outside any transaction, on a fresh identity map. */
  read<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    return work(this.orm.em.fork());
  }
}
