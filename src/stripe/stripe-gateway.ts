import type Stripe from 'stripe';
import {
  type DisputeSnapshot,
  type FraudWarningSnapshot,
  type IntentSnapshot,
  type LostIntent,
  metadataKeys,
  type NewCustomer,
  type NewIntent,
  type NewRefund,
  type PaymentGateway,
  type RefundSnapshot,
} from '../payments/payment-gateway.js';
import { readList } from './lists.js';
import type { StripeCalls } from './stripe-calls.js';
import {
  assertObject,
  toDisputeSnapshot,
  toFraudWarningSnapshot,
  toIntentSnapshot,
  toRefundSnapshot,
  toStripeReason,
} from './translate.js';

/** A payment of a few thousand cents cannot have more refunds than this in earnest. */
const maxRefundsPerPayment = 10_000;
/** A charge is disputed once, or a few times where a network allows it. */
const maxDisputesPerPayment = 1_000;
/** A card network warns of a charge once. */
const maxWarningsPerPayment = 1_000;
/** More than a customer starts between a request that was cut off and the one that repeats it. */
const maxIntentsSearched = 1_000;
/** How far our clock may be ahead of Stripe's. */
const maxClockSkewSeconds = 300;

/** Payments at Stripe, through its SDK. */
export class StripeGateway implements PaymentGateway {
  constructor(
    private readonly stripe: Stripe,
    readonly publishableKey: string,
    private readonly calls: StripeCalls,
  ) {}

  createCustomer({ idempotencyKey, accountId, name, email }: NewCustomer): Promise<string> {
    return this.calls.call('createCustomer', async () => {
      const customer = await this.stripe.customers.create(
        { name, ...(email === null ? {} : { email }), metadata: { [metadataKeys.accountId]: accountId } },
        { idempotencyKey },
      );
      assertObject(customer, 'customer');
      return customer.id;
    });
  }

  createPaymentIntent(request: NewIntent): Promise<IntentSnapshot> {
    return this.calls.call('createPaymentIntent', async () => {
      const intent = await this.stripe.paymentIntents.create(
        {
          amount: Number(request.amount),
          currency: request.currency.toLowerCase(),
          customer: request.customerId,
          description: request.description,
          automatic_payment_methods: { enabled: true },
          ...(request.receiptEmail === null ? {} : { receipt_email: request.receiptEmail }),
          metadata: request.metadata,
        },
        { idempotencyKey: request.idempotencyKey },
      );
      return toIntentSnapshot(intent);
    });
  }

  retrievePaymentIntent(id: string): Promise<IntentSnapshot | null> {
    return this.calls.find('retrievePaymentIntent', async () =>
      toIntentSnapshot(await this.stripe.paymentIntents.retrieve(id)),
    );
  }

  /** Listed and not searched: Stripe's search may not know yet what was made a minute ago. */
  findPaymentIntent({ customerId, paymentId, since }: LostIntent): Promise<IntentSnapshot | null> {
    return this.calls.call('findPaymentIntent', async () => {
      const gte = Math.floor(since.getTime() / 1_000) - maxClockSkewSeconds;
      const intents = await readList('payment_intent', maxIntentsSearched, (page) =>
        this.stripe.paymentIntents.list({ customer: customerId, created: { gte }, ...page }),
      );
      const found = intents.find(({ metadata }) => metadata[metadataKeys.paymentId] === paymentId);
      return found ? toIntentSnapshot(found) : null;
    });
  }

  createRefund(request: NewRefund): Promise<RefundSnapshot> {
    return this.calls.call('createRefund', async () => {
      const refund = await this.stripe.refunds.create(
        {
          payment_intent: request.paymentIntentId,
          amount: Number(request.amount),
          reason: toStripeReason(request.reason),
          metadata: request.metadata,
        },
        { idempotencyKey: request.idempotencyKey },
      );
      return toRefundSnapshot(refund);
    });
  }

  listRefunds(paymentIntentId: string): Promise<readonly RefundSnapshot[]> {
    return this.calls.call('listRefunds', async () => {
      const newestFirst = await readList('refund', maxRefundsPerPayment, (page) =>
        this.stripe.refunds.list({ payment_intent: paymentIntentId, ...page }),
      );
      return newestFirst.reverse().map(toRefundSnapshot);
    });
  }

  listDisputes(paymentIntentId: string): Promise<readonly DisputeSnapshot[]> {
    return this.calls.call('listDisputes', async () => {
      const newestFirst = await readList('dispute', maxDisputesPerPayment, (page) =>
        this.stripe.disputes.list({ payment_intent: paymentIntentId, ...page }),
      );
      return newestFirst.reverse().map(toDisputeSnapshot);
    });
  }

  listFraudWarnings(paymentIntentId: string): Promise<readonly FraudWarningSnapshot[]> {
    return this.calls.call('listFraudWarnings', async () => {
      const newestFirst = await readList('radar.early_fraud_warning', maxWarningsPerPayment, (page) =>
        this.stripe.radar.earlyFraudWarnings.list({ payment_intent: paymentIntentId, ...page }),
      );
      return newestFirst.reverse().map(toFraudWarningSnapshot);
    });
  }
}
