import type { EntityManager } from '@mikro-orm/postgresql';
import { LockMode } from '@mikro-orm/postgresql';
import type { AuditLog } from '../audit-log/audit-log.service.js';
import type { CreditsService } from '../credits/credits.service.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { MicroCredits } from '../platform/credits.js';
import { uuidPattern } from '../platform/ids.js';
import type { Log } from '../platform/log.js';
import { formatMoney } from '../platform/money.js';
import { assertIntentMatches } from './intent-match.js';
import { Payment } from './payment.entity.js';
import { type IntentSnapshot, metadataKeys } from './payment-gateway.js';
import { afterFact, isCredited } from './payment-state.js';
import { StripeCustomer } from './stripe-customer.entity.js';

export interface Settlement {
  readonly payment: Payment;
  /** Zero where the payment was credited before, or is not paid. */
  readonly creditsAdded: MicroCredits;
}

/**
 * The one road by which money becomes credits. The browser's confirmation, the webhook and repairs all fetch
 * the intent and end here; the payment's row lock makes them wait for each other, and whoever comes first
 * grants.
 */
export class SettlementService {
  constructor(
    private readonly credits: CreditsService,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly auditLog: AuditLog,
  ) {}

  /**
   * Brings a payment in line with its intent. Null: the intent is none of ours. `by` is who had us look.
   * @throws DomainError PAYMENT_MISMATCH
   */
  async settle(em: EntityManager, intent: IntentSnapshot, by: Actor): Promise<Settlement | null> {
    const payment = await this.lockPaymentOf(em, intent);
    if (!payment) return null;
    // What was granted is history: a change that somebody makes at Stripe now must not hold up its refunds.
    if (isCredited(payment.status)) return { payment, creditsAdded: 0n };
    const customer = await em.findOne(StripeCustomer, { accountId: payment.accountId });
    assertIntentMatches(payment, customer?.allIds ?? [], intent);
    const before = payment.status;
    payment.status = afterFact(before, intent.fact);
    if (payment.status !== before) {
      await this.auditLog.record(em, by, {
        action: 'PAYMENT_SETTLE',
        accountId: payment.accountId,
        targetId: payment.id,
        before: { status: before },
        after: { status: payment.status },
      });
    }
    if (isCredited(payment.status)) {
      return { payment, creditsAdded: await this.credit(em, payment) };
    }
    if (payment.status === 'FAILED') await this.recordFailure(em, payment, intent);
    return { payment, creditsAdded: 0n };
  }

  /** By intent id; or by our own id in its metadata, where the creation's answer was never recorded. */
  private async lockPaymentOf(em: EntityManager, intent: IntentSnapshot): Promise<Payment | null> {
    const locked = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
    const known = await em.findOne(Payment, { stripePaymentIntentId: intent.id }, locked);
    if (known) return known;
    const paymentId = intent.metadata[metadataKeys.paymentId];
    if (!paymentId || !uuidPattern.test(paymentId)) return null;
    const named = await em.findOne(Payment, { id: paymentId }, locked);
    // Somebody may have recorded it while we waited for the lock.
    if (named) named.stripePaymentIntentId ??= intent.id;
    return named?.stripePaymentIntentId === intent.id ? named : null;
  }

  private async credit(em: EntityManager, payment: Payment): Promise<MicroCredits> {
    const lot = await this.credits.purchase(
      em,
      {
        accountId: payment.accountId,
        paymentId: payment.id,
        credits: payment.microCredits,
        price: payment.price,
      },
      {
        type: 'PURCHASE',
        description: `Purchased ${payment.credits} credits`,
        money: payment.price,
        paymentId: payment.id,
      },
    );
    payment.lotId = lot.id;
    payment.succeededAt = this.clock.now();
    payment.failureCode = null;
    payment.failureMessage = null;
    this.log.info(
      {
        accountId: payment.accountId,
        paymentId: payment.id,
        credits: payment.credits,
        amount: payment.amount.toString(),
      },
      'payment credited',
    );
    return lot.granted;
  }

  private async recordFailure(
    em: EntityManager,
    payment: Payment,
    { failure }: IntentSnapshot,
  ): Promise<void> {
    // Not every failure makes a charge (a failed authentication does not); then its code tells attempts apart.
    const attempt = failure && (failure.chargeId ?? failure.code);
    if (!failure || attempt === payment.failedChargeId) return;
    payment.failedChargeId = attempt;
    payment.failureCode = failure.code;
    payment.failureMessage = failure.message;
    await this.credits.note(em, payment.accountId, {
      type: 'PAYMENT_FAILED',
      description: `Payment of ${formatMoney(payment.price)} for ${payment.credits} credits failed: ${failure.message}`,
      paymentId: payment.id,
    });
    this.log.info(
      { accountId: payment.accountId, paymentId: payment.id, failureCode: failure.code },
      'payment failed',
    );
  }
}
