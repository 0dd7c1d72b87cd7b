import type { Sql } from './sql.js';

/** What a cursor reads, and with which parameters. */
export interface CursorQuery {
  /** Names the cursor; no two that are open in a transaction may have the same. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * The rows of a query, two batches in memory at a time, however many there are. The query runs when the first row is
 * asked for; from then on the next batch is on its way while one is used. It lives in a transaction; `sql` sends
 * statements in turn, see `queued`.
 */
export class RowCursor<Row> {
  #batch: readonly Row[] = [];
  #at = 0;
  #ahead: Promise<readonly Row[]> | null = null;

  constructor(
    private readonly sql: Sql,
    private readonly query: CursorQuery,
    private readonly rowsPerBatch: number,
  ) {
    const { name, text, values } = query;
    sql.query({ text: `declare ${name} no scroll cursor for ${text}` }, values).catch(ignore);
  }

  /** The row that is next, where it is here already. */
  get here(): Row | undefined {
    return this.#batch[this.#at];
  }

  /**
   * The row that is next, when it has come; undefined after the last one, of which the database is asked no more. For when
   * it is not `here`.
   */
  async arriving(): Promise<Row | undefined> {
    this.#ahead ??= this.#fetch();
    this.#batch = await this.#ahead;
    this.#at = 0;
    if (this.#batch.length > 0) this.#ahead = this.#fetch();
    return this.here;
  }

  /** Goes on to the row after this one. */
  advance(): void {
    this.#at += 1;
  }

  /** Before the transaction ends. Never rejects: where the cursor failed, whoever read it was told. */
  async close(): Promise<void> {
    await this.sql.query({ text: `close ${this.query.name}` }, []).catch(ignore);
  }

  #fetch(): Promise<Row[]> {
    const text = `fetch forward ${this.rowsPerBatch} from ${this.query.name}`;
    const fetched = this.sql.query<Row>({ text }, []);
    // Whoever takes the batch is told.
    fetched.catch(ignore);
    return fetched;
  }
}

const ignore = () => undefined;

/** Sends each statement when those ahead of it are answered; callers need not wait for that. */
export function queued(sql: Sql): Sql {
  let last: Promise<unknown> = Promise.resolve();
  return {
    pipelined: false,
    query<Row>(statement: Parameters<Sql['query']>[0], values: readonly unknown[]): Promise<Row[]> {
      const answer = last.then(() => sql.query<Row>(statement, values));
      last = answer.catch(ignore);
      return answer;
    },
  };
}
