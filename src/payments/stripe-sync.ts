import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { stripe } from '../platform/actor.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { DisputeService } from './dispute.service.js';
import { Payment } from './payment.entity.js';
import type { PaymentGateway } from './payment-gateway.js';
import type { PaymentSync, SyncOutcome } from './payment-sync.js';
import type { RefundService } from './refund.service.js';
import type { SettlementService } from './settlement.service.js';

/** Brings our books in line with Stripe's, one payment at a time. */
export class StripeSync implements PaymentSync {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly gateway: PaymentGateway,
    private readonly settlement: SettlementService,
    private readonly refunds: RefundService,
    private readonly disputes: DisputeService,
  ) {}

  async syncIntent(paymentIntentId: string): Promise<SyncOutcome> {
    const intent = await this.gateway.retrievePaymentIntent(paymentIntentId);
    if (!intent) return 'UNKNOWN_OBJECT';
    const settled = await this.uow.run((em) => this.settlement.settle(em, intent, stripe));
    return settled ? 'APPLIED' : 'UNKNOWN_OBJECT';
  }

  async syncRefunds(paymentIntentId: string): Promise<SyncOutcome> {
    // A refund can be heard of before the payment that it refunds.
    if ((await this.syncIntent(paymentIntentId)) === 'UNKNOWN_OBJECT') return 'UNKNOWN_OBJECT';
    const snapshots = await this.gateway.listRefunds(paymentIntentId);
    await this.uow.run(async (em) =>
      this.refunds.report(em, await lockPayment(em, paymentIntentId), snapshots),
    );
    return 'APPLIED';
  }

  async syncDisputes(paymentIntentId: string): Promise<SyncOutcome> {
    // A dispute, too, can be heard of before the payment that it is about.
    if ((await this.syncIntent(paymentIntentId)) === 'UNKNOWN_OBJECT') return 'UNKNOWN_OBJECT';
    const snapshots = await this.gateway.listDisputes(paymentIntentId);
    await this.uow.run(async (em) =>
      this.disputes.report(em, await lockPayment(em, paymentIntentId), snapshots),
    );
    return 'APPLIED';
  }
}

const lockPayment = (em: EntityManager, paymentIntentId: string): Promise<Payment> =>
  em.findOneOrFail(
    Payment,
    { stripePaymentIntentId: paymentIntentId },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
