import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { purchase } from '../../support/purchase.js';
import { refund } from '../../support/refund.js';
import { startTestService, type TestService } from '../../support/service.js';
import { dashboard } from '../../support/stripe-sdk.js';
import { TestAccount } from '../account.js';

let service: TestService;
let account: TestAccount;
let paid: string;
let holdId: string;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  account = await TestAccount.open(service);
  paid = await purchase(service, account.customer, 100);
  holdId = (await account.hold('40')).hold.id;
});
afterAll(async () => {
  await service.settle();
  await expectSoundBooks(service.database).finally(() => service.close());
});

describe('a refund of credits that are held', () => {
  it('counts them as spent', async () => {
    const { extensions } = await expectCode(refund(service, paid), 'CREDITS_ALREADY_SPENT');
    expect(extensions).toMatchObject({ refundable: 600, currency: 'USD' });
    expect(await account.amounts()).toEqual(['60', '40', '0']);
    await refund(service, paid, { amount: 600 });
    expect(await account.amounts()).toEqual(['0', '40', '0']);
    await expectCode(refund(service, paid, { amount: 1 }), 'CREDITS_ALREADY_SPENT');
    await account.release(holdId);
    await refund(service, paid, { amount: 400 });
    expect(await account.amounts()).toEqual(['0', '0', '0']);
  });

  it('as debt leaves them to the hold, and what is released pays the debt', async () => {
    await refund(service, paid, { spentCredits: 'CREATE_DEBT' });
    expect(await account.amounts()).toEqual(['0', '40', '40']);
    await expectCode(account.hold('1'), 'ACCOUNT_IN_DEBT');
    expect((await account.release(holdId)).balance).toEqual({ available: '0', held: '0', owed: '0' });
  });

  it('as debt leaves them to be charged; the rest pays the debt', async () => {
    await refund(service, paid, { spentCredits: 'CREATE_DEBT' });
    expect(await account.capture(holdId, '15')).toMatchObject({
      hold: { status: 'CAPTURED', captured: '15' },
      balance: { available: '0', held: '0', owed: '15' },
    });
  });

  it('as debt is paid by a hold that is forgotten, at its instant', async () => {
    await refund(service, paid, { spentCredits: 'CREATE_DEBT' });
    service.clock.advance(599_999);
    expect(await account.amounts()).toEqual(['0', '40', '40']);
    service.clock.advance(1);
    expect(await account.amounts()).toEqual(['0', '0', '0']);
  });

  it('as debt takes other credits before it owes', async () => {
    await account.grant('15');
    await refund(service, paid, { spentCredits: 'CREATE_DEBT' });
    expect(await account.amounts()).toEqual(['0', '40', '25']);
    expect((await account.release(holdId)).balance).toEqual({ available: '15', held: '0', owed: '0' });
  });

  it('takes from a hold nothing when it is made at Stripe either', async () => {
    await dashboard(service.sandbox).refunds.create({ payment_intent: paid });
    await service.settle();
    expect(await account.amounts()).toEqual(['0', '40', '40']);
    expect((await account.capture(holdId, '40')).balance).toEqual({ available: '0', held: '0', owed: '40' });
  });

  it('that fails gives back the credits it took, and forgives the debt it made', async () => {
    await dashboard(service.sandbox).refunds.create({ payment_intent: paid });
    await service.settle();
    const [made] = await service.database.query<{ stripe_refund_id: string }>(
      'select r.stripe_refund_id from refunds r join payments p on p.id = r.payment_id where p.account_id = $1',
      [account.accountId],
    );
    service.sandbox.failRefund(made?.stripe_refund_id ?? '');
    await service.settle();
    expect(await account.amounts()).toEqual(['60', '40', '0']);
  });
});
