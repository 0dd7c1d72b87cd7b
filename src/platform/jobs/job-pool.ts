import { Pool, type PoolClient } from 'pg';
import { bounded, requestBounds } from '../database/bounds.js';
import { warnOfLostConnections } from '../database/lost-connections.js';
import { asUnavailable } from '../database/unavailable.js';
import type { Log } from '../log.js';

/** PostgreSQL: cannot_connect_now. Of what an outage looks like, graphile-worker tries only this again, with pauses. */
const cannotConnectNow = '57P03';

/**
 * The connections of the job runner. When a job has ended, graphile-worker records that without anybody waiting for
 * it: a failure would be an unhandled rejection and end the process, and the job would stay locked. So whatever says
 * that the database is not there now gets the code that makes graphile-worker try again.
 */
export class JobPool extends Pool {
  constructor(databaseUrl: string, max: number, log: Log) {
    super({ connectionString: databaseUrl, max, allowExitOnIdle: true, ...bounded(requestBounds) });
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
    // Who still wants to try again when the runner has stopped need not hear of it: the job runs again elsewhere.
    if (this.ending) return new Promise(() => undefined);
    return super.connect().catch(tryAgain);
  }
}

function tryAgain(error: unknown): never {
  if (!asUnavailable(error)) throw error;
  throw Object.assign(new Error((error as Error).message, { cause: error }), { code: cannotConnectNow });
}
