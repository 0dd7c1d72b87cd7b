import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { startTestService, type TestService } from '../../support/service.js';
import { bookDue, TestAccount } from '../account.js';

let service: TestService;
let account: TestAccount;
let holdId: string;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

/** What a gateway does whose model took longer than it had thought. */
describe.each([
  ['not booked yet', async () => undefined],
  ['booked', () => bookDue(service)],
])('a capture after the expiry, which was %s,', (_case, book) => {
  beforeEach(async () => {
    account = await TestAccount.open(service, '100');
    holdId = (await account.hold('60', { expiresInSeconds: 10 })).hold.id;
    service.clock.advance(10_000);
    await book();
  });

  it('charges all where there is enough', async () => {
    expect(await account.capture(holdId, '60')).toMatchObject({
      hold: { status: 'CAPTURED', credits: '60', captured: '60' },
      balance: { available: '40', held: '0', owed: '0' },
    });
    await expectCode(account.capture(holdId, '1'), 'HOLD_NOT_ACTIVE');
  });

  it('charges what it can, and says how much', async () => {
    await account.debit('70');
    const request = { idempotencyKey: 'late' };
    const late = await account.capture(holdId, '60', request);
    expect(late).toMatchObject({
      hold: { status: 'CAPTURED', captured: '30' },
      balance: { available: '0', held: '0', owed: '0' },
    });
    await account.grant('100');
    expect(await account.capture(holdId, '60', request)).toMatchObject({
      hold: late.hold,
      balance: { available: '100' },
    });
  });

  it('is refused where nothing can be charged: INSUFFICIENT_CREDITS', async () => {
    await account.debit('100');
    await expectCode(account.capture(holdId, '60'), 'INSUFFICIENT_CREDITS');
    await account.grant('10');
    expect((await account.capture(holdId, '60')).hold).toMatchObject({ status: 'CAPTURED', captured: '10' });
  });

  it('is refused where nothing can be charged: CREDITS_HELD', async () => {
    const other = await account.hold('100', { expiresInSeconds: 1_000 });
    await expectCode(account.capture(holdId, '60'), 'CREDITS_HELD');
    await expectCode(account.capture(holdId, '100.000001'), 'INSUFFICIENT_CREDITS');
    await account.release(other.hold.id);
    expect((await account.capture(holdId, '60')).hold.captured).toBe('60');
  });

  it('is refused where nothing can be charged: ACCOUNT_IN_DEBT', async () => {
    const other = await account.hold('1');
    await account.capture(other.hold.id, '101', { allowDebt: true });
    expect(await account.amounts()).toEqual(['0', '0', '1']);
    await expectCode(account.capture(holdId, '60'), 'ACCOUNT_IN_DEBT');
    expect(await account.capture(holdId, '60', { allowDebt: true })).toMatchObject({
      hold: { status: 'CAPTURED', captured: '60' },
      balance: { available: '0', owed: '61' },
    });
  });

  it('charges the rest as debt, if asked', async () => {
    await account.debit('70');
    expect(await account.capture(holdId, '60', { allowDebt: true })).toMatchObject({
      hold: { status: 'CAPTURED', captured: '60' },
      balance: { available: '0', held: '0', owed: '30' },
    });
  });

  it('leaves the hold open for more where it is not the last', async () => {
    const more = { finalCapture: false };
    expect(await account.capture(holdId, '70', more)).toMatchObject({
      hold: { status: 'EXPIRED', captured: '70' },
      balance: { available: '30', held: '0' },
    });
    expect((await account.capture(holdId, '20', more)).hold).toMatchObject({
      status: 'EXPIRED',
      captured: '90',
    });
    expect((await account.capture(holdId, '20')).hold).toMatchObject({ status: 'CAPTURED', captured: '100' });
  });
});
