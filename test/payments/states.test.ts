import { describe, expect, test } from '@jest/globals';
import {
  afterFact,
  afterRefunds,
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

  test('says how much of it was refunded', () => {
    expect(afterRefunds(4500n, 0n)).toBe('SUCCEEDED');
    expect(afterRefunds(4500n, 1n)).toBe('PARTIALLY_REFUNDED');
    expect(afterRefunds(4500n, 4500n)).toBe('REFUNDED');
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
