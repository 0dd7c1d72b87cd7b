import { DomainError } from '../platform/errors.js';

/** https://docs.stripe.com/api/disputes/object#dispute_object-status; those that start with WARNING are inquiries. */
export const disputeStatuses = [
  'WARNING_NEEDS_RESPONSE',
  'WARNING_UNDER_REVIEW',
  'WARNING_CLOSED',
  'NEEDS_RESPONSE',
  'UNDER_REVIEW',
  'LOST',
  'APPEAL_NEEDS_RESPONSE',
  'APPEAL_UNDER_REVIEW',
  'WON',
  'PREVENTED',
] as const;
export type DisputeStatus = (typeof disputeStatuses)[number];

export const closedDisputeStatuses = [
  'WARNING_CLOSED',
  'LOST',
  'WON',
  'PREVENTED',
] as const satisfies readonly DisputeStatus[];
const closed: ReadonlySet<DisputeStatus> = new Set(closedDisputeStatuses);
const underAppeal: ReadonlySet<DisputeStatus> = new Set(['APPEAL_NEEDS_RESPONSE', 'APPEAL_UNDER_REVIEW']);

/** Whether nothing more is expected of it: evidence is of no use, and money moves only if it is taken up again. */
export const isClosed = (status: DisputeStatus): boolean => closed.has(status);

/** Whether the bank has decided against us. An appeal changes that only when it is won. */
export const isLost = (status: DisputeStatus): boolean => status === 'LOST' || underAppeal.has(status);

/** What of a dispute is decided together: how far it has come, and what Stripe holds of us for it. */
export interface DisputeStanding {
  readonly status: DisputeStatus;
  /** How often Stripe has moved money for it; never falls. */
  readonly fundMoves: number;
  /** Minor units: withdrawn less reinstated, without fees. */
  readonly fundsWithdrawn: bigint;
}

/**
 * The standing after Stripe reported one. Two reports may be applied in the wrong order, so the newer one is told by
 * what only grows: first the number of times money moved, then how far along the dispute's life a status lies, which
 * is the order of `disputeStatuses`. Money follows the first alone: a status never takes or returns a credit, and only
 * says whether it is lost. Only an appeal goes back, to LOST (https://docs.stripe.com/disputes/how-disputes-work).
 * @throws DomainError PAYMENT_MISMATCH where as many movements came to another amount: so our row was changed by hand
 */
export function afterReport(known: DisputeStanding, reported: DisputeStanding): DisputeStanding {
  if (reported.fundMoves > known.fundMoves) return reported;
  if (reported.fundMoves < known.fundMoves) return known;
  if (reported.fundsWithdrawn !== known.fundsWithdrawn) {
    throw new DomainError('PAYMENT_MISMATCH', 'The dispute at Stripe holds another amount than ours.', {
      differing: ['fundsWithdrawn'],
    });
  }
  return { ...known, status: laterOf(known.status, reported.status) };
}

function laterOf(known: DisputeStatus, reported: DisputeStatus): DisputeStatus {
  if (underAppeal.has(known) && reported === 'LOST') return reported;
  return disputeStatuses.indexOf(reported) > disputeStatuses.indexOf(known) ? reported : known;
}
