import { beforeEach, describe, expect, it, test } from '@jest/globals';
import { Books, type BooksChanges, type NewLot } from '../../src/credits/books.js';
import type { Hold } from '../../src/credits/hold.js';
import type { Lot } from '../../src/credits/lot.js';
import type { JournalHead } from '../../src/ledger/journal-entry.js';
import type { OperationInfo } from '../../src/ledger/operation.js';
import { emptyPosition, type Position } from '../../src/ledger/posting.js';
import { maxMicroCredits } from '../../src/platform/credits.js';

const now = new Date('2026-11-25T12:00:00.000Z');
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
const info = (type: OperationInfo['type']): OperationInfo => ({ type, description: 'As it was asked for' });
const usage = info('USAGE');
const credit = 1_000_000n;

const lotOf = (terms: Partial<Lot> = {}): Lot => ({
  id: 'lot',
  source: 'PROMOTION',
  granted: 100n,
  remaining: 100n,
  held: 0n,
  pending: 0n,
  priority: 10,
  effectiveAt: inSeconds(-60),
  expiresAt: null,
  paymentId: null,
  price: null,
  createdAt: inSeconds(-60),
  ...terms,
});
const holdOf = (terms: Partial<Hold> = {}): Hold => ({
  id: 'hold',
  status: 'ACTIVE',
  credits: 30n,
  captured: 0n,
  draws: [{ lotId: 'lot', amount: 30n }],
  expiresAt: inSeconds(60),
  createdAt: inSeconds(-60),
  ...terms,
});
const newLot = (terms: Partial<NewLot> = {}): NewLot => ({
  id: 'new',
  source: 'PROMOTION',
  granted: 10n,
  priority: 10,
  effectiveAt: now,
  expiresAt: null,
  paymentId: null,
  price: null,
  ...terms,
});

interface Start {
  readonly lots?: readonly Lot[];
  readonly holds?: readonly Hold[];
  readonly owed?: bigint;
  readonly nextChangeAt?: Date | null;
  readonly updatedAt?: Date;
  readonly position?: Position;
}

function open({
  lots = [],
  holds = [],
  owed = 0n,
  nextChangeAt = null,
  updatedAt = inSeconds(-60),
  position,
}: Start): Books {
  const sum = (name: 'remaining' | 'held') => lots.reduce((total, lot) => total + lot[name], 0n);
  const head: JournalHead = {
    accountId: 'account',
    position: position ?? { available: sum('remaining'), held: sum('held'), owed },
    seq: 7n,
    hash: 'ab',
  };
  const byId = <T extends { readonly id: string }>(all: readonly T[]) =>
    new Map(all.map((one) => [one.id, { ...one }]));
  return new Books({ head, updatedAt, nextChangeAt, lots: byId(lots), holds: byId(holds) }, now);
}

const changesOf = (books: Books): BooksChanges => {
  const changes = books.takeChanges();
  if (!changes) throw new Error('Nothing has changed.');
  return changes;
};
const entriesOf = (books: Books) =>
  changesOf(books).entries.map(({ info: { type, description, holdId, metadata }, transfers, at }) => ({
    type,
    description,
    holdId: holdId ?? null,
    metadata: metadata == null ? null : JSON.parse(metadata),
    moves: transfers.map(({ debit, credit, amount, lotId }) => `${debit} ${credit} ${amount} ${lotId}`),
    at,
  }));
const refusal = (code: string, message?: RegExp | string) =>
  expect.objectContaining({
    code,
    ...(message === undefined ? {} : { message: expect.stringMatching(message) }),
  });

