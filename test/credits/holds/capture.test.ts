import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { startTestService, type TestService } from '../../support/service.js';
import { TestAccount } from '../account.js';

let service: TestService;
let account: TestAccount;
let holdId: string;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  account = await TestAccount.open(service, '100');
  holdId = (await account.hold('10')).hold.id;
});
afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

describe('captureHold', () => {
  it('of less releases the rest', async () => {
    expect(await account.capture(holdId, '3.5')).toMatchObject({
      hold: { id: holdId, status: 'CAPTURED', credits: '10', captured: '3.5' },
      balance: { available: '96.5', held: '0', owed: '0' },
    });
    expect(await account.lots()).toEqual(['96.5+0']);
  });

  it('of as much leaves nothing set aside', async () => {
    expect(await account.capture(holdId, '10')).toMatchObject({
      hold: { status: 'CAPTURED', captured: '10' },
      balance: { available: '90', held: '0' },
    });
  });

  it('of more takes the rest from what is available', async () => {
    expect(await account.capture(holdId, '100')).toMatchObject({
      hold: { status: 'CAPTURED', credits: '10', captured: '100' },
      balance: { available: '0', held: '0', owed: '0' },
    });
  });

  it('of more than there is moves nothing, and says why', async () => {
    const missing = await expectCode(account.capture(holdId, '100.000001'), 'INSUFFICIENT_CREDITS');
    expect(missing.extensions.available).toBe('90');
    const other = await account.hold('50');
    const held = await expectCode(account.capture(holdId, '50.000001'), 'CREDITS_HELD');
    expect(held.extensions).toMatchObject({ available: '40', held: '50' });
    await expectCode(account.capture(holdId, '100'), 'CREDITS_HELD');
    await expectCode(account.capture(holdId, '100.000001'), 'INSUFFICIENT_CREDITS');
    expect(await account.amounts()).toEqual(['40', '60', '0']);
    expect(await account.capture(holdId, '50')).toMatchObject({ balance: { available: '0', held: '50' } });
    await account.release(other.hold.id);
  });

  it('charges what is not there as debt, if asked', async () => {
    await account.hold('50');
    expect(await account.capture(holdId, '120.000001', { allowDebt: true })).toMatchObject({
      hold: { status: 'CAPTURED', captured: '120.000001' },
      balance: { available: '0', held: '50', owed: '70.000001' },
    });
    await expectCode(account.debit('1'), 'ACCOUNT_IN_DEBT');
    await account.grant('80');
    expect(await account.amounts()).toEqual(['9.999999', '50', '0']);
  });

  it('does not need debt that it may make', async () => {
    expect(await account.capture(holdId, '100', { allowDebt: true })).toMatchObject({
      balance: { available: '0', held: '0', owed: '0' },
    });
  });

  it('refuses what cannot be charged, and moves nothing', async () => {
    for (const credits of ['0', '-1', '0.0000001', '9223372036854.775808']) {
      await expectCode(account.capture(holdId, credits), 'BAD_USER_INPUT');
      await expectCode(account.capture(holdId, credits, { allowDebt: true }), 'BAD_USER_INPUT');
    }
    await expectCode(account.capture(holdId, '1', { metadata: { a: 'x'.repeat(8192) } }), 'BAD_USER_INPUT');
    await expectCode(account.capture(holdId, '1', { idempotencyKey: '' }), 'BAD_USER_INPUT');
    await expectCode(account.capture('00000000-0000-7000-8000-000000000001', '1'), 'NOT_FOUND');
    await expectCode(account.capture(holdId, '1', { accountId: 'nobody' }), 'NOT_FOUND');
    expect(await account.amounts()).toEqual(['90', '10', '0']);
  });

  it("does not reach another account's hold, and leaves the key free", async () => {
    const other = await TestAccount.open(service, '100');
    const request = { idempotencyKey: 'theirs' };
    await expectCode(other.capture(holdId, '1', request), 'NOT_FOUND');
    await expectCode(other.capture(holdId, '1', { ...request, allowDebt: true }), 'NOT_FOUND');
    expect(await other.amounts()).toEqual(['100', '0', '0']);
    expect(await account.amounts()).toEqual(['90', '10', '0']);
    const own = (await other.hold('5')).hold.id;
    expect((await other.capture(own, '1', request)).hold.captured).toBe('1');
  });

  it('happens once', async () => {
    await account.capture(holdId, '3');
    const { extensions } = await expectCode(account.capture(holdId, '3'), 'HOLD_NOT_ACTIVE');
    expect(extensions.status).toBe('CAPTURED');
    await expectCode(account.capture(holdId, '3', { allowDebt: true }), 'HOLD_NOT_ACTIVE');
    expect(await account.amounts()).toEqual(['97', '0', '0']);
  });

  it('is refused once the hold was released', async () => {
    await account.release(holdId);
    const { extensions } = await expectCode(account.capture(holdId, '3'), 'HOLD_NOT_ACTIVE');
    expect(extensions.status).toBe('RELEASED');
    expect(await account.amounts()).toEqual(['100', '0', '0']);
  });

  it('answers a repeated key with the hold as it is, and charges nothing more', async () => {
    const request = { idempotencyKey: 'capture', description: 'a call', metadata: { n: 1 } };
    const first = await account.capture(holdId, '4', request);
    const replays = await Promise.all(
      Array.from({ length: 10 }, () => account.capture(holdId, '4', request)),
    );
    for (const replay of replays) expect(replay).toEqual(first);
    expect(await account.capture(holdId, '4.0', request)).toEqual(first);
    const other = (await account.hold('10')).hold.id;
    for (const [id, credits, change] of [
      [holdId, '5', {}],
      [other, '4', {}],
      [holdId, '4', { allowDebt: true }],
      [holdId, '4', { finalCapture: false }],
      [holdId, '4', { description: 'other' }],
      [holdId, '4', { metadata: { n: 2 } }],
    ] as const) {
      await expectCode(account.capture(id, credits, { ...request, ...change }), 'IDEMPOTENCY_KEY_REUSED');
    }
    expect(await account.amounts()).toEqual(['86', '10', '0']);
  });

  it('leaves the key free where it was refused', async () => {
    const request = { idempotencyKey: 'again' };
    await expectCode(account.capture(holdId, '101', request), 'INSUFFICIENT_CREDITS');
    await account.grant('1');
    expect((await account.capture(holdId, '101', request)).balance.available).toBe('0');
  });

  it('shows in the history, with what it was for', async () => {
    await account.capture(holdId, '4', { description: 'gpt-large', metadata: { model: 'gpt-large' } });
    const [usage] = await service.database.query(
      `select type, description, credits, metadata, hold_id from ledger_operations
       where account_id = $1 order by seq desc limit 1`,
      [account.accountId],
    );
    expect(usage).toEqual({
      type: 'USAGE',
      description: 'gpt-large',
      credits: '-4000000',
      metadata: { model: 'gpt-large' },
      hold_id: holdId,
    });
  });

  it('of the same hold many times at once succeeds once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => account.capture(holdId, '7')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await account.amounts()).toEqual(['93', '0', '0']);
  });
});

