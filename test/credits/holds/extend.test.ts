import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { startTestService, type TestService } from '../../support/service.js';
import { inMs, TestAccount } from '../account.js';

const week = 7 * 24 * 60 * 60;

let service: TestService;
let account: TestAccount;
let holdId: string;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  account = await TestAccount.open(service, '100');
  holdId = (await account.hold('10', { expiresInSeconds: 60 })).hold.id;
});
afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

describe('extendHold', () => {
  it('adds credits', async () => {
    expect(await account.extend(holdId, { addCredits: '5.5' })).toEqual({
      hold: {
        id: holdId,
        status: 'ACTIVE',
        credits: '15.5',
        captured: '0',
        expiresAt: inMs(service, 60_000).toISOString(),
      },
      balance: { available: '84.5', held: '15.5', owed: '0' },
    });
    expect((await account.capture(holdId, '15.5')).balance).toEqual({
      available: '84.5',
      held: '0',
      owed: '0',
    });
  });

  it('adds time, counted from when the hold would have expired', async () => {
    service.clock.advance(59_999);
    const { hold, balance } = await account.extend(holdId, { addSeconds: 10 });
    expect(hold).toMatchObject({ status: 'ACTIVE', expiresAt: inMs(service, 10_001).toISOString() });
    expect(balance).toMatchObject({ available: '90', held: '10' });
    service.clock.advance(10_000);
    expect(await account.amounts()).toEqual(['90', '10', '0']);
    service.clock.advance(1);
    expect(await account.amounts()).toEqual(['100', '0', '0']);
  });

  it('adds both, or neither where the credits are not there', async () => {
    await expectCode(account.extend(holdId, { addCredits: '90.000001', addSeconds: 60 }), 'CREDITS_HELD');
    await expectCode(account.extend(holdId, { addCredits: '101', addSeconds: 60 }), 'INSUFFICIENT_CREDITS');
    const { hold } = await account.extend(holdId, { addCredits: '90', addSeconds: 60 });
    expect(hold).toMatchObject({ credits: '100', expiresAt: inMs(service, 120_000).toISOString() });
    expect(await account.amounts()).toEqual(['0', '100', '0']);
  });

  it('refuses what makes no sense, and moves nothing', async () => {
    for (const nothing of [{}, { addCredits: null, addSeconds: null }]) {
      await expectCode(account.extend(holdId, nothing), 'BAD_USER_INPUT');
    }
    for (const addCredits of ['0', '-1', '0.0000001', '9223372036854.775808']) {
      await expectCode(account.extend(holdId, { addCredits }), 'BAD_USER_INPUT');
    }
    for (const addSeconds of [0, -1, week + 1, week - 59]) {
      await expectCode(account.extend(holdId, { addSeconds }), 'BAD_USER_INPUT');
    }
    await expectCode(account.extend('not a uuid', { addSeconds: 1 }), 'BAD_USER_INPUT');
    await expectCode(account.extend(holdId, { addSeconds: 1, idempotencyKey: '' }), 'BAD_USER_INPUT');
    expect(await account.journal()).toHaveLength(2);
    expect((await account.extend(holdId, { addSeconds: week - 60 })).hold.expiresAt).toBe(
      inMs(service, week * 1_000).toISOString(),
    );
    await expectCode(account.extend(holdId, { addSeconds: 1 }), 'BAD_USER_INPUT');
  });

  it('happens once per idempotency key, and each time without one', async () => {
    const once = { addCredits: '5', addSeconds: 10, idempotencyKey: 'once' };
    const first = await account.extend(holdId, once);
    expect(await account.extend(holdId, once)).toEqual(first);
    await expectCode(account.extend(holdId, { ...once, addSeconds: 11 }), 'IDEMPOTENCY_KEY_REUSED');
    await account.extend(holdId, { addCredits: '5' });
    await account.extend(holdId, { addCredits: '5' });
    expect(await account.amounts()).toEqual(['75', '25', '0']);
    await account.release(holdId);
    expect(await account.extend(holdId, once)).toMatchObject({
      hold: { status: 'RELEASED', credits: '25' },
      balance: { available: '100' },
    });
  });

  it.each([
    ['CAPTURED', () => account.capture(holdId, '1')],
    ['RELEASED', () => account.release(holdId)],
    ['EXPIRED', async () => service.clock.advance(60_000)],
  ] as const)('refuses a hold that is %s', async (status, end) => {
    await end();
    for (const more of [{ addSeconds: 1 }, { addSeconds: week }, { addCredits: '1' }]) {
      const { extensions } = await expectCode(account.extend(holdId, more), 'HOLD_NOT_ACTIVE');
      expect(extensions.status).toBe(status);
    }
  });

  it('keeps what is set aside in burn-down order, whenever it was', async () => {
    await account.grant('20', { priority: 1 });
    await account.extend(holdId, { addCredits: '15' });
    expect(await account.lots()).toEqual(['5+15', '90+10']);
    // What is captured comes out of what burns first.
    await account.capture(holdId, '12', { finalCapture: false });
    expect(await account.lots()).toEqual(['5+3', '90+10']);
  });
});
