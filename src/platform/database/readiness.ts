import { setTimeout as sleep } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/postgresql';

/** Less than those who ask are used to wait for an answer. */
const answerTimeoutMs = 3_000;

/** What keeps the database from serving: "database" where it does not answer, "migrations" where it is behind. */
export async function databaseFailings(orm: MikroORM): Promise<readonly string[]> {
  if (!(await inTime(orm.isConnected()))) return ['database'];
  const pending = await orm.migrator.getPending();
  return pending.length > 0 ? ['migrations'] : [];
}

/** A database that hangs is as good as none. */
async function inTime(answer: Promise<boolean>): Promise<boolean> {
  const over = new AbortController();
  const late = sleep(answerTimeoutMs, false, { signal: over.signal }).catch(() => false);
  return Promise.race([answer, late]).finally(() => over.abort());
}
