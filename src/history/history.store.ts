import type { EntityManager } from '@mikro-orm/postgresql';
import type { BillingType } from '../ledger/operation.js';
import type { MicroCredits } from '../platform/credits.js';
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

/** History is read off the journal, by its key: a page costs the same however long the history is. */
export class HistoryStore {
  async page(em: EntityManager, { accountId, before, types, limit }: HistoryQuery): Promise<HistoryEntry[]> {
    const conditions = ['o.account_id = ?', "o.type not in ('HOLD', 'RELEASE')"];
    const values: unknown[] = [accountId];
    if (before !== null) {
      conditions.push('o.seq < ?');
      values.push(before);
    }
    if (types !== null) {
      conditions.push(`o.type in (${types.map(() => '?').join(', ')})`);
      values.push(...types);
    }
    const rows = await em.execute<HistoryRow[]>(
      `select o.seq, o.type, o.description, o.credits, o.money_amount, o.money_currency, o.created_at,
         p.stripe_payment_intent_id, r.stripe_refund_id
       from ledger_operations o
       left join payments p on p.id = o.payment_id
       left join refunds r on r.id = o.refund_id
       where ${conditions.join(' and ')}
       order by o.seq desc
       limit ?`,
      [...values, limit],
    );
    return rows.map(toEntry);
  }
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
