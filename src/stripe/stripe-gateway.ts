import type Stripe from 'stripe';
import {
  type IntentSnapshot,
  metadataKeys,
  type NewCustomer,
  type NewIntent,
  type NewRefund,
  type PaymentGateway,
  type RefundSnapshot,
} from '../payments/payment-gateway.js';
import { isMissing, translateStripeError } from './stripe-errors.js';
import { toIntentSnapshot, toRefundSnapshot, toStripeReason } from './translate.js';

/** Stripe allows 100 per page. */
const refundsPerPage = 100;
/** A payment of a few thousand cents cannot have more refunds than this in earnest. */
const maxRefundsPerPayment = 10_000;

/** Payments at Stripe, through its SDK. */
export class StripeGateway implements PaymentGateway {
  constructor(
    private readonly stripe: Stripe,
    readonly publishableKey: string,
  ) {}

  createCustomer({ idempotencyKey, accountId, name, email }: NewCustomer): Promise<string> {
    return call(async () => {
      const customer = await this.stripe.customers.create(
        { name, ...(email === null ? {} : { email }), metadata: { [metadataKeys.accountId]: accountId } },
        { idempotencyKey },
      );
      return customer.id;
    });
  }

  createPaymentIntent(request: NewIntent): Promise<IntentSnapshot> {
    return call(async () => {
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
    return find(async () => toIntentSnapshot(await this.stripe.paymentIntents.retrieve(id)));
  }

  createRefund(request: NewRefund): Promise<RefundSnapshot> {
    return call(async () => {
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

  retrieveRefund(id: string): Promise<RefundSnapshot | null> {
    return find(async () => toRefundSnapshot(await this.stripe.refunds.retrieve(id)));
  }

  listRefunds(paymentIntentId: string): Promise<readonly RefundSnapshot[]> {
    return call(async () => {
      const newestFirst = await this.stripe.refunds
        .list({ payment_intent: paymentIntentId, limit: refundsPerPage })
        .autoPagingToArray({ limit: maxRefundsPerPayment });
      return newestFirst.reverse().map(toRefundSnapshot);
    });
  }
}

async function call<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw translateStripeError(error);
  }
}

async function find<T>(request: () => Promise<T>): Promise<T | null> {
  try {
    return await request();
  } catch (error) {
    if (isMissing(error)) return null;
    throw translateStripeError(error);
  }
}
