import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { purchase } from '../../support/purchase.js';
import { refund } from '../../support/refund.js';
import { startTestService, type TestService } from '../../support/service.js';
import { inMs, TestAccount } from '../account.js';

const week = 7 * 24 * 60 * 60;

let service: TestService;
let account: TestAccount;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  account = await TestAccount.open(service, '100');
});
afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

describe('holdCredits', () => {
  it('sets credits aside', async () => {
    expect(await account.hold('12.345678')).toEqual({
      hold: {
        id: expect.any(String),
        status: 'ACTIVE',
        credits: '12.345678',
        captured: '0',
        expiresAt: inMs(service, 600_000).toISOString(),
      },
      balance: { available: '87.654322', held: '12.345678', owed: '0' },
    });
    expect(await account.amounts()).toEqual(['87.654322', '12.345678', '0']);
    await account.debit('87.654322');
    await expectCode(account.debit('0.000001'), 'CREDITS_HELD');
  });

  it('takes them in burn-down order', async () => {
    const first = { priority: 1, expiresAt: inMs(service, 3_600_000).toISOString() };
    await account.grant('10', { priority: 2 });
    await account.grant('5', first);
    await account.hold('12');
    expect(await account.lots()).toEqual(['3+7', '100+0']);
    await account.debit('2');
    expect(await account.lots()).toEqual(['1+7', '100+0']);
  });

  it('does not show in the history of customers', async () => {
    await account.release((await account.hold('1')).hold.id);
    const { nodes } = (
      await account.customer.client.request<{ billingHistory: { nodes: { type: string }[] } }>(
        '{ billingHistory { nodes { type } } }',
      )
    ).billingHistory;
    expect(nodes).toEqual([{ type: 'GRANT' }]);
    expect((await account.journal()).map(({ type, credits }) => [type, credits])).toEqual([
      ['GRANT', '100000000'],
      ['HOLD', '0'],
      ['RELEASE', '0'],
    ]);
  });

  it('happens once per idempotency key, and says what became of the hold', async () => {
    const request = { expiresInSeconds: 60, idempotencyKey: 'one' };
    const [first, ...others] = await Promise.all(
      Array.from({ length: 10 }, () => account.hold('10', request)),
    );
    expect(new Set([first, ...others].map((one) => one?.hold.id)).size).toBe(1);
    expect(await account.amounts()).toEqual(['90', '10', '0']);
    expect(await account.hold('10.000', request)).toEqual(first);
    await expectCode(account.hold('11', request), 'IDEMPOTENCY_KEY_REUSED');
    await expectCode(account.hold('10', { ...request, expiresInSeconds: 61 }), 'IDEMPOTENCY_KEY_REUSED');
    await account.capture(first?.hold.id ?? '', '4');
    expect(await account.hold('10', request)).toEqual({
      hold: { ...first?.hold, status: 'CAPTURED', captured: '4' },
      balance: { available: '96', held: '0', owed: '0' },
    });
    const second = await account.hold('10', { expiresInSeconds: 1, idempotencyKey: 'two' });
    service.clock.advance(1_000);
    expect(await account.hold('10', { expiresInSeconds: 1, idempotencyKey: 'two' })).toEqual({
      hold: { ...second.hold, status: 'EXPIRED' },
      balance: { available: '96', held: '0', owed: '0' },
    });
  });

  it('leaves the key free where it was refused', async () => {
    const request = { idempotencyKey: 'again' };
    await expectCode(account.hold('101', request), 'INSUFFICIENT_CREDITS');
    await account.grant('1');
    expect((await account.hold('101', request)).balance).toMatchObject({ available: '0', held: '101' });
  });

  it('refuses what cannot be held, and moves nothing', async () => {
    for (const credits of ['0', 0, '-1', '0.0000001', '9223372036854.775808', '1e2', '', 'ten']) {
      await expectCode(account.hold(credits), 'BAD_USER_INPUT');
    }
    for (const expiresInSeconds of [0, -1, week + 1, 2 ** 31 - 1, 2 ** 31, 1.5]) {
      await expectCode(account.hold('1', { expiresInSeconds }), 'BAD_USER_INPUT');
    }
    await expectCode(account.hold('1', { idempotencyKey: '' }), 'BAD_USER_INPUT');
    await expectCode(account.hold('1', { idempotencyKey: 'k'.repeat(256) }), 'BAD_USER_INPUT');
    await expectCode(account.hold('1', { accountId: 'nobody' }), 'NOT_FOUND');
    await expectCode(account.hold('1', { accountId: 'no spaces' }), 'BAD_USER_INPUT');
    await expectCode(account.hold('9223372036854.775807'), 'INSUFFICIENT_CREDITS');
    expect(await account.amounts()).toEqual(['100', '0', '0']);
    expect(await account.journal()).toHaveLength(1);
    const holds = await service.database.query('select id from credit_holds where account_id = $1', [
      account.accountId,
    ]);
    expect(holds).toEqual([]);
  });

  it('lasts from a second to a week', async () => {
    expect((await account.hold('1', { expiresInSeconds: 1 })).hold.expiresAt).toBe(
      inMs(service, 1_000).toISOString(),
    );
    expect((await account.hold('1', { expiresInSeconds: week })).hold.expiresAt).toBe(
      inMs(service, week * 1_000).toISOString(),
    );
    expect((await account.hold('1', { expiresInSeconds: null })).hold.expiresAt).toBe(
      inMs(service, 600_000).toISOString(),
    );
  });

  it('knows the largest amount there is', async () => {
    const rich = await TestAccount.open(service, '9223372036854.775807');
    const { hold } = await rich.hold('9223372036854.775807');
    expect(await rich.amounts()).toEqual(['0', '9223372036854.775807', '0']);
    await expectCode(rich.grant('0.000001'), 'BAD_USER_INPUT');
    await rich.release(hold.id);
    expect(await rich.amounts()).toEqual(['9223372036854.775807', '0', '0']);
  });

  it('does not let a hold grow or be charged beyond what can be stored', async () => {
    const largest = '9223372036854.775807';
    const rich = await TestAccount.open(service, largest);
    const { hold } = await rich.hold(largest);
    await rich.capture(hold.id, '1', { finalCapture: false });
    await rich.grant('1');
    await expectCode(rich.extend(hold.id, { addCredits: '0.000001' }), 'BAD_USER_INPUT');
    await expectCode(rich.capture(hold.id, largest, { allowDebt: true }), 'BAD_USER_INPUT');
    expect(await rich.amounts()).toEqual(['1', '9223372036853.775807', '0']);
  });
});

