import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { AuditLog } from '../audit-log/audit-log.service.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { formatCredits } from '../platform/credits.js';
import { notFound } from '../platform/errors.js';
import { claimIdempotencyKey } from '../platform/idempotency/idempotency.js';
import { newId } from '../platform/ids.js';
import { endlessAttempts, enqueueJob } from '../platform/jobs/enqueue.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { Payment } from './payment.entity.js';
import { metadataKeys, type PaymentGateway, StuckKeyError } from './payment-gateway.js';
import type { PaymentSync } from './payment-sync.js';
import { Refund } from './refund.entity.js';
import type { RefundService, RefundTerms } from './refund.service.js';
import { refusalOf, refusalReason } from './refund-refusal.js';
import { isUndone } from './refund-state.js';

export interface RefundRequest extends RefundTerms {
  readonly paymentIntentId: string;
  readonly idempotencyKey: string | null;
  readonly by: Actor;
}

/** Finishes a refund whose submission was cut off; see `resume`. */
export const submitRefundTask = 'submit_refund';
/** Long enough that the request which recorded the refund has finished or died. */
const resumeAfterMs = 60_000;

/**
 * Refunds a payment: recorded and its credits taken, committed; then asked of Stripe with a key made from the
 * row's id; then the answer recorded. A job, enqueued with the first step, finishes what was cut off.
 */
export class RefundPayment {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly refunds: RefundService,
    private readonly sync: PaymentSync,
    private readonly gateway: PaymentGateway,
    private readonly clock: Clock,
    private readonly auditLog: AuditLog,
  ) {}

  /**
   * @throws DomainError NOT_FOUND, PAYMENT_NOT_SUCCEEDED, REFUND_EXCEEDS_PAYMENT, CREDITS_ALREADY_SPENT,
   * IDEMPOTENCY_KEY_REUSED, STRIPE_DECLINED (credits returned), STRIPE_UNAVAILABLE (the refund stays pending
   * and is tried again)
   */
  async execute(request: RefundRequest): Promise<Refund> {
    const { refundId, replayed } = await this.uow.run((em) => this.begin(em, request));
    const refund = replayed ? await this.resume(refundId) : await this.submit(refundId);
    if (isRefused(refund)) throw refusalOf(refund);
    return refund;
  }

  /**
   * Finishes a refund that was recorded but perhaps never reached Stripe; harmless when it did. Stripe forgets
   * idempotency keys after a day, so the refund is looked for before it is asked for again. Returns it as Stripe
   * answered: FAILED where Stripe refused.
   * @throws DomainError STRIPE_UNAVAILABLE
   */
  async resume(refundId: string): Promise<Refund> {
    const refund = await this.load(refundId);
    if (isSubmitted(refund)) return refund;
    await this.sync.syncRefunds(intentOf(refund));
    return this.submit(refundId);
  }

  private async begin(
    em: EntityManager,
    request: RefundRequest,
  ): Promise<{ readonly refundId: string; readonly replayed: boolean }> {
    const { paymentIntentId, idempotencyKey, amount, reason, note, spentCredits } = request;
    const payment = await em.findOne(
      Payment,
      { stripePaymentIntentId: paymentIntentId },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!payment) throw notFound('Payment');
    const id = newId(this.clock);
    if (idempotencyKey !== null) {
      const claim = await claimIdempotencyKey(em, this.clock, {
        accountId: payment.accountId,
        operation: 'refund',
        key: idempotencyKey,
        input: { paymentIntentId, amount, reason, note, spentCredits },
        resource: id,
      });
      if (claim.replayed) return { refundId: claim.resource, replayed: true };
    }
    const refund = await this.refunds.open(em, payment, id, request);
    await this.auditLog.record(em, request.by, {
      action: 'REFUND_CREATE',
      accountId: payment.accountId,
      targetId: id,
      note,
      idempotencyKey,
      after: {
        paymentId: payment.id,
        ...refund.money,
        credits: formatCredits(refund.credits),
        reason,
        spentCredits,
      },
    });
    const runAt = new Date(this.clock.now().getTime() + resumeAfterMs);
    // Given up, it would have taken the credits and given no money back.
    const options = { jobKey: `${submitRefundTask}:${id}`, runAt, maxAttempts: endlessAttempts };
    await enqueueJob(em, submitRefundTask, { refundId: id }, options);
    return { refundId: id, replayed: false };
  }

  private async submit(refundId: string): Promise<Refund> {
    const refund = await this.load(refundId);
    if (isSubmitted(refund)) return refund;
    const paymentIntentId = intentOf(refund);
    try {
      const snapshot = await this.gateway.createRefund({
        idempotencyKey: `refund:${refund.id}`,
        paymentIntentId,
        amount: refund.amount,
        reason: refund.reason,
        metadata: { [metadataKeys.refundId]: refund.id, [metadataKeys.paymentId]: refund.payment.id },
      });
      await this.uow.run(async (em) =>
        this.refunds.report(em, await lockPayment(em, refund.payment.id), [snapshot]),
      );
    } catch (error) {
      const refusal = refusalReason(error);
      if (refusal === null && !(error instanceof StuckKeyError)) throw error;
      // It may have made this very refund, when its answer was lost, or know of others that we have not heard of.
      await this.sync.syncRefunds(paymentIntentId);
      if (refusal !== null) {
        await this.settleRefusal(refund, refusal);
        // Stripe refuses refunds of disputed charges, perhaps before its webhook tells us why.
        await this.sync.syncDisputes(paymentIntentId);
      } else if (!isSubmitted(await this.load(refundId))) throw error;
    }
    return this.load(refundId);
  }

  /** Stripe refused for good, unless it has the refund already. */
  private async settleRefusal(refund: Refund, failureReason: string): Promise<void> {
    await this.uow.run(async (em) => {
      const payment = await lockPayment(em, refund.payment.id);
      const current = await em.findOneOrFail(Refund, { id: refund.id });
      if (current.stripeRefundId === null) await this.refunds.fail(em, payment, current, failureReason);
    });
  }

  private load(refundId: string): Promise<Refund> {
    return this.uow.read((em) => em.findOneOrFail(Refund, { id: refundId }, { populate: ['payment'] }));
  }
}

/** Whether Stripe refused to make it. */
const isRefused = (refund: Refund): boolean => refund.stripeRefundId === null && isUndone(refund.status);

/** Whether Stripe has answered for it. */
const isSubmitted = (refund: Refund): boolean => refund.stripeRefundId !== null || isRefused(refund);

function intentOf({ id, payment }: Refund): string {
  if (payment.stripePaymentIntentId === null)
    throw new Error(`Refund ${id} is of a payment without an intent.`);
  return payment.stripePaymentIntentId;
}

const lockPayment = (em: EntityManager, id: string): Promise<Payment> =>
  em.findOneOrFail(Payment, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
