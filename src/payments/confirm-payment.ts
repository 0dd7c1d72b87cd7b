import type { Actor } from '../platform/actor.js';
import type { MicroCredits } from '../platform/credits.js';
import { DomainError, notFound } from '../platform/errors.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { Payment } from './payment.entity.js';
import type { PaymentGateway } from './payment-gateway.js';
import { isCredited } from './payment-state.js';
import type { SettlementService } from './settlement.service.js';

export interface ConfirmedPayment {
  readonly payment: Payment;
  readonly creditsAdded: MicroCredits;
}

/** The browser says that a payment went through; we ask Stripe, and settle what Stripe says. */
export class ConfirmPayment {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly gateway: PaymentGateway,
    private readonly settlement: SettlementService,
  ) {}

  /** @throws DomainError NOT_FOUND (also another account's payment), PAYMENT_NOT_SUCCEEDED, PAYMENT_MISMATCH, STRIPE_UNAVAILABLE */
  async execute(accountId: string, paymentIntentId: string, by: Actor): Promise<ConfirmedPayment> {
    const own = { accountId, stripePaymentIntentId: paymentIntentId };
    const known = await this.uow.read((em) => em.findOne(Payment, own));
    if (!known) throw notFound('Payment');
    const intent = await this.gateway.retrievePaymentIntent(paymentIntentId);
    if (!intent) throw notFound('Payment intent');
    const settled = await this.uow.run((em) => this.settlement.settle(em, intent, by));
    if (!settled) throw notFound('Payment');
    // Only now, after the commit: that it failed was worth recording too.
    if (!isCredited(settled.payment.status)) {
      throw new DomainError(
        'PAYMENT_NOT_SUCCEEDED',
        'The payment has not succeeded, so nothing was credited.',
        {
          status: settled.payment.status,
          stripeStatus: intent.providerStatus,
        },
      );
    }
    return settled;
  }
}
