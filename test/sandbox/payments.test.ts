import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import type { Sandbox } from '../../src/sandbox/index.js';
import { sdk, stripeError, TestClock, testSandbox } from './support.js';

const clock = new TestClock();
let sandbox: Sandbox;
let stripe: Stripe;

beforeAll(async () => {
  sandbox = await testSandbox({ clock });
  stripe = sdk(sandbox);
});
afterAll(() => sandbox.close());

const typesSince = (seen: number) =>
  sandbox
    .events()
    .slice(seen)
    .map(({ type }) => type);

describe('authorize first, capture later', () => {
  const authorize = () =>
    stripe.paymentIntents.create({
      amount: 4000,
      currency: 'usd',
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });

  test('in part; the rest is released without a refund', async () => {
    const seen = sandbox.events().length;
    const held = await authorize();
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 4000, amount_received: 0 });
    const tooMuch = await stripeError(stripe.paymentIntents.capture(held.id, { amount_to_capture: 4001 }));
    expect(tooMuch.param).toBe('amount_to_capture');
    const captured = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 3000 });
    expect(captured).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 3000 });
    expect(typesSince(seen)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.amount_capturable_updated',
      'charge.captured',
      'payment_intent.succeeded',
    ]);
    const charge = await stripe.charges.retrieve(String(held.latest_charge), {
      expand: ['balance_transaction'],
    });
    expect(charge).toMatchObject({
      amount_captured: 3000,
      amount_refunded: 0,
      balance_transaction: { amount: 3000 },
    });
    expect((await stripe.refunds.create({ charge: charge.id })).amount).toBe(3000);
    expect((await stripeError(stripe.paymentIntents.capture(held.id))).message).toContain(
      'already been captured',
    );
  });

  test('or cancel', async () => {
    const held = await authorize();
    const canceled = await stripe.paymentIntents.cancel(held.id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
      amount_capturable: 0,
    });
    expect(await stripe.charges.retrieve(String(held.latest_charge))).toMatchObject({
      captured: false,
      amount_captured: 0,
      refunded: false,
    });
    expect((await stripeError(stripe.paymentIntents.cancel(held.id))).code).toBe(
      'payment_intent_unexpected_state',
    );
  });
});

describe('an intent', () => {
  test('can be changed until it is paid', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      metadata: { a: '1', b: '2' },
    });
    expect(intent).toMatchObject({ status: 'requires_payment_method', capture_method: 'automatic_async' });
    const updated = await stripe.paymentIntents.update(intent.id, {
      amount: 1500,
      description: 'Credits',
      metadata: { a: null, c: '3' },
      payment_method: 'pm_card_visa',
      receipt_email: 'a@example.com',
    });
    expect(updated).toMatchObject({
      status: 'requires_confirmation',
      amount: 1500,
      description: 'Credits',
      metadata: { b: '2', c: '3' },
      receipt_email: 'a@example.com',
    });
    const paid = await stripe.paymentIntents.confirm(intent.id, { return_url: 'https://x.example' });
    expect(paid).toMatchObject({ status: 'succeeded', amount_received: 1500 });
    const late = await stripeError(stripe.paymentIntents.update(intent.id, { amount: 1 }));
    expect(late).toMatchObject({ code: 'payment_intent_unexpected_state' });
    const twice = await stripeError(
      stripe.paymentIntents.confirm(intent.id, { return_url: 'https://x.example' }),
    );
    expect(twice.message).toContain('already succeeded');
    expect((await stripe.paymentIntents.update(intent.id, { metadata: { late: 'yes' } })).metadata.late).toBe(
      'yes',
    );
  });

  test('needs a payment method to be confirmed', async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 1000, currency: 'usd' });
    const error = await stripeError(stripe.paymentIntents.confirm(id, { return_url: 'https://x.example' }));
    expect(error.message).toContain("it's missing a payment method");
  });

  test('with synchronous capture has its balance transaction when charge.succeeded is sent', async () => {
    const seen = sandbox.events().length;
    await stripe.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      capture_method: 'automatic',
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: 'https://x.example',
    });
    expect(typesSince(seen)).not.toContain('charge.updated');
    const charged = sandbox
      .events()
      .slice(seen)
      .find(({ type }) => type === 'charge.succeeded');
    expect(charged?.data.object).toMatchObject({ balance_transaction: expect.stringMatching(/^txn_/) });
  });

  test('can bring the details of its payment method along', async () => {
    const account = { account_number: '000123456789', routing_number: '110000000' };
    const create = (details: typeof account) =>
      stripe.paymentIntents.create({
        amount: 1000,
        currency: 'usd',
        confirm: true,
        payment_method_data: {
          type: 'us_bank_account',
          us_bank_account: details,
          billing_details: { name: 'A' },
        },
        return_url: 'https://x.example',
        expand: ['payment_method'],
      });
    expect(await create(account)).toMatchObject({
      status: 'processing',
      payment_method: {
        type: 'us_bank_account',
        billing_details: { name: 'A' },
        us_bank_account: { last4: '6789' },
      },
    });
    const real = await stripeError(create({ ...account, account_number: '123' }));
    expect(real.code).toBe('account_number_invalid');
  });

  test('lists the types of payment methods that remain', async () => {
    const typesOf = async (params: Partial<Stripe.PaymentIntentCreateParams>) =>
      (await stripe.paymentIntents.create({ amount: 1000, currency: 'usd', ...params })).payment_method_types;
    expect(await typesOf({})).toEqual(['card', 'us_bank_account']);
    expect(await typesOf({ currency: 'eur' })).toEqual(['card']);
    expect(await typesOf({ allowed_payment_method_types: ['card', 'klarna'] })).toEqual(['card']);
    expect(await typesOf({ excluded_payment_method_types: ['us_bank_account'] })).toEqual(['card']);
    expect((await stripeError(typesOf({ allowed_payment_method_types: ['klarna'] }))).statusCode).toBe(400);
  });
});

