import type { MikroORM } from '@mikro-orm/postgresql';

/** What keeps the database from serving: "database" where it does not answer, "migrations" where it is behind. */
export async function databaseFailings(orm: MikroORM): Promise<readonly string[]> {
  if (!(await orm.isConnected())) return ['database'];
  const pending = await orm.migrator.getPending();
  return pending.length > 0 ? ['migrations'] : [];
}
