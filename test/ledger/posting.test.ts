import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  applyTransfers,
  emptyPosition,
  type LedgerAccount,
  ledgerAccounts,
  netPosition,
  type Transfer,
} from '../../src/ledger/posting.js';

const transfer: fc.Arbitrary<Transfer> = fc
  .record({
    debit: fc.constantFrom(...ledgerAccounts),
    credit: fc.constantFrom(...ledgerAccounts),
    amount: fc.bigInt({ min: 1n, max: 1_000n }),
    lotId: fc.constant(null),
  })
  .filter(({ debit, credit }) => debit !== credit);
const plenty = { available: 10n ** 9n, held: 10n ** 9n, owed: 10n ** 9n };

/** Each account's balance by the books alone: debits minus credits. */
function books(transfers: readonly Transfer[]): Record<LedgerAccount, bigint> {
  const balances = Object.fromEntries(ledgerAccounts.map((account) => [account, 0n])) as Record<
    LedgerAccount,
    bigint
  >;
  for (const { debit, credit, amount } of transfers) {
    balances[debit] += amount;
    balances[credit] -= amount;
  }
  return balances;
}

describe('posting', () => {
  test('any transfers sum to zero over all accounts, and the position is what the books say', () => {
    fc.assert(
      fc.property(fc.array(transfer), (transfers) => {
        const balances = books(transfers);
        expect(Object.values(balances).reduce((a, b) => a + b, 0n)).toBe(0n);
        const after = applyTransfers(plenty, transfers);
        expect(after.available - plenty.available).toBe(-balances.available);
        expect(after.held - plenty.held).toBe(-balances.held);
        expect(after.owed - plenty.owed).toBe(balances.debt);
        expect(netPosition(after) - netPosition(plenty)).toBe(
          -balances.available - balances.held - balances.debt,
        );
      }),
    );
  });

  test.each<[string, Transfer]>([
    ['a negative balance', { debit: 'available', credit: 'consumed', amount: 1n, lotId: null }],
    ['more than is held', { debit: 'held', credit: 'consumed', amount: 1n, lotId: null }],
    ['a negative debt', { debit: 'refunded', credit: 'debt', amount: 1n, lotId: null }],
    ['an amount of zero', { debit: 'issued', credit: 'available', amount: 0n, lotId: null }],
    ['a transfer to itself', { debit: 'available', credit: 'available', amount: 1n, lotId: null }],
  ])('refuses %s', (_what, wrong) => {
    expect(() => applyTransfers(emptyPosition, [wrong])).toThrow();
  });

  test('says what was wrong', () => {
    const wrong = { debit: 'available', credit: 'consumed', amount: 0n, lotId: null } as const;
    expect(() => applyTransfers(emptyPosition, [wrong])).toThrow('Not a transfer: available to consumed, 0.');
    expect(() => applyTransfers(emptyPosition, [{ ...wrong, amount: 3n }])).toThrow(
      'A posting would leave available -3, held 0, owed 0.',
    );
  });
});
