import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { expectSoundBooks } from '../support/invariants.js';
import { balanceQuery, createPaymentIntentMutation, creditPackagesQuery } from '../support/operations.js';
import { confirm, newCustomer, pay, startPurchase } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';

describe('credit packages', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

  const offers = async () => (await service.clients.anonymous.request(creditPackagesQuery)).creditPackages;

  it('are public, smallest first, with their price per credit and discount', async () => {
    const usd = (amount: number, formatted: string) => ({ amount, currency: 'USD', formatted });
    expect(await offers()).toEqual([
      {
        id: 'credits_100',
        name: '100 credits',
        credits: 100,
        price: usd(1000, '$10.00'),
        pricePerCredit: '0.100',
        discountPercent: 0,
      },
      {
        id: 'credits_500',
        name: '500 credits',
        credits: 500,
        price: usd(4500, '$45.00'),
        pricePerCredit: '0.090',
        discountPercent: 10,
      },
      {
        id: 'credits_1000',
        name: '1,000 credits',
        credits: 1000,
        price: usd(8000, '$80.00'),
        pricePerCredit: '0.080',
        discountPercent: 20,
      },
      {
        id: 'credits_2000',
        name: '2,000 credits',
        credits: 2000,
        price: usd(15000, '$150.00'),
        pricePerCredit: '0.075',
        discountPercent: 25,
      },
      {
        id: 'credits_5000',
        name: '5,000 credits',
        credits: 5000,
        price: usd(35000, '$350.00'),
        pricePerCredit: '0.070',
        discountPercent: 30,
      },
    ]);
  });

  it('are the only amounts that can be bought', async () => {
    const { client } = await newCustomer(service);
    for (const creditAmount of [1, 99, 501, 2_147_483_647]) {
      const { extensions } = await expectCode(
        client.request(createPaymentIntentMutation, { input: { creditAmount } }),
        'PACKAGE_NOT_FOUND',
      );
      expect(extensions.availableCreditAmounts).toEqual([100, 500, 1000, 2000, 5000]);
    }
    for (const creditAmount of [0, -500]) {
      await expectCode(
        client.request(createPaymentIntentMutation, { input: { creditAmount } }),
        'BAD_USER_INPUT',
      );
    }
  });

  it('keep a new account at nothing until they are bought', async () => {
    const { client } = await newCustomer(service);
    const { balance } = await client.request(balanceQuery, {});
    expect(balance).toEqual({
      available: '0',
      held: '0',
      owed: '0',
      updatedAt: service.clock.now().toISOString(),
      lots: [],
    });
  });

  it('cost what they cost when the purchase began, even where the price changes before it is paid', async () => {
    const customer = await newCustomer(service);
    const before = await startPurchase(customer, 2000, 'before the change');
    await service.database.query(
      `update credit_package_prices set valid_to = now() where package_id = 'credits_2000' and valid_to is null`,
    );
    await service.database.query(
      `insert into credit_package_prices (id, package_id, amount, currency, valid_from)
       values (gen_random_uuid(), 'credits_2000', 16000, 'USD', now())`,
    );

    expect((await offers()).find(({ credits }) => credits === 2000)?.price.amount).toBe(16000);
    const repeated = await startPurchase(customer, 2000, 'before the change');
    expect(repeated).toEqual(before);
    const after = await startPurchase(customer, 2000);
    expect([before, after].map(({ payment }) => payment.price.amount)).toEqual([15000, 16000]);

    // Whether the confirmation or the webhook comes first.
    await pay(service, before);
    expect(await confirm(customer, before)).toMatchObject({ balance: { available: '2000' } });
    await pay(service, after);
    expect(await confirm(customer, after)).toMatchObject({ balance: { available: '4000' } });
  });

  it('that are withdrawn are not sold any more', async () => {
    const customer = await newCustomer(service);
    await service.database.query(`update credit_packages set active = false where id = 'credits_5000'`);
    expect((await offers()).map(({ credits }) => credits)).toEqual([100, 500, 1000, 2000]);
    const { extensions } = await expectCode(startPurchase(customer, 5000), 'PACKAGE_NOT_FOUND');
    expect(extensions.availableCreditAmounts).toEqual([100, 500, 1000, 2000]);
  });
});