describe('what the journal says of it', () => {
  it('names what expired, and when', () => {
    const books = open({
      lots: [lotOf({ remaining: 2n * credit, granted: 3n * credit, expiresAt: inSeconds(-5) })],
      nextChangeAt: inSeconds(-5),
    });
    books.settle();
    expect(entriesOf(books)).toEqual([
      {
        type: 'EXPIRY',
        description: '2 credits expired',
        holdId: null,
        metadata: null,
        moves: ['available expired 2000000 lot'],
        at: inSeconds(-5),
      },
    ]);
  });

  it.each([
    ['PROMOTION', 'GRANT'],
    ['ADJUSTMENT', 'ADJUSTMENT'],
  ] as const)('names a %s that became effective, which pays debt first', (source, type) => {
    const pending = lotOf({
      source,
      remaining: 0n,
      pending: 3n * credit,
      granted: 3n * credit,
      effectiveAt: inSeconds(-5),
      expiresAt: inSeconds(90),
    });
    const books = open({ lots: [pending], owed: credit, nextChangeAt: inSeconds(-5) });
    books.settle();
    const changes = changesOf(books);
    expect(changes.nextChangeAt).toEqual(inSeconds(90));
    expect(changes.entries[0]).toMatchObject({
      info: { type, description: '3 credits became available' },
      transfers: [
        { debit: 'scheduled', credit: 'available', amount: 3n * credit },
        { debit: 'available', credit: 'debt', amount: credit },
      ],
      at: inSeconds(-5),
      position: { available: 2n * credit, held: 0n, owed: 0n },
    });
  });

  it('names a hold that expired, and one that was released', () => {
    const lots = [lotOf({ remaining: 40n, held: 60n })];
    const holds = [
      holdOf({ id: 'old', credits: 1_500_000n, expiresAt: inSeconds(-1) }),
      holdOf({ id: 'open', credits: credit }),
    ];
    const books = open({ lots, holds, nextChangeAt: inSeconds(-1) });
    books.settle();
    books.release('open');
    expect(entriesOf(books)).toMatchObject([
      {
        type: 'RELEASE',
        description: 'Hold of 1.5 credits expired',
        holdId: 'old',
        moves: ['held available 30 lot'],
        at: inSeconds(-1),
      },
      {
        type: 'RELEASE',
        description: 'Hold of 1 credits released',
        holdId: 'open',
        moves: ['held available 30 lot'],
        at: now,
      },
    ]);
  });

  it('says of credits that come free when their lot has expired that they are gone', () => {
    const lots = [
      lotOf({ remaining: 0n, held: 30n, expiresAt: inSeconds(-30) }),
      lotOf({ id: 'live', remaining: 0n, held: 5n, expiresAt: inSeconds(45) }),
    ];
    const draws = [
      { lotId: 'lot', amount: 30n },
      { lotId: 'live', amount: 5n },
    ];
    const books = open({ lots, holds: [holdOf({ draws, credits: 35n })] });
    books.release('hold');
    const changes = changesOf(books);
    expect(changes.nextChangeAt).toEqual(inSeconds(45));
    expect(changes.entries).toMatchObject([
      { info: { type: 'RELEASE' }, transfers: [{ debit: 'held', credit: 'available', lotId: 'live' }] },
      {
        info: { type: 'EXPIRY', description: '0.00003 credits expired', holdId: 'hold' },
        transfers: [{ debit: 'held', credit: 'expired', amount: 30n, lotId: 'lot' }],
      },
    ]);
  });

  it('keeps the terms of lots and holds, which no transfer tells', () => {
    const books = open({ lots: [lotOf()] });
    const terms = {
      source: 'SUBSCRIPTION',
      priority: 7,
      effectiveAt: now,
      expiresAt: inSeconds(99),
    } as const;
    books.grant(newLot(terms), info('GRANT'));
    books.grant(newLot({ ...terms, id: 'later', effectiveAt: inSeconds(9) }), info('GRANT'));
    books.openHold('hold', 5n, inSeconds(60), { ...info('HOLD'), holdId: 'hold' });
    books.extendHold('hold', { credits: 1n, expiresAt: inSeconds(90) }, { ...info('HOLD'), holdId: 'hold' });
    books.extendHold('hold', { credits: 1n, expiresAt: null }, { ...info('HOLD'), holdId: 'hold' });
    const text = (date: Date) => date.toISOString();
    expect(entriesOf(books).map(({ description, metadata }) => [description, metadata])).toEqual([
      [
        'As it was asked for',
        { source: 'SUBSCRIPTION', priority: 7, effectiveAt: text(now), expiresAt: text(inSeconds(99)) },
      ],
      [
        'As it was asked for',
        {
          source: 'SUBSCRIPTION',
          priority: 7,
          effectiveAt: text(inSeconds(9)),
          expiresAt: text(inSeconds(99)),
        },
      ],
      ['As it was asked for', { expiresAt: text(inSeconds(60)) }],
      ['As it was asked for', { expiresAt: text(inSeconds(90)) }],
      ['As it was asked for', { expiresAt: text(inSeconds(90)) }],
    ]);
  });
});

