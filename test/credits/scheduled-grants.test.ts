import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { expectSoundBooks } from '../support/invariants.js';
import { purchase } from '../support/purchase.js';
import { refund } from '../support/refund.js';
import { startTestService, type TestService } from '../support/service.js';
import { bookDue, inMs, TestAccount } from './account.js';

let service: TestService;
let account: TestAccount;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  account = await TestAccount.open(service, '5');
});
afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

const from = (milliseconds: number) => ({ effectiveAt: inMs(service, milliseconds).toISOString() });

describe('credits that are granted for later', () => {
  it('are nothing yet', async () => {
    const { lot, balance } = await account.grant('100', from(10_000));
    expect(lot).toMatchObject({ granted: '100', remaining: '0' });
    expect(balance).toEqual({ available: '5', owed: '0' });
    service.clock.advance(9_999);
    expect(await account.amounts()).toEqual(['5', '0', '0']);
    expect(await account.lots()).toEqual(['5+0']);
    const { extensions } = await expectCode(account.debit('5.000001'), 'INSUFFICIENT_CREDITS');
    expect(extensions.available).toBe('5');
    await expectCode(account.hold('6'), 'INSUFFICIENT_CREDITS');
  });

  it('may be spent from the very instant, without the job', async () => {
    await account.grant('100', from(10_000));
    service.clock.advance(10_000);
    expect(await account.amounts()).toEqual(['105', '0', '0']);
    expect(await account.lots()).toEqual(['5+0', '100+0']);
    expect((await account.debit('105')).balance.available).toBe('0');
  });

  it('are booked by the job, at their own instant', async () => {
    const { effectiveAt } = from(10_000);
    await account.grant('100', { effectiveAt, source: 'ADJUSTMENT' });
    const grantedAt = service.clock.now().toISOString();
    service.clock.advance(60_000);
    await bookDue(service);
    await bookDue(service);
    expect((await account.journal()).slice(1)).toEqual([
      { type: 'ADJUSTMENT', credits: '0', createdAt: grantedAt, holdId: null },
      { type: 'ADJUSTMENT', credits: '100000000', createdAt: effectiveAt, holdId: null },
    ]);
    expect(await account.amounts()).toEqual(['105', '0', '0']);
  });

  it('may be spent at once where their instant has come', async () => {
    await account.grant('10', from(0));
    await account.grant('10', { effectiveAt: '2020-01-01T00:00:00.000Z' });
    expect(await account.amounts()).toEqual(['25', '0', '0']);
  });

  it('may expire, but not before they become effective', async () => {
    const { effectiveAt } = from(10_000);
    for (const ms of [10_000, 9_999, 0]) {
      const expiresAt = inMs(service, ms).toISOString();
      await expectCode(account.grant('10', { effectiveAt, expiresAt }), 'BAD_USER_INPUT');
    }
    await account.grant('10', { effectiveAt, expiresAt: inMs(service, 10_001).toISOString() });
    service.clock.advance(10_000);
    expect(await account.amounts()).toEqual(['15', '0', '0']);
    service.clock.advance(1);
    expect(await account.amounts()).toEqual(['5', '0', '0']);
    await bookDue(service);
    expect((await account.journal()).map(({ type }) => type)).toEqual(['GRANT', 'GRANT', 'GRANT', 'EXPIRY']);
  });

  it('pay what is owed first, when they become effective', async () => {
    const debtor = await TestAccount.open(service);
    const paid = await purchase(service, debtor.customer, 100);
    await debtor.debit('30');
    await debtor.grant('50', from(10_000));
    await refund(service, paid, { spentCredits: 'CREATE_DEBT' });
    expect(await debtor.amounts()).toEqual(['0', '0', '30']);
    service.clock.advance(10_000);
    expect(await debtor.amounts()).toEqual(['20', '0', '0']);
    expect(await debtor.lots()).toEqual(['20+0']);
    await debtor.debit('20');
    await expectCode(debtor.debit('0.000001'), 'INSUFFICIENT_CREDITS');
  });

  it('happen once per idempotency key', async () => {
    const request = { ...from(10_000), idempotencyKey: 'later' };
    const first = await account.grant('10', request);
    expect(await account.grant('10', request)).toEqual(first);
    const other = { ...request, effectiveAt: inMs(service, 10_001).toISOString() };
    await expectCode(account.grant('10', other), 'IDEMPOTENCY_KEY_REUSED');
    await expectCode(account.grant('10', { idempotencyKey: 'later' }), 'IDEMPOTENCY_KEY_REUSED');
    service.clock.advance(10_000);
    expect(await account.grant('10', request)).toMatchObject({
      lot: { id: first.lot.id, remaining: '10' },
      balance: { available: '15' },
    });
  });

  it('count among what can be stored', async () => {
    await account.grant('9223372036849.775807', from(10_000));
    await expectCode(account.grant('1', from(20_000)), 'BAD_USER_INPUT');
    await expectCode(account.grant('1'), 'BAD_USER_INPUT');
    service.clock.advance(10_000);
    expect(await account.amounts()).toEqual(['9223372036854.775807', '0', '0']);
  });

  it('burn after what became effective before them', async () => {
    await account.grant('7', from(10_000));
    service.clock.advance(5_000);
    await account.grant('3');
    service.clock.advance(5_000);
    // In the order of effective dates, not of grants.
    expect(await account.lots()).toEqual(['5+0', '3+0', '7+0']);
  });
});

describe('lots', () => {
  it('say what a credit cost, where they were bought', async () => {
    const buyer = await TestAccount.open(service, '1');
    for (const credits of [100, 500, 5000]) await purchase(service, buyer.customer, credits);
    const prices = (await buyer.balance()).lots.map(({ granted, unitPrice }) => [granted, unitPrice]);
    expect(prices).toEqual(
      expect.arrayContaining([
        ['1', null],
        ['100', '0.100'],
        ['500', '0.090'],
        ['5000', '0.070'],
      ]),
    );
    expect(prices).toHaveLength(4);
  });
});
