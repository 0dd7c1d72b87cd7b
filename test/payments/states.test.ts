import { describe, expect, test } from '@jest/globals';
import {
  afterReport as afterDisputeReport,
  type DisputeStanding,
  type DisputeStatus,
  disputeStatuses,
  isClosed,
  isLost,
} from '../../src/payments/dispute-state.js';
import {
  afterFact,
  creditedStatus,
  type IntentFact,
  intentFacts,
  isCredited,
  type PaymentStatus,
  paymentStatuses,
} from '../../src/payments/payment-state.js';
import { afterReport, isUndone, type RefundStatus, refundStatuses } from '../../src/payments/refund-state.js';
import { stateTable } from '../support/state-table.js';

const readme = 'src/payments/README.md';

/** Every pair written out, so that no rule of the code is needed to read it: our status, the fact, the status after. */
const payments: Record<PaymentStatus, Record<IntentFact, PaymentStatus>> = {
  REQUIRES_PAYMENT: {
    REQUIRES_PAYMENT: 'REQUIRES_PAYMENT',
    PROCESSING: 'PROCESSING',
    FAILED: 'FAILED',
    CANCELED: 'CANCELED',
    SUCCEEDED: 'SUCCEEDED',
  },
  PROCESSING: {
    REQUIRES_PAYMENT: 'REQUIRES_PAYMENT',
    PROCESSING: 'PROCESSING',
    FAILED: 'FAILED',
    CANCELED: 'CANCELED',
    SUCCEEDED: 'SUCCEEDED',
  },
  FAILED: {
    REQUIRES_PAYMENT: 'REQUIRES_PAYMENT',
    PROCESSING: 'PROCESSING',
    FAILED: 'FAILED',
    CANCELED: 'CANCELED',
    SUCCEEDED: 'SUCCEEDED',
  },
  CANCELED: {
    REQUIRES_PAYMENT: 'CANCELED',
    PROCESSING: 'CANCELED',
    FAILED: 'CANCELED',
    CANCELED: 'CANCELED',
    SUCCEEDED: 'SUCCEEDED',
  },
  SUCCEEDED: {
    REQUIRES_PAYMENT: 'SUCCEEDED',
    PROCESSING: 'SUCCEEDED',
    FAILED: 'SUCCEEDED',
    CANCELED: 'SUCCEEDED',
    SUCCEEDED: 'SUCCEEDED',
  },
  PARTIALLY_REFUNDED: {
    REQUIRES_PAYMENT: 'PARTIALLY_REFUNDED',
    PROCESSING: 'PARTIALLY_REFUNDED',
    FAILED: 'PARTIALLY_REFUNDED',
    CANCELED: 'PARTIALLY_REFUNDED',
    SUCCEEDED: 'PARTIALLY_REFUNDED',
  },
  REFUNDED: {
    REQUIRES_PAYMENT: 'REFUNDED',
    PROCESSING: 'REFUNDED',
    FAILED: 'REFUNDED',
    CANCELED: 'REFUNDED',
    SUCCEEDED: 'REFUNDED',
  },
  DISPUTED: {
    REQUIRES_PAYMENT: 'DISPUTED',
    PROCESSING: 'DISPUTED',
    FAILED: 'DISPUTED',
    CANCELED: 'DISPUTED',
    SUCCEEDED: 'DISPUTED',
  },
};

const refunds: Record<RefundStatus, Record<RefundStatus, RefundStatus>> = {
  PENDING: {
    PENDING: 'PENDING',
    REQUIRES_ACTION: 'REQUIRES_ACTION',
    SUCCEEDED: 'SUCCEEDED',
    FAILED: 'FAILED',
    CANCELED: 'CANCELED',
  },
  REQUIRES_ACTION: {
    PENDING: 'PENDING',
    REQUIRES_ACTION: 'REQUIRES_ACTION',
    SUCCEEDED: 'SUCCEEDED',
    FAILED: 'FAILED',
    CANCELED: 'CANCELED',
  },
  SUCCEEDED: {
    PENDING: 'SUCCEEDED',
    REQUIRES_ACTION: 'SUCCEEDED',
    SUCCEEDED: 'SUCCEEDED',
    FAILED: 'FAILED',
    CANCELED: 'CANCELED',
  },
  FAILED: {
    PENDING: 'FAILED',
    REQUIRES_ACTION: 'FAILED',
    SUCCEEDED: 'FAILED',
    FAILED: 'FAILED',
    CANCELED: 'FAILED',
  },
  CANCELED: {
    PENDING: 'CANCELED',
    REQUIRES_ACTION: 'CANCELED',
    SUCCEEDED: 'CANCELED',
    FAILED: 'CANCELED',
    CANCELED: 'CANCELED',
  },
};

