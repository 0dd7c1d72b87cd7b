import type Stripe from 'stripe';
import type { Sandbox } from '../../../src/sandbox/index.js';

export interface TrueIntent {
  readonly id: string;
  readonly paymentId: string | null;
  readonly accountId: string | null;
  readonly customer: unknown;
  status: Stripe.PaymentIntent.Status;
  received: bigint;
  /** Of the last attempt. */
  chargeId: string | null;
  /** Attempts that failed so far. */
  failures: number;
}

export interface TrueRefund {
  readonly id: string;
  readonly intentId: string;
  /** Our id of it; null where it was made in the dashboard. */
  readonly refundId: string | null;
  readonly cents: bigint;
  status: string;
}

export interface TrueDispute {
  readonly id: string;
  readonly intentId: string;
  readonly cents: bigint;
  status: string;
  /** How often money moved for it, and what is gone of it now. */
  moves: number;
  withdrawn: bigint;
}

/** What is so at Stripe, as its own record of events tells it, whether or not anybody was told. */
export class StripeTruth {
  readonly intents = new Map<string, TrueIntent>();
  readonly refunds = new Map<string, TrueRefund>();
  readonly disputes = new Map<string, TrueDispute>();
  readonly customers = new Map<string, string[]>();
  #read = 0;

  constructor(private readonly sandbox: Sandbox) {}

  /** Reads on. */
  update(): void {
    const events = this.sandbox.events();
    for (const event of events.slice(this.#read)) {
      const { object } = event.data;
      if (event.type === 'customer.created') this.#customer(object as Stripe.Customer);
      else if (event.type.startsWith('payment_intent.'))
        this.#intent(event.type, object as Stripe.PaymentIntent);
      else if (/^(charge\.)?refund\./.test(event.type)) this.#refund(object as Stripe.Refund);
      else if (event.type.startsWith('charge.dispute.')) this.#dispute(object as Stripe.Dispute);
    }
    this.#read = events.length;
  }

  refundsOf(intentId: string): TrueRefund[] {
    return [...this.refunds.values()].filter((refund) => refund.intentId === intentId);
  }

  disputesOf(intentId: string): TrueDispute[] {
    return [...this.disputes.values()].filter((dispute) => dispute.intentId === intentId);
  }

  #customer({ id, metadata }: Stripe.Customer): void {
    const accountId = metadata.account_id ?? '';
    this.customers.set(accountId, [...(this.customers.get(accountId) ?? []), id]);
  }

  #intent(type: string, intent: Stripe.PaymentIntent): void {
    const known = this.intents.get(intent.id);
    this.intents.set(intent.id, {
      id: intent.id,
      paymentId: intent.metadata.payment_id ?? null,
      accountId: intent.metadata.account_id ?? null,
      customer: intent.customer,
      status: intent.status,
      received: BigInt(intent.amount_received),
      chargeId: typeof intent.latest_charge === 'string' ? intent.latest_charge : null,
      failures: (known?.failures ?? 0) + Number(type === 'payment_intent.payment_failed'),
    });
  }

  #refund(refund: Stripe.Refund): void {
    this.refunds.set(refund.id, {
      id: refund.id,
      intentId: typeof refund.payment_intent === 'string' ? refund.payment_intent : '',
      refundId: refund.metadata?.refund_id ?? null,
      cents: BigInt(refund.amount),
      status: refund.status ?? '',
    });
  }

  #dispute(dispute: Stripe.Dispute): void {
    const moves = dispute.balance_transactions;
    this.disputes.set(dispute.id, {
      id: dispute.id,
      intentId: typeof dispute.payment_intent === 'string' ? dispute.payment_intent : '',
      cents: BigInt(dispute.amount),
      status: dispute.status,
      moves: moves.length,
      withdrawn: moves.reduce((sum, { amount }) => sum - BigInt(amount), 0n),
    });
  }
}

/** Whether the money of a refund left, or is about to. */
export const stands = ({ status }: Pick<TrueRefund, 'status'>): boolean =>
  status !== 'failed' && status !== 'canceled';
