import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalText, chainHash, type UnchainedEntry } from '../../src/ledger/chain.js';
import { operationTypes } from '../../src/ledger/operation.js';
import { ledgerAccounts } from '../../src/ledger/posting.js';

const amount = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const instant = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
/** Texts that look like the fields around them. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }).map((given) => given.replaceAll('\0', '')),
  fc
    .array(fc.constantFrom('\n', ':', '0', '1', '2', 'available', 'a', 'ü', '💳'))
    .map((parts) => parts.join('')),
);
const transfer = fc.record({
  debit: fc.constantFrom(...ledgerAccounts),
  credit: fc.constantFrom(...ledgerAccounts),
  amount,
  lotId: fc.option(fc.uuid(), { nil: null }),
});
const info = fc.record({
  type: fc.constantFrom(...operationTypes),
  description: text,
  metadata: maybe(text),
  occurredAt: maybe(instant),
  money: maybe(fc.record({ amount, currency: fc.constantFrom('USD', 'JPY') })),
  paymentId: maybe(fc.uuid()),
  refundId: maybe(fc.uuid()),
  holdId: maybe(fc.uuid()),
});
const entry: fc.Arbitrary<UnchainedEntry> = fc.record({
  accountId: fc.stringMatching(/^[\w.:-]{1,64}$/),
  seq: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
  info,
  credits: amount,
  position: fc.record({ available: amount, held: amount, owed: amount }),
  at: instant,
  transfers: fc.array(transfer, { maxLength: 3 }),
});
const hash = fc.option(fc.stringMatching(/^[0-9a-f]{64}$/), { nil: '' });

const base: UnchainedEntry = {
  accountId: 'a',
  seq: 7n,
  info: { type: 'USAGE', description: 'a call' },
  credits: -5n,
  position: { available: 1n, held: 2n, owed: 0n },
  at: new Date('2026-11-25T00:00:00.000Z'),
  transfers: [{ debit: 'available', credit: 'consumed', amount: 5n, lotId: 'lot' }],
};

describe('the hash of an operation', () => {
  test('is the SHA-256 of a text that never changes', () => {
    expect(canonicalText('', base)).toBe(
      '\na\n7\nUSAGE\n-5\n1\n2\n0\n1795564800000\n\n\n\n\n\n\n6:a call\n\navailable\nconsumed\n5\nlot\n',
    );
    expect(chainHash('', base)).toMatch(/^[0-9a-f]{64}$/);
  });

  const [transferred] = base.transfers;
  test.each<[string, Partial<UnchainedEntry>]>([
    ['account', { accountId: 'b' }],
    ['number', { seq: 8n }],
    ['type', { info: { ...base.info, type: 'GRANT' } }],
    ['description', { info: { ...base.info, description: 'a cal' } }],
    ['metadata', { info: { ...base.info, metadata: '{}' } }],
    ['empty metadata', { info: { ...base.info, metadata: '' } }],
    ['time of usage', { info: { ...base.info, occurredAt: base.at } }],
    ['money', { info: { ...base.info, money: { amount: 1n, currency: 'USD' } } }],
    ['payment', { info: { ...base.info, paymentId: 'x' } }],
    ['refund', { info: { ...base.info, refundId: 'x' } }],
    ['hold', { info: { ...base.info, holdId: 'x' } }],
    ['credits', { credits: -4n }],
    ['available', { position: { ...base.position, available: 2n } }],
    ['held', { position: { ...base.position, held: 1n } }],
    ['owed', { position: { ...base.position, owed: 1n } }],
    ['time', { at: new Date(base.at.getTime() + 1) }],
    ['transfers', { transfers: [] }],
    ['debit side', { transfers: [{ ...transferred, debit: 'held' } as never] }],
    ['credit side', { transfers: [{ ...transferred, credit: 'expired' } as never] }],
    ['amount', { transfers: [{ ...transferred, amount: 6n } as never] }],
    ['lot', { transfers: [{ ...transferred, lotId: null } as never] }],
  ])('changes with its %s', (_what, change) => {
    expect(chainHash('', { ...base, ...change })).not.toBe(chainHash('', base));
  });

  test('changes with the operation before it', () => {
    const before = chainHash('', base);
    expect(chainHash(before, base)).not.toBe(before);
  });

  test('is of one content only: no two share a text, whatever is written in them', () => {
    fc.assert(
      fc.property(hash, entry, hash, entry, (before, one, otherBefore, other) => {
        const isSame = before === otherBefore && contentOf(one) === contentOf(other);
        expect(canonicalText(before, one) === canonicalText(otherBefore, other)).toBe(isSame);
      }),
    );
  });

  test('does not take the end of a text for the field after it', () => {
    fc.assert(
      fc.property(entry, text, text, (one, first, second) => {
        const split = (description: string, metadata: string) =>
          canonicalText('', { ...one, info: { ...one.info, description, metadata } });
        const joined = split(`${first}\n${Buffer.byteLength(second)}:${second}`, '');
        expect(joined).not.toBe(split(first, second));
      }),
    );
  });

  test('is of a text that can be read back', () => {
    fc.assert(
      fc.property(hash, entry, (before, one) => {
        expect(parse(canonicalText(before, one))).toEqual(
          JSON.parse(contentOf(one).replace(/^\[/, () => `[${JSON.stringify(before)},`)),
        );
      }),
    );
  });
});

/** Everything an entry says, as JSON. */
function contentOf({ accountId, seq, info: said, credits, position, at, transfers }: UnchainedEntry): string {
  const texts = (...values: unknown[]) => values.map((value) => (value == null ? '' : String(value)));
  return JSON.stringify([
    ...texts(
      accountId,
      seq,
      said.type,
      credits,
      position.available,
      position.held,
      position.owed,
      at.getTime(),
    ),
    ...texts(said.occurredAt?.getTime(), said.money?.amount, said.money?.currency),
    ...texts(said.paymentId, said.refundId, said.holdId),
    utf8(said.description),
    said.metadata == null ? null : utf8(said.metadata),
    transfers.map((one) => texts(one.debit, one.credit, one.amount, one.lotId)),
  ]);
}

const utf8 = (given: string) => Buffer.from(given).toString();

/** Reads a text back: that it can be done at all is what keeps two contents from sharing one. */
function parse(given: string): unknown[] {
  let bytes = Buffer.from(given);
  const line = () => {
    const end = bytes.indexOf('\n');
    const field = bytes.subarray(0, end).toString();
    bytes = bytes.subarray(end + 1);
    return field;
  };
  const measured = () => {
    if (bytes[0] === '\n'.charCodeAt(0)) return line() || null;
    const colon = bytes.indexOf(':');
    const length = Number(bytes.subarray(0, colon));
    const field = bytes.subarray(colon + 1, colon + 1 + length).toString();
    bytes = bytes.subarray(colon + 2 + length);
    return field;
  };
  const fields: unknown[] = Array.from({ length: 15 }, line);
  fields.push(measured(), measured());
  const transfers: string[][] = [];
  while (bytes.length > 0) transfers.push(Array.from({ length: 4 }, line));
  return [...fields, transfers];
}
