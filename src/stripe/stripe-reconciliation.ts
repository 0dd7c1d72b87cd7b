import type Stripe from 'stripe';
import { metadataKeys } from '../payments/payment-gateway.js';
import { uuidPattern } from '../platform/ids.js';
import type {
  Amount,
  DisputedAmount,
  DisputeMove,
  GatewayPage,
  Movement,
  MovementKind,
  ReconciliationGateway,
  Span,
} from '../reconciliation/reconciliation-gateway.js';
import { eventObjectOf } from '../webhooks/event-object.js';
import type { VerifiedEvent } from '../webhooks/verified-event.js';
import { cursorAfter, pageAfter } from './lists.js';
import type { StripeCalls } from './stripe-calls.js';
import { assertObject, idOf, toDisputeSnapshot, withdrawnBy } from './translate.js';

/** https://docs.stripe.com/reports/balance-transaction-types; the others are about no sale. */
const kindByType: Readonly<Record<string, MovementKind>> = {
  charge: 'CHARGE',
  payment: 'CHARGE',
  payment_failure_refund: 'CHARGE_REVERSAL',
  payment_reversal: 'CHARGE_REVERSAL',
  refund: 'REFUND',
  payment_refund: 'REFUND',
  refund_failure: 'REFUND_REVERSAL',
  adjustment: 'ADJUSTMENT',
};

/** What of the adjustments is a dispute's: https://docs.stripe.com/reports/reporting-categories */
const kindByCategory: Readonly<Record<string, MovementKind>> = {
  dispute: 'DISPUTE',
  dispute_reversal: 'DISPUTE_REVERSAL',
};

/** What reconciliation reads of Stripe, through its SDK. */
export class StripeReconciliation implements ReconciliationGateway {
  constructor(
    private readonly stripe: Stripe,
    private readonly calls: StripeCalls,
  ) {}

  listEvents(
    types: readonly string[],
    span: Span,
    cursor: string | null,
  ): Promise<GatewayPage<VerifiedEvent>> {
    return this.calls.call('listEvents', async () => {
      const page = await this.stripe.events.list({
        types: [...types],
        ...within(span),
        ...pageAfter(cursor),
      });
      const next = cursorAfter(page, 'event');
      return { items: page.data.map(toVerifiedEvent), next };
    });
  }

  listMovements(span: Span, cursor: string | null): Promise<GatewayPage<Movement>> {
    return this.calls.call('listMovements', async () => {
      const page = await this.stripe.balanceTransactions.list({
        ...within(span),
        ...pageAfter(cursor),
        expand: ['data.source'],
      });
      const next = cursorAfter(page, 'balance_transaction');
      return { items: page.data.flatMap(toMovement), next };
    });
  }

  findCharged(paymentIntentId: string): Promise<Amount | null> {
    return this.calls.find('findCharged', async () => {
      const intent = await this.stripe.paymentIntents.retrieve(paymentIntentId);
      assertObject(intent, 'payment_intent');
      return { amount: BigInt(intent.amount_received), currency: intent.currency.toUpperCase() };
    });
  }

  findRefunded(refundId: string): Promise<Amount | null> {
    return this.calls.find('findRefunded', async () => {
      const refund = await this.stripe.refunds.retrieve(refundId);
      assertObject(refund, 'refund');
      const amount = isUndone(refund) ? 0n : -BigInt(refund.amount);
      return { amount, currency: refund.currency.toUpperCase() };
    });
  }

  findDisputed(disputeId: string): Promise<DisputedAmount | null> {
    return this.calls.find('findDisputed', async () => {
      const dispute = toDisputeSnapshot(await this.stripe.disputes.retrieve(disputeId));
      return { amount: -dispute.fundsWithdrawn, currency: dispute.currency, status: dispute.status };
    });
  }
}

const within = ({ from, until }: Span) => ({
  created: { gte: unixSeconds(from), lt: unixSeconds(until) },
});

/** Fetched with our own key, which proves as much as a signature. */
function toVerifiedEvent(event: Stripe.Event): VerifiedEvent {
  const payload: Readonly<Record<string, unknown>> = { ...event };
  const object = eventObjectOf(payload);
  return {
    id: event.id,
    type: event.type,
    createdAt: new Date(event.created * 1_000),
    apiVersion: event.api_version,
    livemode: event.livemode,
    objectId: object.id,
    objectType: object.type,
    paymentIntentId: object.paymentIntentId,
    payload,
  };
}

/** None, where it is about no sale. */
function toMovement(transaction: Stripe.BalanceTransaction): Movement[] {
  const kind = kindByType[transaction.type];
  const { source } = transaction;
  if (!kind || typeof source !== 'object' || source === null) return [];
  const own = {
    id: transaction.id,
    kind,
    createdAt: new Date(transaction.created * 1_000),
    paymentId: null,
    accountId: null,
    dispute: null,
  };
  switch (source.object) {
    case 'charge':
      return [
        {
          ...own,
          ...presented(transaction, source.currency, source.amount_captured),
          objectId: idOf(source.payment_intent) ?? source.id,
          paymentIntentId: idOf(source.payment_intent),
          paymentId: uuidOrNull(source.metadata[metadataKeys.paymentId]),
          accountId: source.metadata[metadataKeys.accountId] ?? null,
          state: source.status === 'succeeded' ? 'FINAL' : source.status === 'pending' ? 'PENDING' : 'UNDONE',
        },
      ];
    case 'refund':
      return [
        {
          ...own,
          ...presented(transaction, source.currency, source.amount),
          objectId: source.id,
          paymentIntentId: idOf(source.payment_intent),
          state: isUndone(source) ? 'UNDONE' : 'FINAL',
        },
      ];
    case 'dispute':
      return [
        {
          ...own,
          ...presented(transaction, source.currency, source.amount),
          ...disputeKind(transaction, source),
          objectId: source.id,
          paymentIntentId: idOf(source.payment_intent),
          state: 'FINAL',
        },
      ];
    default:
      return [
        {
          ...own,
          amount: BigInt(transaction.amount),
          currency: transaction.currency.toUpperCase(),
          objectId: source.id,
          paymentIntentId: null,
          state: 'FINAL',
        },
      ];
  }
}

function disputeKind(
  { id, reporting_category: category }: Stripe.BalanceTransaction,
  dispute: Stripe.Dispute,
): { readonly kind: MovementKind; readonly dispute: DisputeMove | null } {
  const kind = kindByCategory[category];
  const moves = dispute.balance_transactions.toSorted((a, b) => a.created - b.created);
  const number = moves.findIndex((move) => move.id === id) + 1;
  if (!kind || number === 0) return { kind: 'ADJUSTMENT', dispute: null };
  const withdrawnAfter = withdrawnBy(dispute, moves.slice(0, number));
  const { status } = toDisputeSnapshot(dispute);
  return { kind, dispute: { number, of: moves.length, withdrawnAfter, status } };
}

/** Stripe books in the currency of the bank account; the customer's amount is in the object then. */
function presented(transaction: Stripe.BalanceTransaction, currency: string, amount: number) {
  const isConverted = transaction.currency !== currency;
  const signed = transaction.amount < 0 ? -amount : amount;
  return { amount: BigInt(isConverted ? signed : transaction.amount), currency: currency.toUpperCase() };
}

const isUndone = ({ status }: Stripe.Refund): boolean => status === 'failed' || status === 'canceled';

const uuidOrNull = (text: string | undefined): string | null =>
  text && uuidPattern.test(text) ? text : null;

const unixSeconds = (instant: Date): number => Math.floor(instant.getTime() / 1_000);
