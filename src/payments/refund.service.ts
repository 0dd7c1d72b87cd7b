import type { EntityManager } from '@mikro-orm/postgresql';
import type { CreditsService } from '../credits/credits.service.js';
import type { Clock } from '../platform/clock.js';
import { formatCredits } from '../platform/credits.js';
import { badInput, DomainError } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import type { Log } from '../platform/log.js';
import { formatMoney } from '../platform/money.js';
import type { Payment } from './payment.entity.js';
import { metadataKeys, type RefundSnapshot } from './payment-gateway.js';
import { afterRefunds, isCredited } from './payment-state.js';
import { Refund } from './refund.entity.js';
import { creditsToTake, type RefundBasis, refundableAmount, refundableBy } from './refund-math.js';
import { afterReport, isUndone, type RefundReason, type RefundStatus } from './refund-state.js';

export const spentCreditsPolicies = ['REJECT', 'CREATE_DEBT'] as const;
export type SpentCreditsPolicy = (typeof spentCreditsPolicies)[number];

export interface RefundTerms {
  /** Minor units; null: all that is left. */
  readonly amount: bigint | null;
  readonly reason: RefundReason;
  readonly note: string | null;
  readonly spentCredits: SpentCreditsPolicy;
  readonly requestedBy: string;
}

interface NewRefundRow {
  readonly id: string;
  readonly amount: bigint;
  readonly status: RefundStatus;
  readonly reason: RefundReason;
  readonly note: string | null;
  readonly stripeRefundId: string | null;
  readonly requestedBy: string | null;
}

/**
 * Refunds in our books. Every method expects the payment's row locked by the caller's transaction. Credits
 * are taken when a refund is recorded, before Stripe is asked, so that they cannot be spent meanwhile; they
 * return if it fails.
 */