describe('granting', () => {
  it('gives a lot as it was asked for', () => {
    const books = open({});
    const terms = newLot({
      source: 'PURCHASE',
      paymentId: 'payment',
      price: { amount: 5n, currency: 'USD' },
      effectiveAt: inSeconds(-9),
    });
    expect(books.grant(terms, info('PURCHASE'))).toEqual({
      ...terms,
      createdAt: now,
      remaining: 10n,
      held: 0n,
      pending: 0n,
    });
    expect(books.lot('new')?.remaining).toBe(10n);
    expect(books.lot('other')).toBeNull();
  });

  it('expects what becomes of it', () => {
    const forever = open({});
    forever.grant(newLot(), info('GRANT'));
    expect(changesOf(forever).nextChangeAt).toBeNull();
    const until = open({});
    until.grant(newLot({ expiresAt: inSeconds(5) }), info('GRANT'));
    expect(changesOf(until).nextChangeAt).toEqual(inSeconds(5));
    const later = open({});
    later.grant(newLot({ effectiveAt: inSeconds(3), expiresAt: inSeconds(5) }), info('GRANT'));
    expect(changesOf(later).nextChangeAt).toEqual(inSeconds(3));
    const sooner = open({ nextChangeAt: inSeconds(2) });
    sooner.grant(newLot({ expiresAt: inSeconds(5) }), info('GRANT'));
    expect(changesOf(sooner).nextChangeAt).toEqual(inSeconds(2));
  });

  it.each<readonly [string, Partial<NewLot>, RegExp]>([
    ['nothing', { granted: 0n }, /must be positive/],
    ['what expires now', { effectiveAt: inSeconds(-1), expiresAt: now }, /must lie in the future/],
    [
      'what expires when it becomes effective',
      { effectiveAt: inSeconds(9), expiresAt: inSeconds(9) },
      /effective before they expire/,
    ],
    ['more than can be stored', { granted: maxMicroCredits - 149n }, /^The balance would be larger/],
  ])('refuses %s', (_what, terms, message) => {
    const lots = [
      lotOf({ held: 20n, remaining: 80n }),
      lotOf({ id: 'pending', remaining: 0n, pending: 50n, effectiveAt: inSeconds(60) }),
    ];
    const books = open({ lots });
    expect(() => books.grant(newLot(terms), info('GRANT'))).toThrow(refusal('BAD_USER_INPUT', message));
    expect(books.takeChanges()).toBeNull();
    expect(books.lot('new')).toBeNull();
  });

  it('reaches the largest balance there is', () => {
    const lots = [
      lotOf({ held: 20n, remaining: 80n }),
      lotOf({ id: 'pending', remaining: 0n, pending: 50n, effectiveAt: inSeconds(60) }),
    ];
    const books = open({ lots });
    books.grant(newLot({ granted: maxMicroCredits - 150n }), info('GRANT'));
    expect(books.position.available).toBe(maxMicroCredits - 70n);
  });

  it('puts the lot where burn-down finds it', () => {
    const books = open({ lots: [lotOf({ id: 'a', priority: 5 }), lotOf({ id: 'c', priority: 20 })] });
    books.grant(newLot({ id: 'b' }), info('GRANT'));
    books.grant(newLot({ id: 'd', priority: 30 }), info('GRANT'));
    books.grant(newLot({ id: '0', priority: 0 }), info('GRANT'));
    expect(books.spendable.map(({ id }) => id)).toEqual(['0', 'a', 'b', 'c', 'd']);
  });
});

