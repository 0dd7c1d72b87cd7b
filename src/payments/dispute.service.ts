import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { AuditedFields } from '../audit-log/audit-entry.js';
import type { AuditLog } from '../audit-log/audit-log.service.js';
import type { CreditsService } from '../credits/credits.service.js';
import type { Rehearsal } from '../credits/rehearsal.js';
import { stripe } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { formatCredits, type MicroCredits } from '../platform/credits.js';
import { newId } from '../platform/ids.js';
import type { Log } from '../platform/log.js';
import { formatMoney } from '../platform/money.js';
import { Dispute } from './dispute.entity.js';
import { afterReport, type DisputeStanding, isClosed, isLost } from './dispute-state.js';
import type { Payment } from './payment.entity.js';
import type { DisputeSnapshot } from './payment-gateway.js';
import { creditedStatus, isCredited } from './payment-state.js';
import { basisOf } from './refund-basis.js';
import { disputeShares, type RefundBasis } from './refund-math.js';

/** What a dispute is to hold. */
interface Claim {
  readonly dispute: Dispute;
  readonly withdrawn: bigint;
  readonly credits: MicroCredits;
}

/**
 * Disputes in our books. Every method expects the payment's row locked by the caller's transaction. Money that
 * Stripe has withdrawn freezes its credits; once it is reinstated they return, and where the dispute is lost they are
 * written off. See https://docs.stripe.com/disputes/how-disputes-work.
 */
export class DisputeService {
  constructor(
    private readonly credits: CreditsService,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly auditLog: AuditLog,
  ) {}

  /** Brings our disputes in line with those that Stripe reports. Older reports than those we know change nothing. */
  async report(em: EntityManager, payment: Payment, snapshots: readonly DisputeSnapshot[]): Promise<void> {
    const known = await em.find(Dispute, { payment });
    const before = new Map(known.map((dispute) => [dispute, auditedOf(dispute)]));
    const withdrawn = new Map<Dispute, bigint>();
    for (const snapshot of snapshots) {
      const dispute =
        known.find(({ stripeDisputeId }) => stripeDisputeId === snapshot.id) ??
        this.open(em, payment, snapshot);
      withdrawn.set(dispute, this.follow(payment, dispute, snapshot).fundsWithdrawn);
    }
    await em.flush();
    await this.book(em, payment, await basisOf(em, payment), withdrawn);
    for (const dispute of withdrawn.keys())
      await this.recordReport(em, payment, dispute, before.get(dispute) ?? null);
  }

  /**
   * Shares credits out anew between refunds and disputes, for refunds that come to what `basis` says. To be called
   * before a refund takes, so that it finds what disputes need not hold any more, and after one returns.
   */
  async makeWay(em: EntityManager, payment: Payment, basis: RefundBasis): Promise<void> {
    if (payment.disputedAmount > 0n) await this.book(em, payment, basis, new Map());
  }

  /** Does to books that are only looked at what `makeWay` would do. */
  async rehearseMakingWay(
    em: EntityManager,
    payment: Payment,
    basis: RefundBasis,
    rehearsal: Rehearsal,
  ): Promise<void> {
    const { lotId } = payment;
    if (payment.disputedAmount === 0n || lotId === null) return;
    const claims = changedClaims(await allOf(em, payment), basis, new Map());
    for (const { dispute } of claims) {
      const { clawBackSeq, writtenOff } = dispute;
      if (clawBackSeq !== null) rehearsal.unwind({ clawBackSeq, writtenOff });
    }
    for (const { withdrawn, credits } of claims)
      if (withdrawn > 0n) rehearsal.clawBack({ lotId, amount: credits, to: 'disputed' });
  }

  private open(em: EntityManager, payment: Payment, snapshot: DisputeSnapshot): Dispute {
    this.log.warn(
      {
        accountId: payment.accountId,
        paymentId: payment.id,
        disputeId: snapshot.id,
        status: snapshot.status,
      },
      'payment disputed',
    );
    return em.create(Dispute, {
      id: newId(this.clock),
      payment,
      stripeDisputeId: snapshot.id,
      status: snapshot.status,
      reason: snapshot.reason,
      amount: snapshot.amount,
      currency: snapshot.currency,
      fundMoves: 0,
      fundsWithdrawn: 0n,
      creditsTaken: 0n,
      createdAt: snapshot.createdAt,
    });
  }

  /** Takes over all of a report but its money, which `book` does together with the credits. */
  private follow(payment: Payment, dispute: Dispute, snapshot: DisputeSnapshot): DisputeStanding {
    const before = dispute.status;
    const standing = afterReport(dispute, snapshot);
    dispute.status = standing.status;
    dispute.fundMoves = standing.fundMoves;
    // An old report says nothing that a newer one did not.
    if (standing.status === snapshot.status && standing.fundMoves === snapshot.fundMoves) {
      dispute.reason = snapshot.reason;
      dispute.amount = snapshot.amount;
      dispute.evidenceDueBy = snapshot.evidenceDueBy;
    }
    if (!isClosed(dispute.status)) dispute.closedAt = null;
    else dispute.closedAt ??= this.clock.now();
    if (before !== dispute.status) {
      this.log.info(
        { accountId: payment.accountId, disputeId: snapshot.id, from: before, to: dispute.status },
        'dispute moved',
      );
    }
    return standing;
  }

