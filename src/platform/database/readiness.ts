import { setTimeout as sleep } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/postgresql';
import { sqlOfOrm } from './sql.js';

/** Less than those who ask are used to wait for an answer. */
const answerTimeoutMs = 3_000;

/** "on" in a standby as well. */
const readOnly = { name: 'read_only', text: `select current_setting('transaction_read_only') = 'on' as yes` };

/**
 * What keeps the database from serving: "database" where it does not answer or lets only read, "migrations" where it
 * is behind.
 */
export async function databaseFailings(orm: MikroORM): Promise<readonly string[]> {
  if (!(await inTime(isWritable(orm)))) return ['database'];
  const pending = await orm.migrator.getPending();
  return pending.length > 0 ? ['migrations'] : [];
}

async function isWritable(orm: MikroORM): Promise<boolean> {
  const [row] = await sqlOfOrm(orm)
    .query<{ yes: boolean }>(readOnly, [])
    .catch(() => []);
  return row?.yes === false;
}

/** A database that hangs is as good as none. */
async function inTime(answer: Promise<boolean>): Promise<boolean> {
  const over = new AbortController();
  const late = sleep(answerTimeoutMs, false, { signal: over.signal }).catch(() => false);
  return Promise.race([answer, late]).finally(() => over.abort());
}