describe('spending and holding', () => {
  it('refuses nothing and less', () => {
    const books = open({ lots: [lotOf()] });
    for (const amount of [0n, -1n]) {
      expect(() => books.debit(amount, usage)).toThrow(refusal('BAD_USER_INPUT'));
      expect(() => books.openHold('hold', amount, inSeconds(1), usage)).toThrow(refusal('BAD_USER_INPUT'));
    }
    expect(() =>
      open({ holds: [holdOf()] }).capture('hold', 0n, { allowDebt: true, final: true }, usage),
    ).toThrow(refusal('BAD_USER_INPUT'));
    expect(books.takeChanges()).toBeNull();
  });

  it('does not hide that lots hold less than the balance says', () => {
    const books = open({ lots: [lotOf({ remaining: 5n })], position: { ...emptyPosition, available: 50n } });
    expect(() => books.debit(20n, usage)).toThrow('The lots of account account hold less than its balance.');
  });

  it('does not move credits of a lot that was not read', () => {
    const books = open({
      holds: [holdOf({ draws: [{ lotId: 'elsewhere', amount: 30n }] })],
      position: { ...emptyPosition, held: 30n },
    });
    expect(() => books.release('hold')).toThrow('Lot elsewhere of account account was not read.');
  });

  it('makes a hold of what it was told', () => {
    const books = open({ lots: [lotOf()] });
    const hold: Hold = {
      ...holdOf({ credits: 20n, draws: [{ lotId: 'lot', amount: 20n }], createdAt: now }),
    };
    expect(books.openHold('hold', 20n, inSeconds(60), usage)).toEqual(hold);
    expect(books.hold('hold')).toEqual(hold);
    const changes = changesOf(books);
    expect(changes.nextChangeAt).toEqual(inSeconds(60));
    expect([changes.newHolds, changes.changedHolds]).toEqual([[hold], []]);
  });

  it('keeps the burn-down order of a hold to which credits of an earlier lot are added', () => {
    const lots = [
      lotOf({ id: 'late', priority: 50, held: 30n, remaining: 0n }),
      lotOf({ id: 'early', priority: 1 }),
    ];
    const books = open({ lots, holds: [holdOf({ draws: [{ lotId: 'late', amount: 30n }] })] });
    expect(books.extendHold('hold', { credits: 4n, expiresAt: null }, usage).draws).toEqual([
      { lotId: 'early', amount: 4n },
      { lotId: 'late', amount: 30n },
    ]);
  });

  it('says what a hold has left where a capture that is not the last asks for more', () => {
    const books = open({ lots: [lotOf({ held: 30n })], holds: [holdOf()] });
    const terms = { allowDebt: true, final: false };
    expect(() => books.capture('hold', 31n, terms, usage)).toThrow(
      refusal(
        'BAD_USER_INPUT',
        /^This hold has 0.00003 credits left\. Extend it, or make this its final capture\.$/,
      ),
    );
    expect(books.capture('hold', 30n, terms, usage).status).toBe('CAPTURED');
  });

  it('does not count its own hold among those that keep a capture from credits', () => {
    const lots = [lotOf({ remaining: 5n, held: 50n })];
    const holds = [holdOf(), holdOf({ id: 'other', credits: 20n, draws: [{ lotId: 'lot', amount: 20n }] })];
    const capture = (amount: bigint) => () =>
      open({ lots, holds }).capture('hold', amount, { allowDebt: false, final: true }, usage);
    expect(capture(55n)).toThrow(
      expect.objectContaining({ code: 'CREDITS_HELD', details: { available: '0.000005', held: '0.00002' } }),
    );
    expect(capture(56n)).toThrow(
      expect.objectContaining({ code: 'INSUFFICIENT_CREDITS', details: { available: '0.000005' } }),
    );
    expect(capture(35n)()).toMatchObject({ captured: 35n, status: 'CAPTURED', draws: [] });
  });

  it.each(['CAPTURED', 'RELEASED'] as const)(
    'captures and extends nothing of a hold that is %s',
    (status) => {
      const books = open({ lots: [lotOf()], holds: [holdOf({ status, draws: [] })] });
      const over = refusal('HOLD_NOT_ACTIVE', status.toLowerCase());
      expect(() => books.capture('hold', 1n, { allowDebt: true, final: true }, usage)).toThrow(over);
      expect(() => books.extendHold('hold', { credits: 1n, expiresAt: null }, usage)).toThrow(over);
      expect(() => books.activeHold('hold')).toThrow(over);
      if (status === 'RELEASED') expect(books.release('hold')).toEqual(books.hold('hold'));
      else expect(() => books.release('hold')).toThrow(over);
      expect(books.takeChanges()).toBeNull();
    },
  );

  it('knows no hold that was not read', () => {
    expect(() => open({}).hold('hold')).toThrow(refusal('NOT_FOUND', /^Hold not found\.$/));
  });

  describe('at the largest amount there is', () => {
    const most = maxMicroCredits;
    const large = lotOf({ granted: most, remaining: most });

    it('refuses debt beyond it', () => {
      const books = open({ holds: [holdOf({ draws: [], credits: 1n, status: 'EXPIRED' })], owed: 10n });
      const late = { allowDebt: true, final: false };
      expect(() => books.capture('hold', most - 9n, late, usage)).toThrow(
        refusal('BAD_USER_INPUT', /^The debt would be larger/),
      );
      expect(books.capture('hold', most - 10n, late, usage).captured).toBe(most - 10n);
    });

    it('refuses a hold that was charged more', () => {
      const books = open({ lots: [large], holds: [holdOf({ draws: [], captured: 10n, status: 'EXPIRED' })] });
      const late = { allowDebt: false, final: false };
      expect(() => books.capture('hold', most - 9n, late, usage)).toThrow(
        refusal('BAD_USER_INPUT', /^The hold would be larger/),
      );
      expect(books.capture('hold', most - 10n, late, usage).captured).toBe(most);
    });

    it('refuses a hold of more', () => {
      const books = open({ lots: [large], holds: [holdOf({ draws: [], credits: 10n })] });
      expect(() => books.extendHold('hold', { credits: most - 9n, expiresAt: null }, usage)).toThrow(
        refusal('BAD_USER_INPUT', /^The hold would be larger/),
      );
      expect(books.extendHold('hold', { credits: most - 10n, expiresAt: null }, usage).credits).toBe(most);
    });
  });
});

