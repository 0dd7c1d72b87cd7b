import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { stripe } from '../platform/actor.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { DisputeService } from './dispute.service.js';
import type { FraudWarningService } from './fraud-warning.service.js';
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
    private readonly fraudWarnings: FraudWarningService,
  ) {}

  async syncIntent(paymentIntentId: string): Promise<SyncOutcome> {
    const intent = await this.gateway.retrievePaymentIntent(paymentIntentId);
    if (!intent) return 'UNKNOWN_OBJECT';
    const settled = await this.uow.run((em) => this.settlement.settle(em, intent, stripe));
    return settled ? 'APPLIED' : 'UNKNOWN_OBJECT';
  }

  syncRefunds(paymentIntentId: string): Promise<SyncOutcome> {
    const list = () => this.gateway.listRefunds(paymentIntentId);
    return this.syncList(paymentIntentId, list, this.refunds);
  }

  syncDisputes(paymentIntentId: string): Promise<SyncOutcome> {
    const list = () => this.gateway.listDisputes(paymentIntentId);
    return this.syncList(paymentIntentId, list, this.disputes);
  }

  syncFraudWarnings(paymentIntentId: string): Promise<SyncOutcome> {
    const list = () => this.gateway.listFraudWarnings(paymentIntentId);
    return this.syncList(paymentIntentId, list, this.fraudWarnings);
  }

  private async syncList<Snapshot>(
    paymentIntentId: string,
    list: () => Promise<readonly Snapshot[]>,
    books: BooksOf<Snapshot>,
  ): Promise<SyncOutcome> {
    // What happens to a payment can be heard of before the payment itself.
    if ((await this.syncIntent(paymentIntentId)) === 'UNKNOWN_OBJECT') return 'UNKNOWN_OBJECT';
    const snapshots = await list();
    await this.uow.run(async (em) => books.report(em, await lockPayment(em, paymentIntentId), snapshots));
    return 'APPLIED';
  }
}

/** Where one kind of what happens to a payment is booked. */
interface BooksOf<Snapshot> {
  report(em: EntityManager, payment: Payment, snapshots: readonly Snapshot[]): Promise<void>;
}

const lockPayment = (em: EntityManager, paymentIntentId: string): Promise<Payment> =>
  em.findOneOrFail(
    Payment,
    { stripePaymentIntentId: paymentIntentId },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
