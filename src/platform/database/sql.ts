import type { Writable } from 'node:stream';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { CompiledQuery, type Kysely } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { errorCodeOf } from './error-code.js';

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

/** The same, on the connections of the ORM, whose pool is looked up at the first statement. */
export function sqlOfOrm(orm: MikroORM): Sql {
  let sql: Promise<Sql> | null = null;
  return {
    pipelined: true,
    async query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
      sql ??= poolOf(orm).then(sqlOfPool);
      return (await sql).query<Row>(statement, values);
    },
  };
}

/** On this connection. */
export const sqlOfClient = (client: PoolClient): Sql => ({
  pipelined: client.pipeline,
  query: runOn(client),
});

const runOn =
  (client: Pick<Pool | PoolClient, 'query'>): Sql['query'] =>
  async <Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> =>
    (await client.query({ ...statement, values: values as unknown[] })).rows as Row[];

/** PostgreSQL's in_failed_sql_transaction: a statement failed because one ahead of it had. */
const failedBefore = '25P02';

/**
 * Waits for statements of a transaction that were sent one after the other, and fails as the first of them did that
 * failed by itself. Promise.all would fail as the one whose answer takes the shortest way here.
 */
export async function allOf<const Sent extends readonly unknown[]>(sent: Sent) {
  const reasons: unknown[] = [];
  for (const result of await Promise.allSettled(sent))
    if (result.status === 'rejected') reasons.push(result.reason);
  if (reasons.length > 0) throw reasons.find((reason) => !isFailedBefore(reason)) ?? reasons[0];
  return Promise.all(sent);
}

const isFailedBefore = (reason: unknown): boolean => errorCodeOf(reason) === failedBefore;

/**
 * Whatever `send` sends on a pipelined connection before it returns leaves in one write. The driver has a write, and
 * so a system call, for each statement otherwise, which costs more than a small one itself.
 */
export function inOneWrite<T>(client: PoolClient, send: () => T): T {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Writable } }).connection;
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}

/** Runs statements one after the other, in one round trip where the connection allows that. */
export async function inTurn(sql: Sql, statements: readonly (() => Promise<unknown>)[]): Promise<void> {
  if (sql.pipelined) await allOf(statements.map((run) => run()));
  else for (const run of statements) await run();
}

/** The pool of connections that the ORM uses. */
export const poolOf = (orm: MikroORM): Promise<Pool> => orm.em.getConnection().getNativeClient();