describe('undoing a claw-back', () => {
  const taken = [
    { debit: 'available', credit: 'refunded', amount: 40n, lotId: 'lot' },
    { debit: 'debt', credit: 'refunded', amount: 25n, lotId: null },
  ] as const;
  const substitute = { id: 'substitute', priority: 40 };

  it('returns debt that was paid since as a lot, whose terms the journal keeps', () => {
    const books = open({ lots: [lotOf({ remaining: 0n, expiresAt: inSeconds(30) })], owed: 10n });
    expect(books.unwind(taken, 'refunded', substitute, info('REFUND_FAILED'))).toBe(8n);
    const changes = changesOf(books);
    expect(changes.nextChangeAt).toEqual(inSeconds(30));
    expect(changes.newLots).toEqual([
      {
        ...substitute,
        source: 'ADJUSTMENT',
        granted: 15n,
        remaining: 15n,
        held: 0n,
        pending: 0n,
        effectiveAt: now,
        expiresAt: null,
        paymentId: null,
        price: null,
        createdAt: now,
      },
    ]);
    expect(changes.entries[0]?.info).toMatchObject({
      type: 'REFUND_FAILED',
      metadata: JSON.stringify({ source: 'ADJUSTMENT', priority: 40, effectiveAt: now, expiresAt: null }),
    });
    expect(books.position).toEqual({ available: 55n, held: 0n, owed: 0n });
  });

  it('makes no lot of debt that is still owed, and pays other debt from what returns', () => {
    const books = open({ lots: [lotOf({ remaining: 0n })], owed: 31n });
    books.unwind(taken, 'refunded', substitute, info('REFUND_FAILED'));
    const changes = changesOf(books);
    expect(changes.newLots).toEqual([]);
    expect(changes.nextChangeAt).toBeNull();
    expect(changes.entries[0]?.info.metadata).toBeUndefined();
    expect(books.position).toEqual({ available: 34n, held: 0n, owed: 0n });
  });

  it('leaves alone what its operation moved besides', () => {
    const books = open({ owed: 5n });
    books.unwind(
      [{ debit: 'issued', credit: 'refunded', amount: 5n, lotId: null }],
      'refunded',
      substitute,
      info('REFUND_FAILED'),
    );
    expect(books.position.owed).toBe(5n);
  });

  it('takes back what was written off from where it is, also what has expired since', () => {
    const frozen = taken.map((transfer) => ({ ...transfer, credit: 'disputed' }) as const);
    const books = open({ lots: [lotOf({ remaining: 0n, expiresAt: inSeconds(-1) })], owed: 25n });
    books.writeOff(frozen, info('DISPUTE_LOST'));
    expect(books.position).toEqual({ available: 0n, held: 0n, owed: 25n });
    books.unwind(frozen, 'charged_back', substitute, info('DISPUTE_REVERSED'));
    expect(books.position).toEqual({ available: 0n, held: 0n, owed: 0n });
    expect(changesOf(books).entries.map(({ transfers }) => transfers)).toEqual([
      [
        { debit: 'disputed', credit: 'charged_back', amount: 40n, lotId: 'lot' },
        { debit: 'disputed', credit: 'charged_back', amount: 25n, lotId: null },
      ],
      [
        { debit: 'charged_back', credit: 'debt', amount: 25n, lotId: null },
        { debit: 'charged_back', credit: 'expired', amount: 40n, lotId: 'lot' },
      ],
    ]);
  });

  test('a claw-back says its number', () => {
    const books = open({ lots: [lotOf()] });
    expect(books.clawBack('lot', 100n, 'refunded', info('REFUND'))).toBe(8n);
    expect(books.note(info('PAYMENT_FAILED'))).toBe(9n);
    expect(books.clawBack('lot', 5n, 'refunded', info('REFUND'))).toBe(10n);
    expect(books.position.owed).toBe(5n);
  });
});

