import { describe, expect, test } from '@jest/globals';
import {
  afterReport as afterDisputeReport,
  type DisputeStanding,
  type DisputeStatus,
  disputeStatuses,
  isClosed,
} from '../../src/payments/dispute-state.js';
import {
  afterFact,
  creditedStatus,
  type IntentFact,
  isCredited,
  paymentStatuses,
} from '../../src/payments/payment-state.js';
import { afterReport, isUndone, refundStatuses } from '../../src/payments/refund-state.js';

const facts: readonly IntentFact[] = ['REQUIRES_PAYMENT', 'PROCESSING', 'SUCCEEDED', 'FAILED', 'CANCELED'];

describe('a payment', () => {
  test('that was credited stays credited, whatever comes late', () => {
    for (const status of paymentStatuses.filter(isCredited)) {
      for (const fact of facts) expect(afterFact(status, fact)).toBe(status);
    }
  });

  test('succeeds from every state in which it was not credited yet', () => {
    for (const status of paymentStatuses.filter((one) => !isCredited(one))) {
      expect(afterFact(status, 'SUCCEEDED')).toBe('SUCCEEDED');
    }
  });

  test('follows the facts until then, except that a cancellation is final', () => {
    for (const fact of facts.filter((one) => one !== 'SUCCEEDED')) {
      expect(afterFact('REQUIRES_PAYMENT', fact)).toBe(fact);
      expect(afterFact('FAILED', fact)).toBe(fact);
      expect(afterFact('PROCESSING', fact)).toBe(fact);
      expect(afterFact('CANCELED', fact)).toBe('CANCELED');
    }
  });

  test('says how much of it was refunded, unless a dispute holds some', () => {
    const statusWith = (refundedAmount: bigint, disputedAmount = 0n) =>
      creditedStatus({ amount: 4500n, refundedAmount, disputedAmount });
    expect(statusWith(0n)).toBe('SUCCEEDED');
    expect(statusWith(1n)).toBe('PARTIALLY_REFUNDED');
    expect(statusWith(4500n)).toBe('REFUNDED');
    for (const refunded of [0n, 1n, 4500n]) expect(statusWith(refunded, 1n)).toBe('DISPUTED');
  });
});

describe('a refund', () => {
  test('that is undone stays so', () => {
    for (const status of refundStatuses.filter(isUndone)) {
      for (const reported of refundStatuses) expect(afterReport(status, reported)).toBe(status);
    }
  });

  test('that succeeded may still fail, but not become pending again', () => {
    expect(afterReport('SUCCEEDED', 'FAILED')).toBe('FAILED');
    expect(afterReport('SUCCEEDED', 'CANCELED')).toBe('CANCELED');
    expect(afterReport('SUCCEEDED', 'PENDING')).toBe('SUCCEEDED');
    expect(afterReport('SUCCEEDED', 'REQUIRES_ACTION')).toBe('SUCCEEDED');
  });

  test('that is open becomes what is reported', () => {
    for (const reported of refundStatuses) {
      expect(afterReport('PENDING', reported)).toBe(reported);
      expect(afterReport('REQUIRES_ACTION', reported)).toBe(reported);
    }
  });
});

describe('a dispute', () => {
  const standing = (status: DisputeStatus, fundMoves = 0): DisputeStanding => ({
    status,
    fundMoves,
    fundsWithdrawn: BigInt(fundMoves % 2) * 4500n,
  });
  const isAppeal = (status: DisputeStatus) => status.startsWith('APPEAL_');

  test('follows whatever report knows of more movements of money, and no report that knows of fewer', () => {
    for (const known of disputeStatuses) {
      for (const reported of disputeStatuses) {
        expect(afterDisputeReport(standing(known, 1), standing(reported, 2))).toEqual(standing(reported, 2));
        expect(afterDisputeReport(standing(known, 2), standing(reported, 1))).toEqual(standing(known, 2));
      }
    }
  });

  test('only goes on from where it stands, and from an appeal back to where it was lost', () => {
    for (const known of disputeStatuses) {
      for (const reported of disputeStatuses) {
        const goesOn = disputeStatuses.indexOf(reported) > disputeStatuses.indexOf(known);
        const follows = goesOn || (isAppeal(known) && reported === 'LOST');
        const after = afterDisputeReport(standing(known, 1), standing(reported, 1));
        expect(after).toEqual(standing(follows ? reported : known, 1));
      }
    }
  });

  test('never moves money by its status alone', () => {
    for (const known of disputeStatuses) {
      for (const status of disputeStatuses) {
        const reported = { ...standing(status, 1), fundsWithdrawn: 1n };
        expect(afterDisputeReport(standing(known, 1), reported).fundsWithdrawn).toBe(4500n);
      }
    }
  });

  test('is over when it is won, lost, prevented, or an inquiry that was closed', () => {
    expect(disputeStatuses.filter(isClosed)).toEqual(['WARNING_CLOSED', 'LOST', 'WON', 'PREVENTED']);
  });
});
