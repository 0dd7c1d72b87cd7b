import type { BillingType } from '../ledger/operation.js';
import { Coalescer } from '../platform/coalesce.js';
import type { MicroCredits } from '../platform/credits.js';
import type { Sql } from '../platform/database/sql.js';
import type { Money } from '../platform/money.js';

/** One line of an account's billing history. */
export interface HistoryEntry {
  /** Its place in the account's history: without gaps, in the order of commits. */
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
  readonly before: bigint | null;
  /** Null: all types. */
  readonly types: readonly BillingType[] | null;
  readonly limit: number;
}

interface HistoryRow {
  /** Which of the questions it answers, from 1. */
  readonly place: string;
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

/** Seqs end here: every entry is older. */
const endOfTime = 2n ** 63n - 1n;
/** A page has up to a hundred rows, so few of them share a read. */
const maxPagesPerRead = 20;

/** The pages that $1 to $3 ask for, one below the other. */
const pagesWhere = (condition: string) => `
  select asked.place, page.*
    from unnest($1::text[], $2::bigint[], $3::int[]) with ordinality as asked (account_id, before, rows, place)
    cross join lateral (
      select o.seq, o.type, o.description, o.credits, o.money_amount, o.money_currency, o.created_at,
        p.stripe_payment_intent_id, r.stripe_refund_id
      from ledger_operations o
      left join payments p on p.id = o.payment_id
      left join refunds r on r.id = o.refund_id
      where o.account_id = asked.account_id and o.seq < asked.before
        and o.type not in ('HOLD', 'RELEASE') and ${condition}
      order by o.seq desc
      limit asked.rows) page
   order by asked.place, page.seq desc`;

const readPages = { name: 'read_history_pages', text: pagesWhere('true') };
const readPageOfTypes = { name: 'read_history_page_of_types', text: pagesWhere('o.type = any($4)') };

/** History is read off the journal, by its key: a page costs the same however long the history is. */
export class HistoryStore {
  readonly #pages = new Coalescer((questions: readonly HistoryQuery[]) => this.#readPages(questions), {
    maxQuestionsPerRead: maxPagesPerRead,
  });

  constructor(private readonly sql: Sql) {}

  async page(query: HistoryQuery): Promise<HistoryEntry[]> {
    if (query.types === null) return this.#pages.ask(query);
    const rows = await this.sql.query<HistoryRow>(readPageOfTypes, [...askedBy([query]), query.types]);
    return rows.map(toEntry);
  }

  async #readPages(queries: readonly HistoryQuery[]): Promise<HistoryEntry[][]> {
    const pages: HistoryEntry[][] = queries.map(() => []);
    for (const row of await this.sql.query<HistoryRow>(readPages, askedBy(queries))) {
      pages[Number(row.place) - 1]?.push(toEntry(row));
    }
    return pages;
  }
}

const askedBy = (queries: readonly HistoryQuery[]): unknown[][] => [
  queries.map(({ accountId }) => accountId),
  queries.map(({ before }) => before ?? endOfTime),
  queries.map(({ limit }) => limit),
];

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