describe('time', () => {
  it('is what the account has seen, where the clock lags behind', () => {
    const books = open({ lots: [lotOf()], updatedAt: inSeconds(20) });
    expect(books.now).toEqual(inSeconds(20));
    expect(books.accountId).toBe('account');
    books.debit(1n, usage);
    expect(changesOf(books)).toMatchObject({
      updatedAt: inSeconds(20),
      entries: [{ at: inSeconds(20), seq: 8n }],
    });
  });

  it('books what is due at this very instant, and nothing that is not', () => {
    const lots = [lotOf({ expiresAt: now }), lotOf({ id: 'next', expiresAt: inSeconds(1) })];
    const books = open({ lots, nextChangeAt: now });
    books.settle();
    expect(books.spendable.map(({ id }) => id)).toEqual(['next']);
    expect(changesOf(books).nextChangeAt).toEqual(inSeconds(1));
  });

  it('trusts the account that nothing is due before the instant it expects', () => {
    const lots = [lotOf({ expiresAt: inSeconds(-1) })];
    for (const nextChangeAt of [null, inSeconds(1)]) {
      const books = open({ lots, nextChangeAt });
      books.settle();
      expect(books.takeChanges()).toBeNull();
    }
  });

  it('corrects an instant at which nothing happens after all', () => {
    const books = open({ lots: [lotOf()], nextChangeAt: inSeconds(-1) });
    books.settle();
    expect(changesOf(books)).toMatchObject({ entries: [], nextChangeAt: null });
    expect(books.takeChanges()).toBeNull();
  });
});

describe('what is to be written', () => {
  let books: Books;
  beforeEach(() => {
    books = open({
      lots: [lotOf({ held: 30n }), lotOf({ id: 'untouched', priority: 90 })],
      holds: [holdOf(), holdOf({ id: 'other', status: 'RELEASED', draws: [] })],
    });
  });

  it('is nothing where nothing happened', () => {
    books.settle();
    expect(books.takeChanges()).toBeNull();
  });

  it('is each lot and hold once, as it is in the end, and once only', () => {
    books.debit(1n, usage);
    books.grant(newLot(), info('GRANT'));
    books.openHold('more', 2n, inSeconds(10), usage);
    books.capture('more', 1n, { allowDebt: false, final: false }, usage);
    books.capture('hold', 10n, { allowDebt: false, final: false }, usage);
    const changes = changesOf(books);
    expect(changes.before).toMatchObject({ seq: 7n, hash: 'ab' });
    expect(changes.after).toMatchObject({
      seq: 12n,
      hash: changes.entries.at(-1)?.hash,
      position: books.position,
    });
    expect(changes.entries).toHaveLength(5);
    expect(changes.newLots.map(({ id }) => id)).toEqual(['new']);
    expect(changes.changedLots).toMatchObject([{ id: 'lot', remaining: 97n, held: 21n }]);
    expect(changes.newHolds).toMatchObject([{ id: 'more', captured: 1n }]);
    expect(changes.changedHolds).toMatchObject([
      { id: 'hold', captured: 10n, draws: [{ lotId: 'lot', amount: 20n }] },
    ]);
    expect(books.takeChanges()).toBeNull();

    books.release('more');
    const later = changesOf(books);
    expect(later.before.seq).toBe(12n);
    expect(later.newHolds).toEqual([]);
    expect(later.changedHolds).toMatchObject([{ id: 'more', status: 'RELEASED' }]);
    expect(later.changedLots.map(({ id }) => id)).toEqual(['lot']);
    expect(later.newLots).toEqual([]);
  });

  it('is a later instant of change too', () => {
    books.extendHold('hold', { credits: null, expiresAt: inSeconds(90) }, usage);
    expect(changesOf(books)).toMatchObject({
      nextChangeAt: null,
      changedHolds: [{ expiresAt: inSeconds(90), credits: 30n }],
      changedLots: [],
    });
  });
});