describe('customers', () => {
  test('are created, changed, listed and deleted', async () => {
    const seen = sandbox.events().length;
    const customer = await stripe.customers.create({
      email: 'a@example.com',
      name: 'A',
      address: { line1: '1 Road', country: 'US' },
      metadata: { plan: 'x' },
    });
    expect(customer).toMatchObject({
      name: 'A',
      address: { line1: '1 Road', city: null },
      metadata: { plan: 'x' },
    });
    const updated = await stripe.customers.update(customer.id, { name: '', metadata: { plan: '' } });
    expect(updated).toMatchObject({ name: null, email: 'a@example.com', metadata: {} });
    await stripe.customers.update(customer.id, { email: 'a@example.com' });
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
    expect(await stripe.customers.del(customer.id)).toEqual({
      id: customer.id,
      object: 'customer',
      deleted: true,
    });
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true });
    expect((await stripe.customers.list({ email: 'a@example.com' })).data).toEqual([]);
    expect((await stripeError(stripe.customers.update(customer.id, { name: 'B' }))).statusCode).toBe(404);
    expect(typesSince(seen)).toEqual([
      'customer.created',
      'customer.updated',
      'payment_method.attached',
      'customer.updated',
      'payment_method.detached',
      'customer.deleted',
    ]);
  });

  test('keep their payment methods', async () => {
    const { id } = await stripe.customers.create();
    const [first, second] = [
      await stripe.paymentMethods.attach('pm_card_visa', { customer: id }),
      await stripe.paymentMethods.attach('pm_card_mastercard', { customer: id }),
    ];
    await stripe.paymentMethods.update(first.id, { card: { exp_year: 2040 }, metadata: { main: 'yes' } });
    expect(await stripe.customers.retrievePaymentMethod(id, first.id)).toMatchObject({
      card: { exp_year: 2040 },
      metadata: { main: 'yes' },
    });
    const listed = await stripe.customers.listPaymentMethods(id, { type: 'card' });
    expect(listed.data.map((method) => method.id)).toEqual([second.id, first.id]);
    expect((await stripe.paymentMethods.detach(second.id)).customer).toBeNull();
    expect((await stripe.paymentMethods.list({ customer: id })).data).toHaveLength(1);
  });
});

describe('charges by token', () => {
  test('a magic token can be charged, also for a customer', async () => {
    const customer = await stripe.customers.create();
    const charge = await stripe.charges.create({
      amount: 800,
      currency: 'usd',
      source: 'tok_visa',
      customer: customer.id,
    });
    expect(charge).toMatchObject({
      status: 'succeeded',
      source: { object: 'card', brand: 'Visa', last4: '4242' },
    });
    expect((await stripe.charges.update(charge.id, { description: 'Later' })).description).toBe('Later');
  });

  test('a created token can be used once', async () => {
    const card = { number: '5555555555554444', exp_month: '1', exp_year: '2030', cvc: '123' };
    const token = await stripe.tokens.create({ card });
    expect(token.card).toMatchObject({ brand: 'MasterCard', last4: '4444' });
    const charge = await stripe.charges.create({
      amount: 800,
      currency: 'usd',
      source: token.id,
      capture: false,
    });
    expect(charge.captured).toBe(false);
    expect(await stripe.charges.capture(charge.id, { amount: 500 })).toMatchObject({
      captured: true,
      amount_captured: 500,
    });
    const again = await stripeError(
      stripe.charges.create({ amount: 800, currency: 'usd', source: token.id }),
    );
    expect(again.code).toBe('token_already_used');
    expect((await stripe.tokens.retrieve(token.id)).used).toBe(true);
  });

  test('a declined token leaves a failed charge', async () => {
    const error = await stripeError(
      stripe.charges.create({ amount: 800, currency: 'usd', source: 'tok_chargeDeclined' }),
    );
    expect(error).toMatchObject({ statusCode: 402, decline_code: 'generic_decline' });
    expect((await stripe.charges.retrieve(error.charge ?? '')).status).toBe('failed');
  });
});

test('funds become available after two days', async () => {
  const intent = await stripe.paymentIntents.create({
    amount: 1000,
    currency: 'eur',
    confirm: true,
    payment_method: 'pm_card_visa',
    return_url: 'https://x.example',
  });
  const inEuro = async () => {
    const { available, pending } = await stripe.balance.retrieve();
    return [available, pending].map((side) => side.find(({ currency }) => currency === 'eur')?.amount);
  };
  expect(await inEuro()).toEqual([0, 941]);
  clock.advance(2 * 24 * 3600);
  expect(await inEuro()).toEqual([941, 0]);
  const { latest_charge: charge } = await stripe.paymentIntents.retrieve(intent.id, {
    expand: ['latest_charge.balance_transaction'],
  });
  expect(charge).toMatchObject({ balance_transaction: { status: 'available' } });
});

test('a receipt can be read', async () => {
  const charge = await stripe.charges.create({
    amount: 800,
    currency: 'usd',
    source: 'tok_visa',
    description: '<script>alert(1)</script>',
  });
  const page = await (await fetch(charge.receipt_url ?? '')).text();
  expect(page).toContain('$8.00');
  expect(page).not.toContain('<script>');
});

test('the account is a test account in the US', async () => {
  const account = await stripe.accounts.retrieveCurrent();
  expect(account).toMatchObject({ id: sandbox.accountId, country: 'US', charges_enabled: true });
});