export class RefundService {
  constructor(
    private readonly credits: CreditsService,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Records a refund that we are about to make.
   * @throws DomainError PAYMENT_NOT_SUCCEEDED, BAD_USER_INPUT, REFUND_EXCEEDS_PAYMENT, CREDITS_ALREADY_SPENT
   */
  async open(em: EntityManager, payment: Payment, id: string, terms: RefundTerms): Promise<Refund> {
    if (!isCredited(payment.status) || payment.lotId === null) {
      throw new DomainError('PAYMENT_NOT_SUCCEEDED', 'Only a payment that succeeded can be refunded.', {
        status: payment.status,
      });
    }
    const basis = await basisOf(em, payment);
    const left = refundableAmount(basis);
    const amount = terms.amount ?? left;
    if (terms.amount !== null && amount <= 0n) throw badInput('The amount of a refund must be positive.');
    if (amount > left || left === 0n) throw exceedsPayment(payment);
    if (terms.spentCredits === 'REJECT') {
      const unspent = await this.credits.remainingInLot(em, payment.accountId, payment.lotId);
      const refundable = refundableBy(basis, unspent);
      if (amount > refundable) {
        throw new DomainError(
          'CREDITS_ALREADY_SPENT',
          `Some of these credits are spent. Refund at most ${formatMoney({ ...payment.price, amount: refundable })}, or let the rest become debt with spentCredits: CREATE_DEBT.`,
          { refundable: Number(refundable), currency: payment.currency },
        );
      }
    }
    return this.take(em, payment, basis, {
      id,
      amount,
      status: 'PENDING',
      reason: terms.reason,
      note: terms.note,
      stripeRefundId: null,
      requestedBy: terms.requestedBy,
    });
  }

  /** Brings our refunds in line with one that Stripe reports, whoever made it. */
  async report(em: EntityManager, payment: Payment, snapshot: RefundSnapshot): Promise<void> {
    const refunds = await payment.refunds.loadItems();
    const ours = refunds.find(
      (refund) =>
        refund.stripeRefundId === snapshot.id ||
        (refund.stripeRefundId === null && refund.id === snapshot.metadata[metadataKeys.refundId]),
    );
    if (!ours) {
      // One that failed before we heard of it took nothing and returns nothing.
      if (!isUndone(snapshot.status)) await this.adopt(em, payment, refunds, snapshot);
      return;
    }
    if (snapshot.amount !== ours.amount || snapshot.currency !== ours.currency) {
      throw new DomainError('PAYMENT_MISMATCH', 'The refund at Stripe is not what was asked for.', {
        differing: ['amount'],
      });
    }
    ours.stripeRefundId = snapshot.id;
    await this.move(em, payment, ours, afterReport(ours.status, snapshot.status), snapshot.failureReason);
  }

  /** Marks a refund as refused by Stripe and returns its credits. */
  fail(em: EntityManager, payment: Payment, refund: Refund, failureReason: string): Promise<void> {
    return this.move(em, payment, refund, afterReport(refund.status, 'FAILED'), failureReason);
  }

  /** A refund made at Stripe by somebody else has happened: what was spent becomes debt. */
  private async adopt(
    em: EntityManager,
    payment: Payment,
    refunds: readonly Refund[],
    snapshot: RefundSnapshot,
  ): Promise<void> {
    // Stripe never refunds more than was paid, so what no longer fits is one of ours that it will refuse.
    for (const waiting of refunds) {
      if (refundableAmount(await basisOf(em, payment)) >= snapshot.amount) break;
      if (waiting.stripeRefundId === null && !isUndone(waiting.status)) {
        await this.fail(em, payment, waiting, 'another refund came first');
      }
    }
    await this.take(em, payment, await basisOf(em, payment), {
      id: newId(this.clock),
      amount: snapshot.amount,
      status: snapshot.status,
      reason: snapshot.reason ?? 'REQUESTED_BY_CUSTOMER',
      note: null,
      stripeRefundId: snapshot.id,
      requestedBy: null,
    });
  }

  private async take(
    em: EntityManager,
    payment: Payment,
    basis: RefundBasis,
    row: NewRefundRow,
  ): Promise<Refund> {
    if (payment.lotId === null) throw new Error(`Payment ${payment.id} has no credits to take back.`);
    const credits = creditsToTake(basis, row.amount);
    const money = { amount: row.amount, currency: payment.currency };
    const clawBackSeq = await this.credits.clawBack(em, payment.accountId, payment.lotId, credits, {
      type: 'REFUND',
      description: `Refund of ${formatMoney(money)} for ${formatCredits(credits)} credits`,
      money: { ...money, amount: -row.amount },
      paymentId: payment.id,
      refundId: row.id,
    });
    const refund = em.create(Refund, {
      ...row,
      payment,
      currency: payment.currency,
      credits,
      clawBackSeq,
      createdAt: this.clock.now(),
    });
    payment.refundedAmount += row.amount;
    payment.status = afterRefunds(payment.amount, payment.refundedAmount);
    await em.flush();
    this.log.info(
      {
        accountId: payment.accountId,
        paymentId: payment.id,
        refundId: row.id,
        amount: row.amount.toString(),
      },
      'refund recorded',
    );
    return refund;
  }

  private async move(
    em: EntityManager,
    payment: Payment,
    refund: Refund,
    status: RefundStatus,
    failureReason: string | null,
  ): Promise<void> {
    const wasUndone = isUndone(refund.status);
    refund.status = status;
    if (!isUndone(status) || wasUndone) return;
    refund.failureReason = failureReason;
    payment.refundedAmount -= refund.amount;
    payment.status = afterRefunds(payment.amount, payment.refundedAmount);
    await this.credits.unwind(em, payment.accountId, refund.clawBackSeq, {
      type: 'REFUND_FAILED',
      description: `Refund of ${formatMoney(refund.money)} ${status === 'CANCELED' ? 'was canceled' : 'failed'}; ${formatCredits(refund.credits)} credits returned`,
      money: refund.money,
      paymentId: payment.id,
      refundId: refund.id,
    });
    await em.flush();
    this.log.warn({ accountId: payment.accountId, refundId: refund.id, failureReason }, 'refund failed');
  }
}

async function basisOf(em: EntityManager, payment: Payment): Promise<RefundBasis> {
  const refunds = await em.find(Refund, { payment });
  const active = refunds.filter((refund) => !isUndone(refund.status));
  return {
    amount: payment.amount,
    credits: payment.microCredits,
    refundedAmount: payment.refundedAmount,
    refundedCredits: active.reduce((sum, refund) => sum + refund.credits, 0n),
  };
}

/** More was asked for than is left of the payment. */
export function exceedsPayment(payment: Payment): DomainError {
  const left = payment.amount - payment.refundedAmount;
  return new DomainError(
    'REFUND_EXCEEDS_PAYMENT',
    `At most ${formatMoney({ ...payment.price, amount: left })} of this payment can be refunded.`,
    { refundable: Number(left), currency: payment.currency },
  );
}
