import { closedDisputeStatuses, type DisputeStatus } from '../payments/dispute-state.js';
import type { Sql, Statement } from '../platform/database/sql.js';
import type { OurDispute, OurPayment, OurRefund } from './comparison.js';
import type { Span } from './reconciliation-gateway.js';

/** A payment, or a refund or dispute of one, that may have moved on at Stripe. */
export interface OpenObject {
  readonly id: string;
  readonly status: string;
  readonly paymentIntentId: string;
}

export interface OpenQuery {
  readonly unpaidSince: Date;
  readonly pendingSince: Date;
  readonly disputedSince: Date;
  readonly until: Date;
  readonly limit: number;
}

/** Something of ours that no movement of its day was about. */
export interface UnmatchedObject {
  readonly objectId: string;
  readonly paymentIntentId: string;
  /** Minor units. */
  readonly amount: bigint;
  readonly currency: string;
}

export interface UnmatchedDispute extends UnmatchedObject {
  readonly status: DisputeStatus;
}

interface PaymentRow {
  readonly id: string;
  readonly stripe_payment_intent_id: string | null;
  readonly account_id: string;
  readonly amount: string;
  readonly currency: string;
  readonly is_credited: boolean;
}

interface RefundRow {
  readonly stripe_refund_id: string;
  readonly stripe_payment_intent_id: string | null;
  readonly amount: string;
  readonly currency: string;
  readonly is_undone: boolean;
}

interface DisputeRow {
  readonly stripe_dispute_id: string;
  readonly currency: string;
  readonly status: DisputeStatus;
  readonly fund_moves: number;
  readonly funds_withdrawn: string;
}

interface OpenRow {
  readonly id: string;
  readonly status: string;
  readonly stripe_payment_intent_id: string;
}

interface UnmatchedRow {
  readonly object_id: string;
  readonly stripe_payment_intent_id: string;
  readonly amount: string;
  readonly currency: string;
}

interface UnmatchedDisputeRow extends UnmatchedRow {
  readonly status: DisputeStatus;
}

const paymentsOf: Statement = {
  name: 'reconciliation_payments',
  text: `select id, stripe_payment_intent_id, account_id, amount, currency, succeeded_at is not null as is_credited
    from payments where stripe_payment_intent_id = any($1::text[]) or id = any($2::uuid[])`,
};

const refundsOf: Statement = {
  name: 'reconciliation_refunds',
  text: `select r.stripe_refund_id, p.stripe_payment_intent_id, r.amount, r.currency,
      r.status in ('FAILED', 'CANCELED') as is_undone
    from refunds r join payments p on p.id = r.payment_id where r.stripe_refund_id = any($1::text[])`,
};

const disputesOf: Statement = {
  name: 'reconciliation_disputes',
  text: `select stripe_dispute_id, currency, status, fund_moves, funds_withdrawn from disputes
    where stripe_dispute_id = any($1::text[])`,
};

const accountsOf: Statement = {
  name: 'reconciliation_accounts',
  text: 'select id from accounts where id = any($1::text[])',
};

/** Those whose money is on its way first: nobody will ask about them again but we. */
const openPayments: Statement = {
  name: 'reconciliation_open_payments',
  text: `select id, status, stripe_payment_intent_id from payments
    where succeeded_at is null and stripe_payment_intent_id is not null and created_at < $3
      and (status = 'PROCESSING' and created_at >= $2
        or status in ('REQUIRES_PAYMENT', 'FAILED') and created_at >= $1)
    order by status <> 'PROCESSING', created_at desc limit $4`,
};

const openRefunds: Statement = {
  name: 'reconciliation_open_refunds',
  text: `select r.id, r.status, p.stripe_payment_intent_id
    from refunds r join payments p on p.id = r.payment_id
    where r.status in ('PENDING', 'REQUIRES_ACTION') and r.created_at >= $1 and r.created_at < $2
      and p.stripe_payment_intent_id is not null
    order by r.created_at desc limit $3`,
};

/** A dispute moves on where its money does, too. */
const standing = "concat_ws(' ', d.status, d.fund_moves, d.funds_withdrawn)";

/** Those whose evidence is due first. */
const openDisputes: Statement = {
  name: 'reconciliation_open_disputes',
  text: `select d.id, ${standing} as status, p.stripe_payment_intent_id
    from disputes d join payments p on p.id = d.payment_id
    where d.status <> all($1::text[]) and d.created_at >= $2 and d.created_at < $3
      and p.stripe_payment_intent_id is not null
    order by d.evidence_due_by nulls last, d.created_at desc limit $4`,
};

type Table = 'payments' | 'refunds' | 'disputes';

const statusesOf = (table: Table): Statement => ({
  name: `reconciliation_statuses_of_${table}`,
  text: `select d.id, ${table === 'disputes' ? standing : 'd.status'} as status from ${table} d
    where d.id = any($1::uuid[])`,
});

const unmatchedPayments: Statement = {
  name: 'reconciliation_unmatched_payments',
  text: `select stripe_payment_intent_id as object_id, stripe_payment_intent_id, amount, currency from payments
    where succeeded_at >= $1 and succeeded_at < $2 and not (stripe_payment_intent_id = any($3::text[]))
    order by succeeded_at, id limit $4`,
};

