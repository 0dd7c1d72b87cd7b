import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { expectSoundBooks } from '../support/invariants.js';
import { createPaymentIntentMutation } from '../support/operations.js';
import { confirm, newCustomer, pay, startPurchase } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';

const intents = '/v1/payment_intents';
const customers = '/v1/customers';

describe('createPaymentIntent', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterEach(() => service.sandbox.faults.clear());
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

  const stripe = () => dashboard(service.sandbox);
  const customersAtStripe = async (accountId: string) => {
    const all = await stripe().customers.list({ limit: 100 }).autoPagingToArray({ limit: 1000 });
    return all.filter(({ metadata }) => metadata.account_id === accountId);
  };
  const intentsAtStripe = async (accountId: string) => {
    const all = await stripe().paymentIntents.list({ limit: 100 }).autoPagingToArray({ limit: 1000 });
    return all.filter(({ metadata }) => metadata.account_id === accountId);
  };

  it('gives the browser what Stripe.js needs, and Stripe what it must know', async () => {
    const customer = await newCustomer(service, { email: 'grace@example.com' });
    const created = await startPurchase(customer, 500);
    expect(created).toEqual({
      paymentIntentId: expect.stringMatching(/^pi_\w+$/),
      clientSecret: expect.stringMatching(new RegExp(`^${created.paymentIntentId}_secret_\\w+$`)),
      publishableKey: service.sandbox.publishableKey,
      payment: {
        id: expect.any(String),
        status: 'REQUIRES_PAYMENT',
        credits: 500,
        price: { amount: 4500, currency: 'USD' },
      },
    });
    const intent = await stripe().paymentIntents.retrieve(created.paymentIntentId, { expand: ['customer'] });
    expect(intent).toMatchObject({
      amount: 4500,
      currency: 'usd',
      receipt_email: 'grace@example.com',
      automatic_payment_methods: { enabled: true },
      metadata: { account_id: customer.accountId, payment_id: created.payment.id, credits: '500' },
      customer: {
        name: 'Ada Lovelace',
        email: 'grace@example.com',
        metadata: { account_id: customer.accountId },
      },
    });
  });

  it('does without a receipt where the account has no email address', async () => {
    const customer = await newCustomer(service, { email: null });
    const { paymentIntentId } = await startPurchase(customer, 100);
    expect((await stripe().paymentIntents.retrieve(paymentIntentId)).receipt_email).toBeNull();
  });

  it('is for customer keys only', async () => {
    const { clients } = service;
    const input = { creditAmount: 100 };
    await expectCode(clients.anonymous.request(createPaymentIntentMutation, { input }), 'UNAUTHENTICATED');
    await expectCode(clients.service.request(createPaymentIntentMutation, { input }), 'FORBIDDEN');
    await expectCode(clients.admin.request(createPaymentIntentMutation, { input }), 'FORBIDDEN');
  });

  it('makes one intent per idempotency key, and another one without', async () => {
    const customer = await newCustomer(service);
    const first = await startPurchase(customer, 500, 'one');
    expect(await startPurchase(customer, 500, 'one')).toEqual(first);
    const others = [await startPurchase(customer, 500, 'two'), await startPurchase(customer, 500)];
    expect(new Set([first, ...others].map(({ paymentIntentId }) => paymentIntentId)).size).toBe(3);
    expect(await intentsAtStripe(customer.accountId)).toHaveLength(3);
  });

  it('refuses a key that was used for another amount', async () => {
    const customer = await newCustomer(service);
    await startPurchase(customer, 500, 'key');
    await expectCode(startPurchase(customer, 1000, 'key'), 'IDEMPOTENCY_KEY_REUSED');
    await expectCode(startPurchase(customer, 501, 'key'), 'IDEMPOTENCY_KEY_REUSED');
    expect(await intentsAtStripe(customer.accountId)).toHaveLength(1);
  });

  it('refuses keys that are no keys', async () => {
    const customer = await newCustomer(service);
    await expectCode(startPurchase(customer, 500, ''), 'BAD_USER_INPUT');
    await expectCode(startPurchase(customer, 500, 'k'.repeat(256)), 'BAD_USER_INPUT');
    await startPurchase(customer, 500, 'k'.repeat(255));
  });

  it("does not confuse one account's keys with another's", async () => {
    const [ada, grace] = [await newCustomer(service), await newCustomer(service)];
    const [a, b] = [await startPurchase(ada, 500, 'same'), await startPurchase(grace, 1000, 'same')];
    expect(a.paymentIntentId).not.toBe(b.paymentIntentId);
  });

  it('makes one intent of twenty requests at once with one key', async () => {
    const customer = await newCustomer(service);
    const created = await Promise.all(
      Array.from({ length: 20 }, () => startPurchase(customer, 500, 'impatient')),
    );
    expect(new Set(created.map(({ paymentIntentId }) => paymentIntentId)).size).toBe(1);
    expect(new Set(created.map(({ clientSecret }) => clientSecret)).size).toBe(1);
    expect(await intentsAtStripe(customer.accountId)).toHaveLength(1);
    expect(await customersAtStripe(customer.accountId)).toHaveLength(1);
  });

  it('makes one Stripe customer of twenty first purchases at once', async () => {
    const customer = await newCustomer(service);
    const created = await Promise.all(Array.from({ length: 20 }, () => startPurchase(customer, 100)));
    expect(new Set(created.map(({ paymentIntentId }) => paymentIntentId)).size).toBe(20);
    const [atStripe, ...others] = await customersAtStripe(customer.accountId);
    expect(others).toEqual([]);
    const owners = (await intentsAtStripe(customer.accountId)).map((intent) => intent.customer);
    expect(owners).toEqual(Array.from({ length: 20 }, () => atStripe?.id));
  });

  /** How often is tried before one call of ours has failed: by the SDK, and after 429 by us. */
  const attempts = 3;

  for (const fault of ['server_error', 'disconnect', 'rate_limit'] as const) {
    it(`says STRIPE_UNAVAILABLE on ${fault}, and finishes when the call is repeated`, async () => {
      const customer = await newCustomer(service);
      const struck = service.sandbox.faults.api({ fault, method: 'POST', path: intents, count: attempts });
      await expectCode(startPurchase(customer, 500, 'again'), 'STRIPE_UNAVAILABLE');
      expect(struck.hits()).toBe(attempts);
      const created = await startPurchase(customer, 500, 'again');
      expect(created.payment.status).toBe('REQUIRES_PAYMENT');
      expect(await intentsAtStripe(customer.accountId)).toHaveLength(1);
    });
  }

  it('gets over failures of Stripe that are short', async () => {
    const customer = await newCustomer(service);
    service.sandbox.faults.api({ fault: 'server_error', method: 'POST', path: customers, count: 1 });
    service.sandbox.faults.api({ fault: 'disconnect', method: 'POST', path: intents, count: 1 });
    await startPurchase(customer, 500);
    expect(await intentsAtStripe(customer.accountId)).toHaveLength(1);
  });

  for (const path of [customers, intents]) {
    it(`finishes what was cut off after Stripe had done its work on ${path}`, async () => {
      const customer = await newCustomer(service);
      const { faults } = service.sandbox;
      faults.api({ fault: 'disconnect', when: 'after', method: 'POST', path, count: 1 });
      faults.api({ fault: 'disconnect', method: 'POST', path, count: attempts - 1 });
      await expectCode(startPurchase(customer, 500, 'again'), 'STRIPE_UNAVAILABLE');
      const created = await startPurchase(customer, 500, 'again');
      expect(await intentsAtStripe(customer.accountId)).toMatchObject([{ id: created.paymentIntentId }]);
      expect(await customersAtStripe(customer.accountId)).toHaveLength(1);
    });

    it(`is not held up by a failure that Stripe remembers under the key for ${path}`, async () => {
      const customer = await newCustomer(service);
      const { faults } = service.sandbox;
      const struck = faults.api({ fault: 'server_error', when: 'after', method: 'POST', path, count: 1 });
      const created = await startPurchase(customer, 500, 'again');
      expect(struck.hits()).toBe(1);
      expect(await startPurchase(customer, 500, 'again')).toEqual(created);
      expect(await intentsAtStripe(customer.accountId)).toMatchObject([{ id: created.paymentIntentId }]);
    });
  }

  it('makes no second intent where the call is repeated after Stripe has forgotten the key', async () => {
    const customer = await newCustomer(service);
    const { faults } = service.sandbox;
    faults.api({ fault: 'disconnect', when: 'after', method: 'POST', path: intents, count: 1 });
    faults.api({ fault: 'disconnect', method: 'POST', path: intents, count: attempts - 1 });
    await expectCode(startPurchase(customer, 500, 'tomorrow'), 'STRIPE_UNAVAILABLE');
    service.clock.advance(25 * 60 * 60 * 1000);
    const created = await startPurchase(customer, 500, 'tomorrow');
    expect(await intentsAtStripe(customer.accountId)).toMatchObject([{ id: created.paymentIntentId }]);
    await pay(service, created);
    expect(await confirm(customer, created)).toMatchObject({ creditsAdded: '500' });
  });

  it('sells to an account whose customer was deleted at Stripe, as another, and takes what the former one pays', async () => {
    const customer = await newCustomer(service);
    const first = await startPurchase(customer, 500);
    const [former] = await customersAtStripe(customer.accountId);
    await stripe().customers.del(former?.id ?? '');
    const created = await Promise.all(
      Array.from({ length: 5 }, (_, i) => startPurchase(customer, 500, `key ${i % 3}`)),
    );
    const [another, ...others] = await customersAtStripe(customer.accountId);
    expect(others).toEqual([]);
    const made = await intentsAtStripe(customer.accountId);
    expect(made.map((intent) => intent.customer).sort()).toEqual(
      [former?.id, another?.id, another?.id, another?.id].sort(),
    );
    expect(await startPurchase(customer, 500, 'key 0')).toEqual(created[0]);
    for (const intent of [first, created[0]]) {
      if (!intent) throw new Error('It was made above.');
      await pay(service, intent);
      expect(await confirm(customer, intent)).toMatchObject({ creditsAdded: '500' });
    }
  });

  it('is unmoved by a Stripe that is down where it need not ask for anything new', async () => {
    const customer = await newCustomer(service);
    const created = await startPurchase(customer, 500, 'key');
    service.sandbox.faults.api({ fault: 'server_error', method: 'POST' });
    expect(await startPurchase(customer, 500, 'key')).toEqual(created);
  });
});
