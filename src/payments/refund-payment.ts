import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { Clock } from '../platform/clock.js';
import { DomainError, notFound } from '../platform/errors.js';
import { claimIdempotencyKey } from '../platform/idempotency/idempotency.js';
import { newId } from '../platform/ids.js';
import { enqueueJob } from '../platform/jobs/enqueue.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { Payment } from './payment.entity.js';
import { metadataKeys, type PaymentGateway } from './payment-gateway.js';
import type { PaymentSync } from './payment-sync.js';
import { Refund } from './refund.entity.js';
import { exceedsPayment, type RefundService, type RefundTerms } from './refund.service.js';
import { isUndone } from './refund-state.js';

export interface RefundRequest extends RefundTerms {
  readonly paymentIntentId: string;
  readonly idempotencyKey: string | null;
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
  ) {}

  /**
   * @throws DomainError NOT_FOUND, PAYMENT_NOT_SUCCEEDED, REFUND_EXCEEDS_PAYMENT, CREDITS_ALREADY_SPENT,
   * IDEMPOTENCY_KEY_REUSED, STRIPE_DECLINED (credits returned), STRIPE_UNAVAILABLE (the refund stays pending
   * and is tried again)
   */
  async execute(request: RefundRequest): Promise<Refund> {
    const { refundId, replayed } = await this.uow.run((em) => this.begin(em, request));
    return replayed ? this.resume(refundId) : this.submit(refundId);
  }

  /**
   * Finishes a refund that was recorded but perhaps never reached Stripe; harmless when it did. Stripe forgets
   * idempotency keys after a day, so the refund is looked for before it is asked for again.
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
    await this.refunds.open(em, payment, id, request);
    const runAt = new Date(this.clock.now().getTime() + resumeAfterMs);
    await enqueueJob(em, submitRefundTask, { refundId: id }, { jobKey: `${submitRefundTask}:${id}`, runAt });
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
        this.refunds.report(em, await lockPayment(em, refund.payment.id), snapshot),
      );
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await this.settleRefusal(refund, paymentIntentId, error);
    }
    return this.load(refundId);
  }

  /**
   * Stripe refused. It may have made this very refund long ago, when its answer was lost, or know of others that
   * we have not heard of; so look before believing it.
   * @throws DomainError the refusal, unless Stripe has the refund
   */
  private async settleRefusal(refund: Refund, paymentIntentId: string, refusal: DomainError): Promise<void> {
    await this.sync.syncRefunds(paymentIntentId);
    await this.uow.run(async (em) => {
      const payment = await lockPayment(em, refund.payment.id);
      const current = await em.findOneOrFail(Refund, { id: refund.id });
      if (current.stripeRefundId === null) await this.refunds.fail(em, payment, current, refusal.code);
    });
    const { payment, stripeRefundId } = await this.load(refund.id);
    if (stripeRefundId !== null) return;
    throw refusal.code === 'REFUND_EXCEEDS_PAYMENT' ? exceedsPayment(payment) : refusal;
  }

  private load(refundId: string): Promise<Refund> {
    return this.uow.read((em) => em.findOneOrFail(Refund, { id: refundId }, { populate: ['payment'] }));
  }
}

/** Whether Stripe has answered for it. */
const isSubmitted = (refund: Refund): boolean => refund.stripeRefundId !== null || isUndone(refund.status);

function intentOf({ id, payment }: Refund): string {
  if (payment.stripePaymentIntentId === null)
    throw new Error(`Refund ${id} is of a payment without an intent.`);
  return payment.stripePaymentIntentId;
}

const lockPayment = (em: EntityManager, id: string): Promise<Payment> =>
  em.findOneOrFail(Payment, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });

const isRefusal = (error: unknown): error is DomainError =>
  error instanceof DomainError &&
  (error.code === 'STRIPE_DECLINED' || error.code === 'REFUND_EXCEEDS_PAYMENT');
