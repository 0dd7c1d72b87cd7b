import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { earliestChange } from '../../src/credits/due.js';
import { type Hold, holdStatuses } from '../../src/credits/hold.js';
import type { Lot } from '../../src/credits/lot.js';

const at = (ms: number) => new Date(ms);
const lot = (fields: Partial<Lot>): Lot => ({
  id: 'lot',
  source: 'PROMOTION',
  granted: 10n,
  remaining: 10n,
  held: 0n,
  pending: 0n,
  priority: 10,
  effectiveAt: at(0),
  expiresAt: null,
  paymentId: null,
  price: null,
  createdAt: at(0),
  ...fields,
});
const hold = (fields: Partial<Hold>): Hold => ({
  id: 'hold',
  status: 'ACTIVE',
  credits: 10n,
  captured: 0n,
  draws: [],
  expiresAt: at(100),
  createdAt: at(0),
  ...fields,
});

describe('the next change', () => {
  test.each<[string, readonly Lot[], readonly Hold[], string | null]>([
    ['of nothing', [], [], null],
    ['of lots that never expire', [lot({})], [], null],
    ['is the expiry of a lot', [lot({ expiresAt: at(5) })], [], 'LOT_EXPIRES lot 5'],
    ['is not that of an empty lot', [lot({ remaining: 0n, expiresAt: at(5) })], [], null],
    [
      'is not that of a lot that is held whole',
      [lot({ remaining: 0n, held: 10n, expiresAt: at(5) })],
      [],
      null,
    ],
    [
      'is a lot becoming effective, before its expiry',
      [lot({ remaining: 0n, pending: 10n, effectiveAt: at(3), expiresAt: at(5) })],
      [],
      'LOT_BECOMES_EFFECTIVE lot 3',
    ],
    ['is the expiry of a hold', [], [hold({ expiresAt: at(4) })], 'HOLD_EXPIRES hold 4'],
    [
      'is not that of a hold that is over',
      [],
      holdStatuses.filter((status) => status !== 'ACTIVE').map((status) => hold({ status })),
      null,
    ],
    [
      'is the earliest',
      [lot({ expiresAt: at(5) }), lot({ id: 'b', expiresAt: at(2) })],
      [hold({ expiresAt: at(4) })],
      'LOT_EXPIRES b 2',
    ],
    [
      'at one instant: first what becomes effective',
      [lot({ expiresAt: at(4) }), lot({ id: 'z', remaining: 0n, pending: 1n, effectiveAt: at(4) })],
      [hold({ expiresAt: at(4) })],
      'LOT_BECOMES_EFFECTIVE z 4',
    ],
    [
      'at one instant: holds before lots, so that what they give back expires with its lot',
      [lot({ id: 'a', expiresAt: at(4) })],
      [hold({ id: 'z', expiresAt: at(4) })],
      'HOLD_EXPIRES z 4',
    ],
    ['at one instant: by id', [], [hold({ id: 'b' }), hold({ id: 'a' })], 'HOLD_EXPIRES a 100'],
  ])('%s', (_what, lots, holds, expected) => {
    const change = earliestChange(lots, holds);
    const subject = change && ('lot' in change ? change.lot.id : change.hold.id);
    expect(change && `${change.kind} ${subject} ${change.at.getTime()}`).toBe(expected);
  });

  test('does not depend on the order in which it looks', () => {
    const instant = fc.integer({ min: 0, max: 3 }).map(at);
    const lots = fc.uniqueArray(
      fc
        .record({
          id: fc.constantFrom(...'abcd'),
          expiresAt: instant,
          effectiveAt: instant,
          isPending: fc.boolean(),
        })
        .map(({ isPending, ...fields }) =>
          lot({ ...fields, pending: isPending ? 1n : 0n, remaining: isPending ? 0n : 1n }),
        ),
      { selector: ({ id }) => id },
    );
    const holds = fc.uniqueArray(
      fc.record({ id: fc.constantFrom(...'abcd'), expiresAt: instant }).map(hold),
      { selector: ({ id }) => id },
    );
    fc.assert(
      fc.property(lots, holds, (someLots, someHolds) => {
        const change = earliestChange(someLots, someHolds);
        expect(earliestChange(someLots.toReversed(), someHolds.toReversed())).toEqual(change);
      }),
    );
  });
});