const pairs = <Status extends string, Fact extends string>(
  statuses: readonly Status[],
  facts: readonly Fact[],
) => statuses.flatMap((status) => facts.map((fact) => ({ status, fact })));
const byName = (a: { status: string; fact: string }, b: { status: string; fact: string }) =>
  `${a.status} ${a.fact}` < `${b.status} ${b.fact}` ? -1 : 1;

describe('a payment', () => {
  const all = pairs(paymentStatuses, intentFacts);

  test.each(all)('that is $status, told $fact', ({ status, fact }) => {
    expect(afterFact(status, fact)).toBe(payments[status][fact]);
  });

  test('follows the table in the README, and the table leaves nothing out', () => {
    const decided = all.map(({ status, fact }) => {
      const next = afterFact(status, fact);
      return { status, fact, next, effect: isCredited(next) && !isCredited(status) ? 'credits' : null };
    });
    expect(stateTable(readme, 'afterFact').toSorted(byName)).toEqual(decided.toSorted(byName));
  });

  test('comes to rest, whatever is said of it twice', () => {
    for (const { status, fact } of all) {
      const next = afterFact(status, fact);
      expect(afterFact(next, fact)).toBe(next);
    }
  });

  test('says how much of it was refunded, unless a dispute holds some', () => {
    const statusWith = (refundedAmount: bigint, disputedAmount = 0n) =>
      creditedStatus({ amount: 4500n, refundedAmount, disputedAmount });
    expect(statusWith(0n)).toBe('SUCCEEDED');
    expect(statusWith(1n)).toBe('PARTIALLY_REFUNDED');
    expect(statusWith(4499n)).toBe('PARTIALLY_REFUNDED');
    expect(statusWith(4500n)).toBe('REFUNDED');
    for (const refunded of [0n, 1n, 4500n]) expect(statusWith(refunded, 1n)).toBe('DISPUTED');
  });
});

describe('a refund', () => {
  const all = pairs(refundStatuses, refundStatuses);

  test.each(all)('that is $status, reported as $fact', ({ status, fact }) => {
    expect(afterReport(status, fact)).toBe(refunds[status][fact]);
  });

  test('follows the table in the README, and the table leaves nothing out', () => {
    const decided = all.map(({ status, fact }) => {
      const next = afterReport(status, fact);
      return { status, fact, next, effect: isUndone(next) && !isUndone(status) ? 'credits return' : null };
    });
    expect(stateTable(readme, 'afterReport').toSorted(byName)).toEqual(decided.toSorted(byName));
  });

  test('comes to rest, whatever is reported of it twice', () => {
    for (const { status, fact } of all) {
      const next = afterReport(status, fact);
      expect(afterReport(next, fact)).toBe(next);
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

  test('never moves money by its status alone: as many movements cannot come to another amount', () => {
    for (const known of disputeStatuses) {
      for (const status of disputeStatuses) {
        const reported = { ...standing(status, 1), fundsWithdrawn: 1n };
        expect(() => afterDisputeReport(standing(known, 1), reported)).toThrow(
          expect.objectContaining({
            code: 'PAYMENT_MISMATCH',
            message: expect.stringContaining('holds another amount'),
            details: { differing: ['fundsWithdrawn'] },
          }),
        );
      }
    }
  });

  test('is over when it is won, lost, prevented, or an inquiry that was closed', () => {
    expect(disputeStatuses.filter(isClosed)).toEqual(['WARNING_CLOSED', 'LOST', 'WON', 'PREVENTED']);
    expect(disputeStatuses.filter(isLost)).toEqual(['LOST', 'APPEAL_NEEDS_RESPONSE', 'APPEAL_UNDER_REVIEW']);
  });
});
