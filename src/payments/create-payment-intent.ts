import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Account } from '../accounts/account.entity.js';
import type { AuditLog } from '../audit-log/audit-log.service.js';
import type { CatalogService } from '../catalog/catalog.service.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { notFound } from '../platform/errors.js';
import { claimIdempotencyKey } from '../platform/idempotency/idempotency.js';
import { newId } from '../platform/ids.js';
import type { Log } from '../platform/log.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { CustomerService } from './customer.service.js';
import { Payment } from './payment.entity.js';
import {
  CustomerGoneError,
  type IntentSnapshot,
  metadataKeys,
  type PaymentGateway,
  StuckKeyError,
} from './payment-gateway.js';

export interface PaymentIntentRequest {
  readonly accountId: string;
  /** Whole credits; names a package. */
  readonly creditAmount: number;
  readonly idempotencyKey: string | null;
  readonly by: Actor;
}

export interface CreatedPaymentIntent {
  readonly payment: Payment;
  readonly paymentIntentId: string;
  readonly clientSecret: string;
  readonly publishableKey: string;
}

interface BegunPurchase {
  readonly payment: Payment;
  /** Whether an earlier call with the same idempotency key had begun it. */
  readonly replayed: boolean;
}

/**
 * Starts a purchase: our row is committed first, then Stripe is asked with a key made from the row's id, then
 * the answer is recorded. A call that was cut off anywhere in between is finished by repeating it.
 */
export class CreatePaymentIntent {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly catalog: CatalogService,
    private readonly customers: CustomerService,
    private readonly gateway: PaymentGateway,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly auditLog: AuditLog,
  ) {}

  /** @throws DomainError PACKAGE_NOT_FOUND, IDEMPOTENCY_KEY_REUSED, STRIPE_UNAVAILABLE, NOT_FOUND */
  async execute(request: PaymentIntentRequest): Promise<CreatedPaymentIntent> {
    const begun = await this.uow.run((em) => this.begin(em, request));
    const intent = await this.intentOf(begun);
    if (intent.clientSecret === null) throw new Error(`Stripe returned no client secret for ${intent.id}.`);
    const payment = await this.uow.run((em) => this.record(em, begun.payment.id, intent.id));
    this.log.info(
      {
        accountId: payment.accountId,
        paymentId: payment.id,
        paymentIntentId: intent.id,
        credits: payment.credits,
      },
      'payment intent created',
    );
    return {
      payment,
      paymentIntentId: intent.id,
      clientSecret: intent.clientSecret,
      publishableKey: this.gateway.publishableKey,
    };
  }

  private async begin(em: EntityManager, request: PaymentIntentRequest): Promise<BegunPurchase> {
    const { accountId, creditAmount, idempotencyKey } = request;
    // Its name and address are copied: if they are being erased, the copies must be of what is left.
    const account = await em.findOne(Account, { id: accountId }, { lockMode: LockMode.PESSIMISTIC_READ });
    if (!account) throw notFound('Account');
    const id = newId(this.clock);
    if (idempotencyKey !== null) {
      const claim = await claimIdempotencyKey(em, this.clock, {
        accountId,
        operation: 'createPaymentIntent',
        key: idempotencyKey,
        input: { creditAmount },
        resource: id,
      });
      if (claim.replayed) {
        return { payment: await em.findOneOrFail(Payment, { id: claim.resource }), replayed: true };
      }
    }
    const offer = await this.catalog.offerOf(em, creditAmount);
    await this.customers.prepare(em, account);
    const payment = em.create(Payment, {
      id,
      accountId,
      status: 'REQUIRES_PAYMENT',
      packagePriceId: offer.priceId,
      credits: offer.credits,
      amount: offer.price.amount,
      currency: offer.price.currency,
      refundedAmount: 0n,
      disputedAmount: 0n,
      receiptEmail: account.email,
      createdAt: this.clock.now(),
    });
    await this.auditLog.record(em, request.by, {
      action: 'PAYMENT_CREATE',
      accountId,
      targetId: id,
      idempotencyKey,
      after: { credits: offer.credits, ...offer.price },
    });
    return { payment, replayed: false };
  }

  private async intentOf({ payment, replayed }: BegunPurchase): Promise<IntentSnapshot> {
    if (payment.stripePaymentIntentId !== null) {
      const intent = await this.gateway.retrievePaymentIntent(payment.stripePaymentIntentId);
      if (!intent) throw notFound('Payment intent');
      return intent;
    }
    const customerId = await this.customers.ensure(payment.accountId);
    try {
      return await this.findOrAsk({ payment, replayed }, customerId);
    } catch (error) {
      if (!(error instanceof CustomerGoneError)) throw error;
      const another = await this.customers.replace(payment.accountId, customerId);
      return this.findOrAsk({ payment, replayed }, another);
    }
  }

  private async findOrAsk({ payment, replayed }: BegunPurchase, customerId: string): Promise<IntentSnapshot> {
    const lost = { customerId, paymentId: payment.id, since: payment.createdAt };
    // Stripe forgets keys after a day, so what an earlier call may have made is looked for before it is made again.
    const made = replayed ? await this.gateway.findPaymentIntent(lost) : null;
    if (made) return made;
    // What is asked depends on the customer, and one key never comes with two requests.
    const key = `payment-intent:${payment.id}:${customerId}`;
    try {
      return await this.askFor(payment, customerId, key);
    } catch (error) {
      if (!(error instanceof StuckKeyError)) throw error;
      // Should an intent that we cannot see turn up later: nobody was given its client secret, so nobody pays it.
      return (await this.gateway.findPaymentIntent(lost)) ?? this.askFor(payment, customerId, `${key}:2`);
    }
  }

  private askFor(payment: Payment, customerId: string, idempotencyKey: string): Promise<IntentSnapshot> {
    return this.gateway.createPaymentIntent({
      idempotencyKey,
      customerId,
      amount: payment.amount,
      currency: payment.currency,
      description: `${payment.credits} credits`,
      receiptEmail: payment.receiptEmail,
      metadata: {
        [metadataKeys.accountId]: payment.accountId,
        [metadataKeys.paymentId]: payment.id,
        [metadataKeys.credits]: String(payment.credits),
      },
    });
  }

  private async record(em: EntityManager, paymentId: string, intentId: string): Promise<Payment> {
    await em.execute(
      'update payments set stripe_payment_intent_id = ? where id = ? and stripe_payment_intent_id is null',
      [intentId, paymentId],
    );
    return em.findOneOrFail(Payment, { id: paymentId });
  }
}