describe('capturing as a stream', () => {
  const more = { finalCapture: false };

  it('charges up to what is set aside, and ends with the last of it', async () => {
    expect(await account.capture(holdId, '4', more)).toMatchObject({
      hold: { status: 'ACTIVE', credits: '10', captured: '4' },
      balance: { available: '90', held: '6' },
    });
    expect(await account.capture(holdId, '5', more)).toMatchObject({
      hold: { status: 'ACTIVE', captured: '9' },
      balance: { available: '90', held: '1' },
    });
    expect(await account.capture(holdId, '1', more)).toMatchObject({
      hold: { status: 'CAPTURED', captured: '10' },
      balance: { available: '90', held: '0' },
    });
    await expectCode(account.capture(holdId, '0.000001', more), 'HOLD_NOT_ACTIVE');
  });

  it('refuses more than what is set aside, also as debt', async () => {
    await account.capture(holdId, '4', more);
    await expectCode(account.capture(holdId, '6.000001', more), 'BAD_USER_INPUT');
    await expectCode(account.capture(holdId, '6.000001', { ...more, allowDebt: true }), 'BAD_USER_INPUT');
    expect(await account.amounts()).toEqual(['90', '6', '0']);
    await account.extend(holdId, { addCredits: '1' });
    expect(await account.capture(holdId, '6.000001', more)).toMatchObject({
      hold: { status: 'ACTIVE', credits: '11', captured: '10.000001' },
      balance: { available: '89', held: '0.999999' },
    });
  });

  it('may end with a final capture of more or less', async () => {
    await account.capture(holdId, '4', more);
    expect(await account.capture(holdId, '16')).toMatchObject({
      hold: { status: 'CAPTURED', credits: '10', captured: '20' },
      balance: { available: '80', held: '0' },
    });
    const second = (await account.hold('10')).hold.id;
    await account.capture(second, '4', more);
    expect(await account.capture(second, '1')).toMatchObject({
      hold: { status: 'CAPTURED', captured: '5' },
      balance: { available: '75', held: '0' },
    });
  });

  it('charges exactly what is set aside where many come at once', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, () => account.capture(holdId, '0.4', more)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(25);
    expect(await account.amounts()).toEqual(['90', '0', '0']);
  });
});
