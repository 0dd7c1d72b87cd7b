import { describe, expect, it, test } from '@jest/globals';
import { burnDown, splitDraws, totalOf } from '../../src/credits/burn-down.js';
import { planClawBack, sharesOf, whereTakenIs } from '../../src/credits/claw-back.js';
import { repayDebt } from '../../src/credits/debt.js';
import { type Change, earliestChange } from '../../src/credits/due.js';
import { type Hold, holdStatuses, holdTermsText, mergeDraws } from '../../src/credits/hold.js';
import { creditSources, isExpired, type Lot, lotTermsText } from '../../src/credits/lot.js';
import { assertPositive, holdNotActive, refusalOf } from '../../src/credits/refusal.js';

const at = (ms: number) => new Date(ms);
const draw = (lotId: string, amount: bigint) => ({ lotId, amount });
const lot = (id: string, fields: Partial<Lot> = {}): Lot => ({
  id,
  source: 'PROMOTION',
  granted: 10n,
  remaining: 0n,
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
const hold = (id: string, expiresAt: number, status: Hold['status'] = 'ACTIVE'): Hold => ({
  id,
  status,
  credits: 1n,
  captured: 0n,
  draws: [],
  expiresAt: at(expiresAt),
  createdAt: at(0),
});

describe('draws', () => {
  test('skip empty lots and stop when there is enough', () => {
    const lots = [
      lot('a'),
      lot('b', { remaining: 5n }),
      lot('c', { remaining: 5n }),
      lot('d', { remaining: 5n }),
    ];
    expect(burnDown(lots, 7n)).toEqual({ draws: [draw('b', 5n), draw('c', 2n)], short: 0n });
    expect(burnDown(lots, 10n)).toEqual({ draws: [draw('b', 5n), draw('c', 5n)], short: 0n });
    expect(burnDown(lots, 16n).short).toBe(1n);
    expect(burnDown(lots, 0n)).toEqual({ draws: [], short: 0n });
  });

  test('are split after an amount', () => {
    const draws = [draw('a', 5n), draw('b', 5n)];
    expect(splitDraws(draws, 0n)).toEqual({ first: [], rest: draws });
    expect(splitDraws(draws, 3n)).toEqual({ first: [draw('a', 3n)], rest: [draw('a', 2n), draw('b', 5n)] });
    expect(splitDraws(draws, 5n)).toEqual({ first: [draw('a', 5n)], rest: [draw('b', 5n)] });
    expect(splitDraws(draws, 7n)).toEqual({ first: [draw('a', 5n), draw('b', 2n)], rest: [draw('b', 3n)] });
    expect(splitDraws(draws, 10n)).toEqual({ first: draws, rest: [] });
    expect(splitDraws(draws, 99n)).toEqual({ first: draws, rest: [] });
  });

  test('are added up, and merged by lot', () => {
    expect(totalOf([])).toBe(0n);
    expect(totalOf([draw('a', 2n), draw('b', 3n)])).toBe(5n);
    expect(mergeDraws([draw('a', 2n), draw('b', 3n)], [draw('c', 1n), draw('a', 4n)])).toEqual([
      draw('a', 6n),
      draw('b', 3n),
      draw('c', 1n),
    ]);
  });
});

describe('clawing back', () => {
  const lots = [
    lot('other', { remaining: 5n }),
    lot('own', { remaining: 4n }),
    lot('third', { remaining: 3n }),
  ];

  test.each([
    [3n, [draw('own', 3n)], 0n],
    [4n, [draw('own', 4n)], 0n],
    [7n, [draw('own', 4n), draw('other', 3n)], 0n],
    [15n, [draw('own', 4n), draw('other', 5n), draw('third', 3n)], 3n],
  ])('takes %p from the own lot, the others, and as debt', (amount, draws, debt) => {
    expect(planClawBack(lots, 'own', amount)).toEqual({ draws, debt });
  });

  test('is borne by the own lot, the others and debt', () => {
    const shares = { fromPayment: 4n, fromOthers: 8n, debt: 3n };
    expect(sharesOf(planClawBack(lots, 'own', 15n), 'own')).toEqual(shares);
  });

  test('leaves the credits where its transfers put them, until they are written off', () => {
    const frozen = [{ debit: 'available', credit: 'disputed', amount: 1n, lotId: 'own' }] as const;
    expect(whereTakenIs(frozen, { writtenOff: false })).toBe('disputed');
    expect(whereTakenIs(frozen, { writtenOff: true })).toBe('charged_back');
    expect(whereTakenIs([], { writtenOff: false })).toBe('refunded');
  });
});

describe('repaying debt', () => {
  test('takes from what comes in, in its order, no more than is owed', () => {
    const incoming = [draw('a', 5n), draw('b', 5n)];
    const pays = (amount: bigint, lotId: string) => ({ debit: 'available', credit: 'debt', amount, lotId });
    expect(repayDebt(0n, incoming)).toEqual([]);
    expect(repayDebt(5n, incoming)).toEqual([pays(5n, 'a')]);
    expect(repayDebt(7n, incoming)).toEqual([pays(5n, 'a'), pays(2n, 'b')]);
    expect(repayDebt(70n, incoming)).toEqual([pays(5n, 'a'), pays(5n, 'b')]);
  });
});

describe('what is due next', () => {
  const named = (change: Change | null) =>
    change && [change.kind, change.at.getTime(), 'lot' in change ? change.lot.id : change.hold.id];
  const waiting = (id: string, ms: number) =>
    lot(id, { pending: 10n, effectiveAt: at(ms), expiresAt: at(ms + 100) });
  const ending = (id: string, ms: number) => lot(id, { remaining: 1n, expiresAt: at(ms) });

  test('is nothing without anything that changes', () => {
    expect(earliestChange([], [])).toBeNull();
    const lots = [
      lot('empty', { expiresAt: at(1) }),
      lot('forever', { remaining: 5n }),
      lot('held', { held: 5n, expiresAt: at(1) }),
    ];
    const holds = holdStatuses
      .filter((status) => status !== 'ACTIVE')
      .map((status) => hold('over', 1, status));
    expect(earliestChange(lots, holds)).toBeNull();
  });

  test('is what comes first', () => {
    expect(named(earliestChange([waiting('a', 9), ending('b', 8)], [hold('h', 7)]))).toEqual([
      'HOLD_EXPIRES',
      7,
      'h',
    ]);
    expect(named(earliestChange([waiting('a', 9), ending('b', 8)], [hold('h', 10)]))).toEqual([
      'LOT_EXPIRES',
      8,
      'b',
    ]);
    expect(named(earliestChange([waiting('a', 5), ending('b', 8)], [hold('h', 10)]))).toEqual([
      'LOT_BECOMES_EFFECTIVE',
      5,
      'a',
    ]);
    expect(named(earliestChange([ending('b', 8), ending('c', 6), ending('d', 7)], []))).toEqual([
      'LOT_EXPIRES',
      6,
      'c',
    ]);
  });

  test('of one instant, is a lot that becomes effective, then a hold, then a lot that ends; then it goes by id', () => {
    const all = [ending('x', 5), ending('b', 5), waiting('z', 5), waiting('y', 5)];
    expect(named(earliestChange(all, [hold('h', 5)]))).toEqual(['LOT_BECOMES_EFFECTIVE', 5, 'y']);
    expect(named(earliestChange(all.slice(0, 2), [hold('i', 5), hold('h', 5), hold('j', 5)]))).toEqual([
      'HOLD_EXPIRES',
      5,
      'h',
    ]);
    expect(named(earliestChange(all.slice(0, 2), []))).toEqual(['LOT_EXPIRES', 5, 'b']);
    expect(named(earliestChange(all.slice(0, 2).reverse(), []))).toEqual(['LOT_EXPIRES', 5, 'b']);
  });

  test('of a lot that is not effective yet, is not its end', () => {
    expect(
      named(earliestChange([lot('a', { pending: 5n, effectiveAt: at(9), expiresAt: at(3) })], [])),
    ).toEqual(['LOT_BECOMES_EFFECTIVE', 9, 'a']);
  });
});

describe('refusals', () => {
  const refused = (available: bigint, held: bigint, owed: bigint, amount: bigint) => {
    const error = refusalOf({ available, held, owed }, amount);
    return error && [error.code, error.details, error.message];
  };

  it('lets pass what is there', () => {
    expect(refused(5n, 0n, 0n, 5n)).toBeNull();
    expect(refused(5n, 9n, 0n, 4n)).toBeNull();
  });

  it('says first that the account owes, then that waiting may help, then that it will not', () => {
    expect(refused(5n, 5n, 1_000_000n, 1n)).toEqual([
      'ACCOUNT_IN_DEBT',
      { owed: '1' },
      'The account owes credits and cannot spend until they are paid.',
    ]);
    expect(refused(5_000_000n, 5_000_000n, 0n, 10_000_000n)).toEqual([
      'CREDITS_HELD',
      { available: '5', held: '5' },
      'The credits for this are set aside by holds.',
    ]);
    expect(refused(5_000_000n, 5_000_000n, 0n, 10_000_001n)).toEqual([
      'INSUFFICIENT_CREDITS',
      { available: '5' },
      'The account has too few credits for this.',
    ]);
  });

  it('names the status of a hold that is over', () => {
    expect(holdNotActive('CAPTURED')).toMatchObject({
      code: 'HOLD_NOT_ACTIVE',
      message: 'The hold is captured.',
      details: { status: 'CAPTURED' },
    });
  });

  it('has no credits that are not positive', () => {
    expect(() => assertPositive(1n)).not.toThrow();
    const wrong = expect.objectContaining({
      code: 'BAD_USER_INPUT',
      message: 'The number of credits must be positive.',
    });
    expect(() => assertPositive(0n)).toThrow(wrong);
    expect(() => assertPositive(-1n)).toThrow(wrong);
  });
});

describe('lots and holds', () => {
  it('are gone from the instant on at which they expire', () => {
    expect(isExpired({ expiresAt: at(5) }, at(4))).toBe(false);
    expect(isExpired({ expiresAt: at(5) }, at(5))).toBe(true);
    expect(isExpired({ expiresAt: at(5) }, at(6))).toBe(true);
    expect(isExpired({ expiresAt: null }, at(6))).toBe(false);
  });

  it('have terms that the journal keeps as JSON', () => {
    const { source, priority, effectiveAt, expiresAt } = lot('a', { expiresAt: at(5) });
    expect(lotTermsText(lot('a', { expiresAt: at(5) }))).toBe(
      JSON.stringify({ source, priority, effectiveAt, expiresAt }),
    );
    expect(holdTermsText(hold('h', 5))).toBe('{"expiresAt":"1970-01-01T00:00:00.005Z"}');
  });

  it('have these sources and statuses, which are stored', () => {
    expect(creditSources).toEqual(['PURCHASE', 'PROMOTION', 'SUBSCRIPTION', 'ADJUSTMENT']);
    expect(holdStatuses).toEqual(['ACTIVE', 'CAPTURED', 'RELEASED', 'EXPIRED']);
  });
});