describe('the refusals', () => {
  it('tell credits that are held from credits that are not there, to the last digit', async () => {
    await account.hold('60');
    await account.hold('40');
    const held = await expectCode(account.hold('100'), 'CREDITS_HELD');
    expect(held.extensions).toMatchObject({ available: '0', held: '100' });
    await expectCode(account.debit('0.000001'), 'CREDITS_HELD');
    await expectCode(account.debit('100'), 'CREDITS_HELD');
    const missing = await expectCode(account.hold('100.000001'), 'INSUFFICIENT_CREDITS');
    expect(missing.extensions).toMatchObject({ available: '0' });
    await expectCode(account.debit('100.000001'), 'INSUFFICIENT_CREDITS');
  });

  it('name debt before anything else', async () => {
    const indebted = await TestAccount.open(service);
    const paid = await purchase(service, indebted.customer, 100);
    const { hold } = await indebted.hold('40');
    await refund(service, paid, { spentCredits: 'CREATE_DEBT' });
    expect(await indebted.amounts()).toEqual(['0', '40', '40']);
    for (const credits of ['0.000001', '40', '40.000001', '1000']) {
      const { extensions } = await expectCode(indebted.hold(credits), 'ACCOUNT_IN_DEBT');
      expect(extensions.owed).toBe('40');
      await expectCode(indebted.debit(credits), 'ACCOUNT_IN_DEBT');
      await expectCode(indebted.extend(hold.id, { addCredits: credits }), 'ACCOUNT_IN_DEBT');
    }
    await expectCode(indebted.capture(hold.id, '40.000001'), 'ACCOUNT_IN_DEBT');
    expect((await indebted.capture(hold.id, '40')).balance).toEqual({
      available: '0',
      held: '0',
      owed: '40',
    });
  });
});

describe('many at once', () => {
  it('hold exactly what there is', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 150 }, () => account.hold('1')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
    expect(await account.amounts()).toEqual(['0', '100', '0']);
  });
});
