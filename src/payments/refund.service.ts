import type { EntityManager } from '@mikro-orm/postgresql';
import type { AuditLog } from '../audit-log/audit-log.service.js';
import type { CreditsService } from '../credits/credits.service.js';
import { stripe } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { formatCredits } from '../platform/credits.js';
import { badInput, DomainError } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import type { Log } from '../platform/log.js';
import { formatMoney } from '../platform/money.js';
import { Dispute } from './dispute.entity.js';
import type { DisputeService } from './dispute.service.js';
import type { Payment } from './payment.entity.js';
import { metadataKeys, type RefundSnapshot } from './payment-gateway.js';
import { creditedStatus, isCredited } from './payment-state.js';
import { Refund } from './refund.entity.js';
import { basisOf } from './refund-basis.js';
import {
  afterRefund,
  creditsToTake,
  type RefundBasis,
  refundableAmount,
  refundableBy,
} from './refund-math.js';
import type { RefundQuote } from './refund-quote.js';
import { exceedsPayment, exceedsPaymentReason } from './refund-refusal.js';
import {
  afterReport,
  isUndone,
  type RefundReason,
  type RefundStatus,
  undoneStatuses,
} from './refund-state.js';

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
    private readonly disputes: DisputeService,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly auditLog: AuditLog,
  ) {}

  /**
   * Records a refund that we are about to make.
   * @throws DomainError PAYMENT_NOT_SUCCEEDED, BAD_USER_INPUT, REFUND_EXCEEDS_PAYMENT, CREDITS_ALREADY_SPENT
   */
  async open(em: EntityManager, payment: Payment, id: string, terms: RefundTerms): Promise<Refund> {
    const lotId = lotOf(payment);
    const basis = await basisOf(em, payment);
    const amount = amountToRefund(payment, basis, terms.amount);
    if (amount === 0n) throw exceedsPayment(payment);
    if (terms.spentCredits === 'REJECT') {
      const unspent = await this.credits.remainingInLot(em, payment.accountId, lotId);
      const refundable = refundableBy(basis, unspent);
      if (amount > refundable) {
        throw new DomainError(
          'CREDITS_ALREADY_SPENT',
          `Some of these credits are spent. Refund at most ${formatMoney({ ...payment.price, amount: refundable })}, or let the rest become debt with spentCredits: CREATE_DEBT.`,
          { refundable: Number(refundable), currency: payment.currency },
        );
      }
    }
    return this.take(em, payment, {
      id,
      amount,
      status: 'PENDING',
      reason: terms.reason,
      note: terms.note,
      stripeRefundId: null,
      requestedBy: terms.requestedBy,
    });
  }

  /**
   * What `open` would do with this amount now. Nothing is locked or written; expects a snapshot.
   * @throws DomainError PAYMENT_NOT_SUCCEEDED, BAD_USER_INPUT, REFUND_EXCEEDS_PAYMENT
   */
  async quote(em: EntityManager, payment: Payment, asked: bigint | null): Promise<RefundQuote> {
    const { accountId } = payment;
    const lotId = lotOf(payment);
    const basis = await basisOf(em, payment);
    const amount = amountToRefund(payment, basis, asked);
    const standing = await em.find(Refund, { payment, status: { $nin: [...undoneStatuses] } });
    const disputes = await em.find(Dispute, { payment, clawBackSeq: { $ne: null } });
    const seqsOf = (rows: readonly (Refund | Dispute)[]) =>
      rows.flatMap(({ clawBackSeq }) => clawBackSeq ?? []);
    const rehearsal = await this.credits.rehearse(em, accountId, lotId, seqsOf(disputes));
    const lot = rehearsal.lot(lotId);
    if (!lot) throw new Error(`Payment ${payment.id} has lost the lot it granted.`);
    const { granted, remaining: unspent, held } = lot;
    const taken = await this.credits.takenFromLot(em, accountId, lotId, seqsOf([...standing, ...disputes]));
    const refundableByUnspent = refundableBy(basis, unspent);
    const credits = creditsToTake(basis, amount);
    await this.disputes.rehearseMakingWay(em, payment, afterRefund(basis, amount), rehearsal);
    return {
      payment,
      refundable: refundableAmount(basis),
      refundableByUnspent,
      refundedCredits: basis.refundedCredits,
      unspent,
      held,
      spent: granted - unspent - held - taken,
      refund:
        amount === 0n
          ? null
          : {
              amount,
              credits,
              ...rehearsal.sharesOf({ lotId, amount: credits }),
              spentCredits: amount > refundableByUnspent ? 'CREATE_DEBT' : 'REJECT',
            },
    };
  }

  /** Brings our refunds in line with those that Stripe reports, oldest first, whoever made them. */
  async report(em: EntityManager, payment: Payment, snapshots: readonly RefundSnapshot[]): Promise<void> {
    const refunds = await payment.refunds.loadItems();
    const pairs = snapshots.map((snapshot) => ({ snapshot, ours: findOurs(refunds, snapshot) }));
    // Ours first: what is known of them decides how much room there is for the others.
    for (const { snapshot, ours } of pairs) if (ours) await this.follow(em, payment, ours, snapshot);
    for (const { snapshot, ours } of pairs) {
      if (ours) continue;
      if (isUndone(snapshot.status)) this.remember(em, payment, snapshot);
      else await this.adopt(em, payment, snapshot);
    }
    await em.flush();
  }

  /** Marks a refund as refused by Stripe and returns its credits. */
  fail(em: EntityManager, payment: Payment, refund: Refund, failureReason: string): Promise<void> {
    return this.move(em, payment, refund, afterReport(refund.status, 'FAILED'), failureReason);
  }

  /** Takes over what Stripe says of a refund that we recorded. */
  private async follow(
    em: EntityManager,
    payment: Payment,
    ours: Refund,
    snapshot: RefundSnapshot,
  ): Promise<void> {
    if (snapshot.amount !== ours.amount || snapshot.currency !== ours.currency) {
      throw new DomainError('PAYMENT_MISMATCH', 'The refund at Stripe is not what was asked for.', {
        differing: ['amount'],
      });
    }
    const wasGivenUp = ours.stripeRefundId === null && isUndone(ours.status);
    ours.stripeRefundId = snapshot.id;
    if (wasGivenUp && !isUndone(snapshot.status)) await this.revive(em, payment, ours, snapshot.status);
    else
      await this.move(em, payment, ours, afterReport(ours.status, snapshot.status), snapshot.failureReason);
  }

  /** We took a refund for refused, and Stripe made it all the same: its credits are taken again. */
  private async revive(
    em: EntityManager,
    payment: Payment,
    refund: Refund,
    status: RefundStatus,
  ): Promise<void> {
    await this.makeRoom(em, payment, refund.amount);
    const taken = await this.takeCredits(em, payment, refund);
    const before = refund.status;
    Object.assign(refund, taken, { status, failureReason: null });
    await em.flush();
    await this.recordMove(em, payment, refund, before);
  }

  /** A refund made at Stripe by somebody else has happened: what was spent becomes debt. */
  private async adopt(em: EntityManager, payment: Payment, snapshot: RefundSnapshot): Promise<void> {
    await this.makeRoom(em, payment, snapshot.amount);
    const refund = await this.take(em, payment, this.madeElsewhere(snapshot));
    await this.auditLog.record(em, stripe, {
      action: 'REFUND_ADOPT',
      accountId: payment.accountId,
      targetId: refund.id,
      after: {
        paymentId: payment.id,
        ...refund.money,
        credits: formatCredits(refund.credits),
        reason: refund.reason,
        status: refund.status,
      },
    });
  }

  /**
   * One that failed before we heard of it took nothing and returns nothing. It is kept all the same: a report from
   * before it failed may still be on its way, and must find that it did.
   */
  private remember(em: EntityManager, payment: Payment, snapshot: RefundSnapshot): void {
    em.create(Refund, {
      ...this.madeElsewhere(snapshot),
      payment,
      currency: payment.currency,
      credits: 0n,
      clawBackSeq: 0n,
      failureReason: snapshot.failureReason,
      createdAt: this.clock.now(),
    });
  }

  private madeElsewhere(snapshot: RefundSnapshot): NewRefundRow {
    return {
      id: newId(this.clock),
      amount: snapshot.amount,
      status: snapshot.status,
      reason: snapshot.reason ?? 'REQUESTED_BY_CUSTOMER',
      note: null,
      stripeRefundId: snapshot.id,
      requestedBy: null,
    };
  }

  /** Stripe never refunds more than was paid, so what no longer fits is one of ours that it will refuse. */
  private async makeRoom(em: EntityManager, payment: Payment, amount: bigint): Promise<void> {
    for (const refund of await payment.refunds.loadItems()) {
      if (payment.amount - payment.refundedAmount >= amount) return;
      if (refund.stripeRefundId === null && !isUndone(refund.status)) {
        await this.fail(em, payment, refund, exceedsPaymentReason);
      }
    }
  }

  private async take(em: EntityManager, payment: Payment, row: NewRefundRow): Promise<Refund> {
    const taken = await this.takeCredits(em, payment, row);
    const refund = em.create(Refund, {
      ...row,
      ...taken,
      payment,
      currency: payment.currency,
      createdAt: this.clock.now(),
    });
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

  /** Counts a refund into its payment and takes its credits. */
  private async takeCredits(
    em: EntityManager,
    payment: Payment,
    { id, amount }: Pick<Refund, 'id' | 'amount'>,
  ): Promise<Pick<Refund, 'credits' | 'clawBackSeq'>> {
    if (payment.lotId === null) throw new Error(`Payment ${payment.id} has no credits to take back.`);
    const basis = await basisOf(em, payment);
    const credits = creditsToTake(basis, amount);
    payment.refundedAmount += amount;
    payment.status = creditedStatus(payment);
    await this.disputes.makeWay(em, payment, afterRefund(basis, amount));
    const money = { amount, currency: payment.currency };
    const back = { lotId: payment.lotId, amount: credits, to: 'refunded' } as const;
    const clawBackSeq = await this.credits.clawBack(em, payment.accountId, back, {
      type: 'REFUND',
      description: `Refund of ${formatMoney(money)} for ${formatCredits(credits)} credits`,
      money: { ...money, amount: -amount },
      paymentId: payment.id,
      refundId: id,
    });
    return { credits, clawBackSeq };
  }

  private async move(
    em: EntityManager,
    payment: Payment,
    refund: Refund,
    status: RefundStatus,
    failureReason: string | null,
  ): Promise<void> {
    const before = refund.status;
    const wasUndone = isUndone(before);
    refund.status = status;
    if (status !== before) await this.recordMove(em, payment, refund, before);
    if (!isUndone(status) || wasUndone) return;
    refund.failureReason = failureReason;
    payment.refundedAmount -= refund.amount;
    payment.status = creditedStatus(payment);
    const { clawBackSeq } = refund;
    await this.credits.unwind(
      em,
      payment.accountId,
      { clawBackSeq, writtenOff: false },
      {
        type: 'REFUND_FAILED',
        description: `Refund of ${formatMoney(refund.money)} ${status === 'CANCELED' ? 'was canceled' : 'failed'}; ${formatCredits(refund.credits)} credits returned`,
        money: refund.money,
        paymentId: payment.id,
        refundId: refund.id,
      },
    );
    await em.flush();
    await this.disputes.makeWay(em, payment, await basisOf(em, payment));
    this.log.warn({ accountId: payment.accountId, refundId: refund.id, failureReason }, 'refund failed');
  }

  /** Stripe decides what becomes of a refund, whoever asked for it. */
  private recordMove(
    em: EntityManager,
    payment: Payment,
    refund: Refund,
    before: RefundStatus,
  ): Promise<void> {
    return this.auditLog.record(em, stripe, {
      action: 'REFUND_SETTLE',
      accountId: payment.accountId,
      targetId: refund.id,
      before: { status: before },
      after: { status: refund.status },
    });
  }
}

/** @throws DomainError PAYMENT_NOT_SUCCEEDED */
function lotOf({ status, lotId }: Payment): string {
  if (isCredited(status) && lotId !== null) return lotId;
  throw new DomainError('PAYMENT_NOT_SUCCEEDED', 'Only a payment that succeeded can be refunded.', {
    status,
  });
}

/**
 * Minor units; all that is left, which may be nothing, where no amount was asked for.
 * @throws DomainError BAD_USER_INPUT, REFUND_EXCEEDS_PAYMENT
 */
function amountToRefund(payment: Payment, basis: RefundBasis, asked: bigint | null): bigint {
  const left = refundableAmount(basis);
  if (asked === null) return left;
  if (asked <= 0n) throw badInput('The amount of a refund must be positive.');
  if (asked > left) throw exceedsPayment(payment);
  return asked;
}

/** Ours by Stripe's id; or by our own id in its metadata, where Stripe's answer was never recorded. */
const findOurs = (refunds: readonly Refund[], snapshot: RefundSnapshot): Refund | undefined =>
  refunds.find((refund) => refund.stripeRefundId === snapshot.id) ??
  refunds.find(
    (refund) => refund.stripeRefundId === null && refund.id === snapshot.metadata[metadataKeys.refundId],
  );
