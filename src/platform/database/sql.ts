import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { CompiledQuery, type Kysely } from 'kysely';
import type { Pool, PoolClient } from 'pg';

/** A statement with parameters $1, $2, …; by its name each connection prepares it once, without one each time. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

/**
 * Runs statements on a connection of the ORM's pool, past its unit of work and its query builder. For the
 * hot paths, where those cost several times what the statement does.
 */
export interface Sql {
  query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

/** In the transaction that `em` is in. */
export const sqlOf = (em: EntityManager): Sql => ({
  async query<Row>({ text }: Statement, values: readonly unknown[]): Promise<Row[]> {
    const executor = em.getTransactionContext<Kysely<unknown>>() ?? em.getKysely();
    const { rows } = await executor.executeQuery<Row>(CompiledQuery.raw(text, [...values]));
    return rows;
  },
});

/** Each statement a transaction of its own, on whichever connection is free. */
export const sqlOfPool = (pool: Pool): Sql => sqlOfClient(pool);

/** On this connection. */
export const sqlOfClient = (client: Pick<Pool | PoolClient, 'query'>): Sql => ({
  async query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    return (await client.query({ ...statement, values: values as unknown[] })).rows as Row[];
  },
});

/** The pool of connections that the ORM uses. */
export const poolOf = (orm: MikroORM): Promise<Pool> => orm.em.getConnection().getNativeClient();

/** As `sqlOfPool` of the ORM's pool, which is looked up at the first statement. */
export function sqlOfOrm(orm: MikroORM): Sql {
  let sql: Promise<Sql> | null = null;
  return {
    async query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
      sql ??= poolOf(orm).then(sqlOfPool);
      return (await sql).query<Row>(statement, values);
    },
  };
}
