import { type BillingType, holdTypes, isRare, isRareSql } from '../ledger/operation.js';
import { Coalescer } from '../platform/coalesce.js';
import type { MicroCredits } from '../platform/credits.js';
import { literals } from '../platform/database/literals.js';
import type { Sql, Statement } from '../platform/database/sql.js';
import type { Money } from '../platform/money.js';
import { type JournalPosition, parametersOf } from './journal-position.js';

/** One line of an account's billing history. */
export interface HistoryEntry {
  /** Its place in the account's journal: in the order of commits. */
  readonly seq: bigint;
  readonly type: BillingType;
  readonly description: string;
  /** Signed. */
  readonly credits: MicroCredits;
  /** Signed; null where no money moved. */
  readonly money: Money | null;
  readonly stripePaymentIntentId: string | null;
  readonly stripeRefundId: string | null;
  readonly createdAt: Date;
}

export interface HistoryQuery {
  readonly accountId: string;
  /** Only entries older than this one. */
  readonly before: JournalPosition | null;
  /** Null: all types. */
  readonly types: readonly BillingType[] | null;
  readonly limit: number;
}

export interface FoundEntries {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
  /** Where the search was given up, after `maxSkippedRows`, before it had found `limit`; null: it was not. */
  readonly givenUpAt: JournalPosition | null;
}

interface HistoryRow {
  /** Which of the questions it answers, from 1. */
  readonly place: string;
  /** Whether it is what was looked for, and not only the last that was looked at. */
  readonly wanted: boolean;
  /** Whether it is the last that was looked at. */
  readonly last: boolean;
  readonly seq: string;
  readonly type: BillingType;
  readonly description: string;
  readonly credits: string;
  readonly money_amount: string | null;
  readonly money_currency: string | null;
  readonly stripe_payment_intent_id: string | null;
  readonly stripe_refund_id: string | null;
  readonly created_at: string;
}

/**
 * How many rows of the journal, besides those on the page, are looked at for it: between two entries may lie any
 * number of holds. An index without them would bound a page as well, but every USAGE would pay for it.
 */
export const maxSkippedRows = 5_000;
/** A page has up to a hundred rows, so few of them share a read. */
const maxPagesPerRead = 20;

/**
 * The pages that $1 to $4 ask for, one below the other. Each walks an index backwards from its position and stops
 * when it is full, so that it costs the same however long the history is: neither do newer and older partitions
 * count, whose scans are not begun. What looks roundabout makes sure of that:
 * - A bound that the planner does not know it takes for a tenth of the rows, and orders by the index. Were it told
 *   5,000, it would rather sort all rows of an account that it believes has fewer.
 * - By the parameters as subqueries it knows no more of them than without them. So it keeps one plan, instead of
 *   looking into all partitions for each page to make a better one.
 * - Payments and refunds as subqueries cannot but be looked up by key.
 */
const pagesOf = (rows: string, wanted: string) => `
  select asked.place, page.*
    from unnest((select $1::text[]), (select $2::timestamptz[]), (select $3::bigint[]), (select $4::int[])) with ordinality
      as asked (account_id, before_at, before_seq, rows, place)
    cross join lateral (
      select ${wanted} as wanted, nth = asked.rows + ${maxSkippedRows} as last, seq, type, description, credits,
        money_amount, money_currency, created_at,
        (select p.stripe_payment_intent_id from payments p where p.id = payment_id) as stripe_payment_intent_id,
        (select r.stripe_refund_id from refunds r where r.id = refund_id) as stripe_refund_id
      from (
        select *, row_number() over (order by created_at desc, seq desc) as nth
        from ledger_operations
        where account_id = asked.account_id
          and created_at <= asked.before_at and (created_at, seq) < (asked.before_at, asked.before_seq)
          and ${rows}
        order by created_at desc, seq desc
        limit asked.rows + ${maxSkippedRows}) looked_at
      where ${wanted} or nth = asked.rows + ${maxSkippedRows}
      order by created_at desc, seq desc
      limit asked.rows) page
   order by asked.place, page.created_at desc, page.seq desc`;

const isBilling = `type not in (${literals(holdTypes)})`;
const readPages: Statement = { name: 'read_history_pages', text: pagesOf('true', isBilling) };
const readPagesOfTypes: Statement = {
  name: 'read_history_pages_of_types',
  text: pagesOf('true', 'type = any($5::text[])'),
};
/** Says literally what the index of rare types says, which is used for no other reason. */
const readPagesOfRareTypes: Statement = {
  name: 'read_history_pages_of_rare_types',
  text: pagesOf(isRareSql, 'type = any($5::text[])'),
};

/** History is read off the journal, by its key: a page costs the same however long the history is. */
export class HistoryStore {
  readonly #pages = new Coalescer(
    (questions: readonly HistoryQuery[]) => this.#read(readPages, questions, []),
    { maxQuestionsPerRead: maxPagesPerRead },
  );

  constructor(private readonly sql: Sql) {}

  async page(query: HistoryQuery): Promise<FoundEntries> {
    const { types } = query;
    if (types === null) return this.#pages.ask(query);
    const statement = types.every(isRare) ? readPagesOfRareTypes : readPagesOfTypes;
    const [page] = await this.#read(statement, [query], [types]);
    return page as FoundEntries;
  }

  async #read(
    statement: Statement,
    queries: readonly HistoryQuery[],
    more: readonly unknown[],
  ): Promise<FoundEntries[]> {
    const pages: HistoryRow[][] = queries.map(() => []);
    for (const row of await this.sql.query<HistoryRow>(statement, [...askedBy(queries), ...more])) {
      pages[Number(row.place) - 1]?.push(row);
    }
    return pages.map(foundIn);
  }
}

function askedBy(queries: readonly HistoryQuery[]): unknown[][] {
  const positions = queries.map(({ before }) => parametersOf(before));
  return [
    queries.map(({ accountId }) => accountId),
    positions.map(([at]) => at),
    positions.map(([, seq]) => seq),
    queries.map(({ limit }) => limit),
  ];
}

function foundIn(rows: readonly HistoryRow[]): FoundEntries {
  const last = rows.at(-1);
  return {
    entries: rows.filter(({ wanted }) => wanted).map(toEntry),
    givenUpAt: last?.last ? { at: new Date(last.created_at), seq: BigInt(last.seq) } : null,
  };
}

const toEntry = (row: HistoryRow): HistoryEntry => ({
  seq: BigInt(row.seq),
  type: row.type,
  description: row.description,
  credits: BigInt(row.credits),
  money:
    row.money_amount === null || row.money_currency === null
      ? null
      : { amount: BigInt(row.money_amount), currency: row.money_currency },
  stripePaymentIntentId: row.stripe_payment_intent_id,
  stripeRefundId: row.stripe_refund_id,
  createdAt: new Date(row.created_at),
});