  private async recordReport(
    em: EntityManager,
    { id: paymentId, accountId }: Payment,
    dispute: Dispute,
    before: AuditedFields | null,
  ): Promise<void> {
    const after = auditedOf(dispute);
    const entry = { accountId, targetId: dispute.id };
    if (before === null) {
      const { stripeDisputeId, reason, amount, currency } = dispute;
      const opened = { paymentId, stripeDisputeId, reason, amount, currency, ...after };
      await this.auditLog.record(em, stripe, { ...entry, action: 'DISPUTE_OPEN', after: opened });
    } else if (!isDeepStrictEqual(before, after)) {
      await this.auditLog.record(em, stripe, { ...entry, action: 'DISPUTE_SETTLE', before, after });
    }
  }

  /** Makes each dispute hold what it is to hold. */
  private async book(
    em: EntityManager,
    payment: Payment,
    basis: RefundBasis,
    withdrawn: ReadonlyMap<Dispute, bigint>,
  ): Promise<void> {
    const disputes = await allOf(em, payment);
    const changed = changedClaims(disputes, basis, withdrawn);
    // Everything returns before anything is taken, so that nothing becomes debt that another dispute gives back.
    for (const claim of changed) await this.giveBack(em, payment, claim);
    for (const claim of changed) await this.take(em, payment, claim);
    for (const dispute of disputes) await this.writeOff(em, payment, dispute);
    payment.disputedAmount = disputes.reduce((sum, { fundsWithdrawn }) => sum + fundsWithdrawn, 0n);
    if (isCredited(payment.status)) payment.status = creditedStatus(payment);
    await em.flush();
  }

  private async giveBack(em: EntityManager, payment: Payment, { dispute, withdrawn }: Claim): Promise<void> {
    const { clawBackSeq, writtenOff } = dispute;
    if (clawBackSeq === null) return;
    const what = `Dispute of ${formatMoney(dispute.withdrawn)}`;
    const why = withdrawn === 0n ? 'was reversed' : 'is counted anew';
    await this.credits.unwind(
      em,
      payment.accountId,
      { clawBackSeq, writtenOff },
      {
        type: 'DISPUTE_REVERSED',
        description: `${what} ${why}; ${formatCredits(dispute.creditsTaken)} credits returned`,
        money: dispute.withdrawn,
        paymentId: payment.id,
      },
    );
    Object.assign(dispute, { fundsWithdrawn: 0n, creditsTaken: 0n, clawBackSeq: null, writtenOff: false });
    this.log.info({ accountId: payment.accountId, disputeId: dispute.stripeDisputeId }, 'dispute reversed');
  }

  private async take(em: EntityManager, payment: Payment, claim: Claim): Promise<void> {
    const { dispute, withdrawn, credits } = claim;
    if (withdrawn === 0n) return;
    if (payment.lotId === null) throw new Error(`Payment ${payment.id} has no credits to take back.`);
    const money = { amount: withdrawn, currency: dispute.currency };
    const back = { lotId: payment.lotId, amount: credits, to: 'disputed' } as const;
    const clawBackSeq = await this.credits.clawBack(em, payment.accountId, back, {
      type: 'DISPUTE',
      description: `Dispute of ${formatMoney(money)} for ${formatCredits(credits)} credits`,
      money: { ...money, amount: -withdrawn },
      paymentId: payment.id,
    });
    Object.assign(dispute, { fundsWithdrawn: withdrawn, creditsTaken: credits, clawBackSeq });
    this.log.warn(
      {
        accountId: payment.accountId,
        paymentId: payment.id,
        disputeId: dispute.stripeDisputeId,
        amount: withdrawn.toString(),
      },
      'dispute took credits',
    );
  }

  private async writeOff(em: EntityManager, payment: Payment, dispute: Dispute): Promise<void> {
    const { clawBackSeq, creditsTaken, writtenOff } = dispute;
    if (clawBackSeq === null || writtenOff || !isLost(dispute.status)) return;
    await this.credits.writeOff(em, payment.accountId, clawBackSeq, {
      type: 'DISPUTE_LOST',
      description: `Dispute of ${formatMoney(dispute.withdrawn)} was lost; ${formatCredits(creditsTaken)} credits stay gone`,
      paymentId: payment.id,
    });
    dispute.writtenOff = true;
    this.log.warn({ accountId: payment.accountId, disputeId: dispute.stripeDisputeId }, 'dispute lost');
  }
}

const allOf = (em: EntityManager, payment: Payment): Promise<Dispute[]> =>
  em.find(Dispute, { payment }, { orderBy: { createdAt: 'asc', stripeDisputeId: 'asc' } });

/** The disputes that do not hold what they are to hold; those not in `withdrawn` have withdrawn what they had. */
function changedClaims(
  disputes: readonly Dispute[],
  basis: RefundBasis,
  withdrawn: ReadonlyMap<Dispute, bigint>,
): Claim[] {
  const amounts = disputes.map((dispute) => withdrawn.get(dispute) ?? dispute.fundsWithdrawn);
  const shares = disputeShares(basis, amounts);
  return disputes
    .map((dispute, i): Claim => ({ dispute, withdrawn: amounts[i] ?? 0n, credits: shares[i] ?? 0n }))
    .filter(
      ({ dispute, withdrawn: amount, credits }) =>
        dispute.fundsWithdrawn !== amount ||
        dispute.creditsTaken !== credits ||
        dispute.writtenOff > isLost(dispute.status),
    );
}

const auditedOf = ({ status, fundsWithdrawn, creditsTaken, writtenOff }: Dispute): AuditedFields => ({
  status,
  fundsWithdrawn,
  credits: formatCredits(creditsTaken),
  writtenOff,
});
