import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { CompiledQuery, type Kysely } from 'kysely';
import type { Pool, PoolClient } from 'pg';

/** A statement with parameters $1, $2, …; by its name each connection prepares it once. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs statements on a connection of the ORM's pool, past its unit of work and its query builder. For the
 * hot paths, where those cost several times what the statement does.
 */
export interface Sql {
  /** Whether statements may be sent before those ahead of them are answered; they run in their order all the same. */
  readonly pipelined: boolean;
  query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

/** In the transaction that `em` is in. */
export const sqlOf = (em: EntityManager): Sql => ({
  pipelined: false,
  async query<Row>({ text }: Statement, values: readonly unknown[]): Promise<Row[]> {
    const executor = em.getTransactionContext<Kysely<unknown>>() ?? em.getKysely();
    const { rows } = await executor.executeQuery<Row>(CompiledQuery.raw(text, [...values]));
    return rows;
  },
});

/** Each statement a transaction of its own, on whichever connection is free. */
export const sqlOfPool = (pool: Pool): Sql => ({ pipelined: true, query: runOn(pool) });

/** The same, on the connections of the ORM. */
export const sqlOfOrm = (orm: MikroORM): Sql => ({
  pipelined: true,
  query: async (statement, values) => sqlOfPool(await poolOf(orm)).query(statement, values),
});

/** On this connection. */
export const sqlOfClient = (client: PoolClient): Sql => ({
  pipelined: client.pipeline,
  query: runOn(client),
});

const runOn =
  (client: Pick<Pool | PoolClient, 'query'>): Sql['query'] =>
  async <Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> =>
    (await client.query({ ...statement, values: values as unknown[] })).rows as Row[];

/**
 * Waits for statements that were sent one after the other, and fails as the first of them did that failed: those
 * after it failed only because it had. Promise.all would fail as the one whose answer takes the shortest way here.
 */
export async function allOf<const Sent extends readonly unknown[]>(sent: Sent) {
  for (const result of await Promise.allSettled(sent)) if (result.status === 'rejected') throw result.reason;
  return Promise.all(sent);
}

/** Runs statements one after the other, in one round trip where the connection allows that. */
export async function inTurn(sql: Sql, statements: readonly (() => Promise<unknown>)[]): Promise<void> {
  if (sql.pipelined) await allOf(statements.map((run) => run()));
  else for (const run of statements) await run();
}

/** The pool of connections that the ORM uses. */
export const poolOf = (orm: MikroORM): Promise<Pool> => orm.em.getConnection().getNativeClient();
