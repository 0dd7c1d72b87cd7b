import { Pool, type PoolClient } from 'pg';
import { pooled, requestBounds } from '../database/bounds.js';
import { warnOfLostConnections } from '../database/lost-connections.js';
import { asUnavailable } from '../database/unavailable.js';
import type { Log } from '../log.js';

/** serialization_failure: what graphile-worker repeats soonest, after 50 ms to 5 s, and up to a hundred times. */
const repeatedCode = '40001';

/**
 * The connections of the job runner. When a job has ended, graphile-worker records that without anybody waiting for
 * it: a failure would be an unhandled rejection and end the process, and the job would stay locked. So whatever says
 * that the database is not there now gets a code that makes graphile-worker try again. All its statements may be
 * repeated, for they name the jobs and who has locked them.
 */
export class JobPool extends Pool {
  #isAbandoned = false;

  constructor(databaseUrl: string, max: number, log: Log) {
    super({ connectionString: databaseUrl, max, allowExitOnIdle: true, ...pooled(requestBounds) });
    warnOfLostConnections(this, log, 'the job runner');
    this.on('connect', (client) => {
      const query = client.query.bind(client) as (...args: unknown[]) => unknown;
      client.query = ((...args: unknown[]) => {
        const answer = query(...args);
        return answer instanceof Promise ? answer.catch(tryAgain) : answer;
      }) as PoolClient['query'];
    });
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: Parameters<Pool['connect']>[0]): void;
  override connect(callback?: Parameters<Pool['connect']>[0]): unknown {
    if (callback) return super.connect(callback);
    if (this.#isOver) return neverAnswered();
    return super.connect().catch((error: unknown) => (this.#isOver ? neverAnswered() : tryAgain(error)));
  }

  /** Leaves its connections to whoever still uses them, for as long as the process lasts. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  /** Who still wants to try again when the runner has stopped need not hear of it: the job runs again elsewhere. */
  get #isOver(): boolean {
    return this.ending || this.#isAbandoned;
  }
}

const neverAnswered = (): Promise<never> => new Promise(() => undefined);

/** Of a broken connection's error only its words: the driver attaches the connection to it, with all that it knows. */
function tryAgain(error: unknown): never {
  if (!asUnavailable(error)) throw error;
  throw Object.assign(new Error((error as Error).message), { code: repeatedCode });
}
