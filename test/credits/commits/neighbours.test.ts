import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandLine } from '../../../src/platform/actor.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { startTestService, type TestService } from '../../support/service.js';
import { TestAccount } from '../account.js';
import { debitOf, micro, refusal, Till, tally } from './till.js';

describe('works that share a transaction', () => {
  let database: TestDatabase;
  let till: Till;
  beforeAll(async () => {
    database = await createTestDatabase();
    till = await Till.open(database);
  });
  afterAll(async () => {
    await expectSoundBooks(database).finally(() => till.close());
    await database.drop();
  });

  it('have an outcome each: a refused one disturbs neither its own account nor others', async () => {
    const accounts = await Promise.all(['a', 'b', 'c'].map((id) => till.account(`neighbour-${id}`, 100)));
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, i) => {
        const accountId = i % 10 === 9 ? 'nobody' : (accounts[i % 3] ?? '');
        return refusal(till.debit(accountId, i % 10 === 5 ? 1_000 : 0.5));
      }),
    );
    expect(tally(outcomes)).toEqual(
      new Map<string | null, number>([
        [null, 240],
        ['INSUFFICIENT_CREDITS', 30],
        ['NOT_FOUND', 30],
      ]),
    );
    for (const account of accounts) expect(await till.available(account)).toBe(micro(60));
  });

  it('are done in the order in which they came', async () => {
    const account = await till.account('in-order', 10);
    const outcomes = await till.debitAll(
      [6, 5, 4, 1].map((credits, i) => debitOf(account, credits, { description: `${i}` })),
    );
    expect(outcomes.map((outcome) => 'result' in outcome)).toEqual([true, false, true, false]);
    const rows = await database.query(
      `select description from ledger_operations where account_id = $1 and type = 'USAGE' order by seq`,
      [account],
    );
    expect(rows).toEqual([{ description: '0' }, { description: '2' }]);
  });

  it('may be more than are written at once, and than fit into one', async () => {
    const account = await till.account('many', 1_000);
    const outcomes = await Promise.all(Array.from({ length: 1_500 }, () => refusal(till.debit(account, 1))));
    expect(outcomes.slice(0, 1_000).every((outcome) => outcome === null)).toBe(true);
    expect(outcomes.slice(1_000).every((outcome) => outcome === 'INSUFFICIENT_CREDITS')).toBe(true);
    expect(await till.booked(account)).toBe(1_000);
  });

  it('with one key are one: the others repeat it, unless they ask for something else', async () => {
    const account = await till.account('one-key', 100);
    const same = { idempotencyKey: 'same' };
    const answers = await Promise.all(Array.from({ length: 300 }, () => till.debit(account, 7, same)));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    const others = Array.from({ length: 100 }, (_, i) =>
      refusal(till.debit(account, i % 2 === 0 ? 7 : 8, same)),
    );
    expect(tally(await Promise.all(others))).toEqual(
      new Map<string | null, number>([
        [null, 50],
        ['IDEMPOTENCY_KEY_REUSED', 50],
      ]),
    );
    expect(await till.available(account)).toBe(micro(93));
  });

  it('leave a key free where the first with it was refused', async () => {
    const account = await till.account('freed-key', 0);
    const grant = () =>
      till.spending.grant({
        accountId: account,
        credits: micro(5),
        source: 'PROMOTION',
        priority: 1,
        effectiveAt: null,
        expiresAt: null,
        note: null,
        idempotencyKey: 'gift',
        by: commandLine,
      });
    const same = { idempotencyKey: 'same' };
    const outcomes = await Promise.all([
      refusal(till.debit(account, 5, same)),
      refusal(grant()),
      refusal(till.debit(account, 5, same)),
      refusal(till.debit(account, 5, same)),
    ]);
    expect(outcomes).toEqual(['INSUFFICIENT_CREDITS', null, null, null]);
    expect(await till.booked(account)).toBe(1);
  });

  it('use a key that was refused before, for something else, and remember what for', async () => {
    const account = await till.account('other-use', 5);
    const same = { idempotencyKey: 'same' };
    // So many apart that they are written one after the other.
    const outcomes = await Promise.all([
      refusal(till.debit(account, 8, same)),
      ...Array.from({ length: 260 }, () => refusal(till.debit(account, 1_000))),
      refusal(till.debit(account, 4, same)),
      refusal(till.debit(account, 8, same)),
    ]);
    expect([outcomes[0], ...outcomes.slice(-2)]).toEqual([
      'INSUFFICIENT_CREDITS',
      null,
      'IDEMPOTENCY_KEY_REUSED',
    ]);
    expect(await till.debit(account, 4, same)).toMatchObject({ replayed: true, debited: micro(4) });
    expect(await refusal(till.debit(account, 8, same))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await till.available(account)).toBe(micro(1));
  });

  it('see what those before them did, holds among it', async () => {
    const account = await till.account('all-kinds', 10);
    const hold = { accountId: account, credits: micro(10), expiresInSeconds: 60, idempotencyKey: 'hold' };
    const [held, refused, repeated] = await Promise.all([
      till.spending.hold(hold),
      refusal(till.debit(account, 1)),
      till.spending.hold(hold),
    ]);
    expect(refused).toBe('CREDITS_HELD');
    expect(repeated).toEqual(held);
    const capture = {
      accountId: account,
      holdId: held.hold.id,
      credits: micro(4),
      allowDebt: false,
      final: false,
      description: null,
      metadata: null,
    };
    const [first, again, released, late] = await Promise.all([
      till.spending.captureHold({ ...capture, idempotencyKey: 'one' }),
      till.spending.captureHold({ ...capture, idempotencyKey: 'one' }),
      till.spending.releaseHold(account, held.hold.id),
      refusal(till.spending.captureHold({ ...capture, idempotencyKey: 'two' })),
    ]);
    expect([first.hold.captured, again.hold.captured]).toEqual([micro(4), micro(4)]);
    expect(released).toMatchObject({
      hold: { status: 'RELEASED' },
      balance: { available: micro(6), held: 0n },
    });
    expect(late).toBe('HOLD_NOT_ACTIVE');
  });

  it('that the database refuses fail alone', async () => {
    const account = await till.account('refused-text', 500);
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        refusal(till.debit(account, 1, i % 100 === 50 ? { description: 'a\0b' } : {})),
      ),
    );
    expect(tally(outcomes)).toEqual(
      new Map<string | null, number>([
        [null, 297],
        ['22021', 3],
      ]),
    );
    expect(await till.available(account)).toBe(micro(203));
  });
});

describe('requests that share a transaction', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

  it('have an answer each', async () => {
    const accounts = await Promise.all(
      ['50', '60', '70'].map((credits) => TestAccount.open(service, credits)),
    );
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        accounts[i % 3]?.debit('1').then(
          () => i % 3,
          () => 'refused',
        ),
      ),
    );
    expect(tally(outcomes)).toEqual(
      new Map<number | string | undefined, number>([
        [0, 50],
        [1, 60],
        [2, 70],
        ['refused', 120],
      ]),
    );
  });
});
