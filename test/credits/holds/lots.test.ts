import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { startTestService, type TestService } from '../../support/service.js';
import { bookDue, inMs, TestAccount } from '../account.js';

let service: TestService;
let account: TestAccount;
let expiresAt: Date;
let holdId: string;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

/** 10 credits expire in 10 seconds; 6 of them, and none of the other 100, are held for 20. */
beforeEach(async () => {
  account = await TestAccount.open(service, '100');
  expiresAt = inMs(service, 10_000);
  await account.grant('10', { priority: 1, expiresAt: expiresAt.toISOString() });
  holdId = (await account.hold('6', { expiresInSeconds: 20 })).hold.id;
});

const expiries = async () => (await account.journal()).filter(({ type }) => type === 'EXPIRY');

describe.each([
  ['not booked yet', async () => undefined],
  ['booked', () => bookDue(service)],
])('a lot that expired while it was held, which was %s,', (_case, book) => {
  beforeEach(async () => {
    service.clock.advance(10_000);
    await book();
  });

  it('loses what was not held, and no more', async () => {
    expect(await account.amounts()).toEqual(['100', '6', '0']);
    expect(await account.lots()).toEqual(['100+0']);
    await account.debit('1');
    expect(await expiries()).toEqual([
      { type: 'EXPIRY', credits: '-4000000', createdAt: expiresAt.toISOString(), holdId: null },
    ]);
  });

  it('still pays for what it was held for', async () => {
    expect(await account.capture(holdId, '6')).toMatchObject({
      hold: { status: 'CAPTURED', captured: '6' },
      balance: { available: '100', held: '0' },
    });
  });

  it('loses the rest when it is captured in part', async () => {
    service.clock.advance(1_000);
    expect(await account.capture(holdId, '2')).toMatchObject({
      hold: { captured: '2' },
      balance: { available: '100', held: '0' },
    });
    expect((await expiries()).at(-1)).toEqual({
      type: 'EXPIRY',
      credits: '-4000000',
      createdAt: service.clock.now().toISOString(),
      holdId,
    });
  });

  it('loses what is released', async () => {
    expect((await account.release(holdId)).balance).toEqual({ available: '100', held: '0', owed: '0' });
    expect(await expiries()).toMatchObject([
      { credits: '-4000000', holdId: null },
      { credits: '-6000000', holdId },
    ]);
  });

  it('loses what a forgotten hold had, at the instant of its expiry', async () => {
    service.clock.advance(10_000);
    expect(await account.amounts()).toEqual(['100', '0', '0']);
    service.clock.advance(5_000);
    await bookDue(service);
    expect((await expiries()).at(-1)).toEqual({
      type: 'EXPIRY',
      credits: '-6000000',
      createdAt: inMs(service, -5_000).toISOString(),
      holdId,
    });
  });
});

describe('a lot that expires together with its hold', () => {
  it('is lost', async () => {
    await account.release(holdId);
    await account.hold('10', { expiresInSeconds: 10 });
    service.clock.advance(9_999);
    expect(await account.amounts()).toEqual(['100', '10', '0']);
    service.clock.advance(1);
    expect(await account.amounts()).toEqual(['100', '0', '0']);
    await expectCode(account.debit('100.000001'), 'INSUFFICIENT_CREDITS');
  });
});

describe('what a hold gives back', () => {
  it('expires with its lot', async () => {
    await account.release(holdId);
    service.clock.advance(9_999);
    expect(await account.amounts()).toEqual(['110', '0', '0']);
    service.clock.advance(1);
    expect(await account.amounts()).toEqual(['100', '0', '0']);
  });

  it('expires with its lot, also where all of the lot had been held', async () => {
    await account.hold('4', { expiresInSeconds: 5 });
    await account.extend(holdId, { addCredits: '100' });
    expect(await account.amounts()).toEqual(['0', '110', '0']);
    service.clock.advance(5_000);
    expect(await account.lots()).toEqual(['4+6']);
    await account.capture(holdId, '100', { finalCapture: false });
    expect(await account.amounts()).toEqual(['4', '6', '0']);
    service.clock.advance(5_000);
    expect(await account.amounts()).toEqual(['0', '6', '0']);
  });
});