const unmatchedRefunds: Statement = {
  name: 'reconciliation_unmatched_refunds',
  text: `select r.stripe_refund_id as object_id, p.stripe_payment_intent_id, r.amount, r.currency
    from refunds r join payments p on p.id = r.payment_id
    where r.created_at >= $1 and r.created_at < $2 and r.status = 'SUCCEEDED'
      and r.stripe_refund_id is not null and not (r.stripe_refund_id = any($3::text[]))
    order by r.created_at, r.id limit $4`,
};

/** Inquiries too, which hold nothing. */
const unmatchedDisputes: Statement = {
  name: 'reconciliation_unmatched_disputes',
  text: `select d.stripe_dispute_id as object_id, p.stripe_payment_intent_id, d.funds_withdrawn as amount, d.currency, d.status
    from disputes d join payments p on p.id = d.payment_id
    where d.created_at >= $1 and d.created_at < $2 and not (d.stripe_dispute_id = any($3::text[]))
      and p.stripe_payment_intent_id is not null
    order by d.created_at, d.id limit $4`,
};

/** What our books say, as far as Stripe has to agree with it. */
export class ReconciliationStore {
  constructor(private readonly sql: Sql) {}

  /** Those with one of these intents, or of these ids. */
  async payments(intentIds: readonly string[], ids: readonly string[]): Promise<OurPayment[]> {
    const rows = await this.sql.query<PaymentRow>(paymentsOf, [intentIds, ids]);
    return rows.map((row) => ({
      id: row.id,
      paymentIntentId: row.stripe_payment_intent_id,
      accountId: row.account_id,
      amount: BigInt(row.amount),
      currency: row.currency,
      isCredited: row.is_credited,
    }));
  }

  async refunds(stripeRefundIds: readonly string[]): Promise<OurRefund[]> {
    const rows = await this.sql.query<RefundRow>(refundsOf, [stripeRefundIds]);
    return rows.map((row) => ({
      stripeRefundId: row.stripe_refund_id,
      paymentIntentId: row.stripe_payment_intent_id,
      amount: BigInt(row.amount),
      currency: row.currency,
      isUndone: row.is_undone,
    }));
  }

  async disputes(stripeDisputeIds: readonly string[]): Promise<OurDispute[]> {
    const rows = await this.sql.query<DisputeRow>(disputesOf, [stripeDisputeIds]);
    return rows.map((row) => ({
      stripeDisputeId: row.stripe_dispute_id,
      currency: row.currency,
      status: row.status,
      fundMoves: row.fund_moves,
      fundsWithdrawn: BigInt(row.funds_withdrawn),
    }));
  }

  /** Of these accounts, those that there are. */
  async accounts(ids: readonly string[]): Promise<string[]> {
    return (await this.sql.query<{ id: string }>(accountsOf, [ids])).map(({ id }) => id);
  }

  openPayments({ unpaidSince, pendingSince, until, limit }: OpenQuery): Promise<OpenObject[]> {
    return this.#open(openPayments, [unpaidSince, pendingSince, until, limit]);
  }

  openRefunds({ pendingSince, until, limit }: OpenQuery): Promise<OpenObject[]> {
    return this.#open(openRefunds, [pendingSince, until, limit]);
  }

  openDisputes({ disputedSince, until, limit }: OpenQuery): Promise<OpenObject[]> {
    return this.#open(openDisputes, [closedDisputeStatuses, disputedSince, until, limit]);
  }

  /** How many of them have another status by now. */
  async changed(table: Table, objects: readonly OpenObject[]): Promise<number> {
    const ids = objects.map(({ id }) => id);
    const rows = await this.sql.query<{ id: string; status: string }>(statusesOf(table), [ids]);
    const before = new Map(objects.map(({ id, status }) => [id, status]));
    return rows.filter(({ id, status }) => before.get(id) !== status).length;
  }

  /** Payments credited in a span, but those of these intents. */
  unmatchedPayments(span: Span, intentIds: readonly string[], limit: number): Promise<UnmatchedObject[]> {
    return this.#unmatched(unmatchedPayments, [span.from, span.until, intentIds, limit]);
  }

  /** Refunds that succeeded and were made in a span, but these. */
  unmatchedRefunds(span: Span, refundIds: readonly string[], limit: number): Promise<UnmatchedObject[]> {
    return this.#unmatched(unmatchedRefunds, [span.from, span.until, refundIds, limit]);
  }

  /** Disputes opened in a span, but these. */
  async unmatchedDisputes(
    span: Span,
    disputeIds: readonly string[],
    limit: number,
  ): Promise<UnmatchedDispute[]> {
    const values = [span.from, span.until, disputeIds, limit];
    const rows = await this.sql.query<UnmatchedDisputeRow>(unmatchedDisputes, values);
    return rows.map((row) => ({ ...toUnmatched(row), status: row.status }));
  }

  async #open(statement: Statement, values: readonly unknown[]): Promise<OpenObject[]> {
    const rows = await this.sql.query<OpenRow>(statement, values);
    return rows.map((row) => ({
      id: row.id,
      status: row.status,
      paymentIntentId: row.stripe_payment_intent_id,
    }));
  }

  async #unmatched(statement: Statement, values: readonly unknown[]): Promise<UnmatchedObject[]> {
    const rows = await this.sql.query<UnmatchedRow>(statement, values);
    return rows.map(toUnmatched);
  }
}

const toUnmatched = (row: UnmatchedRow): UnmatchedObject => ({
  objectId: row.object_id,
  paymentIntentId: row.stripe_payment_intent_id,
  amount: BigInt(row.amount),
  currency: row.currency,
});
