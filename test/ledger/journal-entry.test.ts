import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { canonicalText, chainHash } from '../../src/ledger/chain.js';
import { nextEntry } from '../../src/ledger/journal-entry.js';

const head = {
  accountId: 'account',
  position: { available: 10n, held: 5n, owed: 0n },
  seq: 6n,
  hash: 'abcd',
};
const at = new Date(1_000);
const full = {
  type: 'USAGE',
  description: 'Größe\n7',
  metadata: '{"a":1}',
  occurredAt: new Date(500),
  money: { amount: -4n, currency: 'USD' },
  paymentId: 'payment',
  refundId: 'refund',
  holdId: 'hold',
} as const;

describe('the next operation of a journal', () => {
  it('goes on from the one before', () => {
    const transfers = [
      { debit: 'available', credit: 'consumed', amount: 4n, lotId: 'lot' },
      { debit: 'debt', credit: 'consumed', amount: 3n, lotId: null },
    ] as const;
    const entry = nextEntry(head, full, transfers, at);
    expect(entry).toEqual({
      accountId: 'account',
      position: { available: 6n, held: 5n, owed: 3n },
      seq: 7n,
      info: full,
      transfers,
      credits: -7n,
      at,
      hash: chainHash('abcd', entry),
    });
  });
});

describe('the chain of hashes', () => {
  const transfers = [
    { debit: 'available', credit: 'consumed', amount: 4n, lotId: 'lot' },
    { debit: 'debt', credit: 'consumed', amount: 3n, lotId: null },
  ] as const;

  it('covers this text, which must never change', () => {
    const text =
      'abcd\naccount\n7\nUSAGE\n-7\n6\n5\n3\n1000\n500\n-4\nUSD\npayment\nrefund\nhold\n9:Größe\n7\n7:{"a":1}\n' +
      'available\nconsumed\n4\nlot\ndebt\nconsumed\n3\n\n';
    const entry = nextEntry(head, full, transfers, at);
    expect(canonicalText('abcd', entry)).toBe(text);
    expect(entry.hash).toBe(hash('sha256', text, 'hex'));
  });

  it('covers empty lines for what is not there', () => {
    const entry = nextEntry({ ...head, hash: '' }, { type: 'PAYMENT_FAILED', description: '' }, [], at);
    expect(canonicalText('', entry)).toBe(
      '\naccount\n7\nPAYMENT_FAILED\n0\n10\n5\n0\n1000\n\n\n\n\n\n\n0:\n\n',
    );
    const withoutMetadata = { type: 'USAGE', description: 'x', metadata: null, occurredAt: null } as const;
    expect(canonicalText('', nextEntry(head, withoutMetadata, [], at))).toMatch(/\n\n\n\n\n\n\n1:x\n\n$/);
  });
});
