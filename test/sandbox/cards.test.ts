import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import type { Sandbox } from '../../src/sandbox/index.js';
import { sdk, stripeError, testSandbox } from './support.js';

let sandbox: Sandbox;
let stripe: Stripe;

beforeAll(async () => {
  sandbox = await testSandbox();
  stripe = sdk(sandbox);
});
afterAll(() => sandbox.close());

function pay(paymentMethod: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) {
  return stripe.paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    confirm: true,
    payment_method: paymentMethod,
    allowed_payment_method_types: ['card'],
    ...more,
  });
}

function typesAbout(intent: string): string[] {
  return sandbox
    .events()
    .filter((event) => JSON.stringify(event.data.object).includes(intent))
    .map((event) => event.type);
}

describe('cards that succeed', () => {
  test.each([
    ['pm_card_visa', 'visa', '4242'],
    ['pm_card_mastercard', 'mastercard', '4444'],
    ['pm_card_amex', 'amex', '0005'],
    ['pm_card_visa_debit', 'visa', '5556'],
    ['pm_card_threeDSecureOptional', 'visa', '3055'],
  ])('%s', async (name, brand, last4) => {
    const intent = await pay(name, { expand: ['latest_charge', 'payment_method'] });
    expect(intent).toMatchObject({
      status: 'succeeded',
      amount_received: 2000,
      payment_method: { card: { brand, last4 } },
      latest_charge: { status: 'succeeded', paid: true, captured: true },
    });
    expect(typesAbout(intent.id)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'charge.updated',
    ]);
  });

  test('a magic id makes a new payment method each time', async () => {
    const [first, second] = [await pay('pm_card_visa'), await pay('pm_card_visa')];
    expect(first.payment_method).not.toBe(second.payment_method);
  });

  test('any other valid number of a known brand succeeds', async () => {
    const card = { number: '4111 1111 1111 1111', exp_month: 1, exp_year: 30, cvc: '123' };
    const method = await stripe.paymentMethods.create({ type: 'card', card });
    expect(method.card).toMatchObject({ brand: 'visa', last4: '1111', exp_year: 2030 });
    expect((await pay(method.id)).status).toBe('succeeded');
  });
});

describe('cards that are declined', () => {
  test.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
    ['pm_card_radarBlock', 'card_declined', 'fraudulent'],
    ['pm_card_chargeCustomerFail', 'card_declined', 'generic_decline'],
  ])('%s', async (name, code, declineCode) => {
    const error = await stripeError(pay(name));
    expect(error).toMatchObject({
      statusCode: 402,
      type: 'StripeCardError',
      code,
      decline_code: declineCode,
    });
    expect(error.payment_intent).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      last_payment_error: { type: 'card_error', code, decline_code: declineCode, charge: error.charge },
    });
    const charge = await stripe.charges.retrieve(error.charge ?? '');
    expect(charge).toMatchObject({
      status: 'failed',
      paid: false,
      failure_code: code,
      balance_transaction: null,
    });
    expect(typesAbout(error.payment_intent?.id ?? '')).toEqual([
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
    ]);
  });

  test('another card can be tried on the same intent', async () => {
    const error = await stripeError(pay('pm_card_visa_chargeDeclined'));
    const paid = await stripe.paymentIntents.confirm(error.payment_intent?.id ?? '', {
      payment_method: 'pm_card_visa',
    });
    expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
    const { data } = await stripe.charges.list({ payment_intent: paid.id });
    expect(data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
  });
});

test.each([
  [{ number: '4242424242424241', exp_month: 1, exp_year: 2030 }, 'incorrect_number'],
  [{ number: '1234', exp_month: 1, exp_year: 2030 }, 'incorrect_number'],
  [{ number: '4242424242424242', exp_month: 13, exp_year: 2030 }, 'invalid_expiry_month'],
  [{ number: '4242424242424242', exp_month: 10, exp_year: 2026 }, 'invalid_expiry_month'],
  [{ number: '4242424242424242', exp_month: 1, exp_year: 2020 }, 'invalid_expiry_year'],
  [{ number: '4242424242424242', exp_month: 1, exp_year: 2030, cvc: '99' }, 'invalid_cvc'],
])('card details %j are refused as %s', async (card, code) => {
  const error = await stripeError(stripe.paymentMethods.create({ type: 'card', card }));
  expect(error).toMatchObject({ statusCode: 402, type: 'StripeCardError', code });
});

test.each([
  ['4000000000000002', 'generic_decline'],
  ['4000000000009995', 'insufficient_funds'],
  ['4000000000000069', 'expired_card'],
  ['4000000000000127', 'incorrect_cvc'],
  ['4000000000000119', 'processing_error'],
])('the number %s is declined as %s', async (number, declineCode) => {
  const card = { number, exp_month: 1, exp_year: 2030, cvc: '123' };
  const { id } = await stripe.paymentMethods.create({ type: 'card', card });
  expect((await stripeError(pay(id))).decline_code).toBe(declineCode);
});

test.each([
  ['4000002500003155', 'requires_action', []],
  ['4000000000003220', 'requires_action', []],
  ['4000000000000259', 'succeeded', ['charge.dispute.created', 'charge.dispute.funds_withdrawn']],
  ['4000000000001976', 'succeeded', ['charge.dispute.created']],
  ['4000000000005423', 'succeeded', ['radar.early_fraud_warning.created']],
])('the number %s leads to %s', async (number, status, followedBy) => {
  const { id } = await stripe.paymentMethods.create({
    type: 'card',
    card: { number, exp_month: 1, exp_year: 2030 },
  });
  const intent = await pay(id);
  expect(intent.status).toBe(status);
  const types = typesAbout(intent.id).filter((type) => /dispute|fraud/.test(type));
  expect(types).toEqual(followedBy);
});

describe('3-D Secure', () => {
  test.each([
    'pm_card_authenticationRequired',
    'pm_card_authenticationRequiredOnSetup',
    'pm_card_threeDSecure2Required',
  ])('%s waits for the customer, who passes', async (name) => {
    const waiting = await pay(name, { return_url: 'https://shop.example/done?order=1' });
    expect(waiting).toMatchObject({
      status: 'requires_action',
      latest_charge: null,
      next_action: {
        type: 'redirect_to_url',
        redirect_to_url: { return_url: 'https://shop.example/done?order=1' },
      },
    });
    const paid = sandbox.authenticate(waiting.id, 'pass');
    expect(paid).toMatchObject({ status: 'succeeded', next_action: null });
    const charge = await stripe.charges.retrieve(String(paid.latest_charge));
    expect(charge.payment_method_details?.card?.three_d_secure?.result).toBe('authenticated');
    expect(typesAbout(waiting.id)).toContain('payment_intent.requires_action');
  });

  test('a customer who fails can try again', async () => {
    const waiting = await pay('pm_card_threeDSecure2Required');
    expect(waiting.next_action?.type).toBe('use_stripe_sdk');
    expect(sandbox.authenticate(waiting.id, 'fail')).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
    expect(typesAbout(waiting.id)).toContain('payment_intent.payment_failed');
    const again = await stripe.paymentIntents.confirm(waiting.id, { payment_method: 'pm_card_visa' });
    expect(again.status).toBe('succeeded');
  });

  test('a card may be declined after authentication', async () => {
    const waiting = await pay('pm_card_threeDSecureRequiredChargeDeclined');
    expect(sandbox.authenticate(waiting.id, 'pass')).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { decline_code: 'generic_decline' },
    });
  });

  test('the page the customer is sent to leads back with the outcome', async () => {
    const waiting = await pay('pm_card_threeDSecure2Required', {
      return_url: 'https://shop.example/done?order=1',
    });
    const url = waiting.next_action?.redirect_to_url?.url ?? '';
    const page = await (await fetch(url)).text();
    expect(page).toContain('$20.00');
    const posted = await fetch(`${url}/pass`, {
      method: 'POST',
      redirect: 'manual',
      headers: { accept: 'text/html', origin: sandbox.url },
    });
    const target = new URL(posted.headers.get('location') ?? '');
    expect(posted.status).toBe(303);
    expect(Object.fromEntries(target.searchParams)).toMatchObject({
      order: '1',
      payment_intent: waiting.id,
      redirect_status: 'succeeded',
    });
    expect(await (await fetch(url)).text()).toContain('succeeded');
  });

  test('a test can do without the page', async () => {
    const waiting = await pay('pm_card_threeDSecure2Required');
    const posted = await fetch(`${sandbox.url}/_sandbox/authenticate/${waiting.id}/pass`, { method: 'POST' });
    expect(await posted.json()).toMatchObject({ id: waiting.id, status: 'succeeded' });
  });

  test('another site cannot press the buttons', async () => {
    const waiting = await pay('pm_card_threeDSecure2Required');
    const posted = await fetch(`${sandbox.url}/_sandbox/authenticate/${waiting.id}/pass`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    expect(posted.status).toBe(403);
    expect((await stripe.paymentIntents.retrieve(waiting.id)).status).toBe('requires_action');
  });

  test('an intent that does not wait cannot be authenticated', async () => {
    const paid = await pay('pm_card_visa');
    expect(() => sandbox.authenticate(paid.id, 'pass')).toThrow('does not wait for authentication');
  });
});

describe('saved cards', () => {
  test('a card set up with authentication is charged off session', async () => {
    const customer = await stripe.customers.create();
    const first = await pay('pm_card_authenticationRequiredOnSetup', {
      customer: customer.id,
      setup_future_usage: 'off_session',
    });
    sandbox.authenticate(first.id, 'pass');
    const { data } = await stripe.customers.listPaymentMethods(customer.id);
    expect(data).toHaveLength(1);
    const later = await pay(data[0]?.id ?? '', { customer: customer.id, off_session: true });
    expect(later.status).toBe('succeeded');
  });

  test.each([
    ['pm_card_authenticationRequired', 'authentication_required'],
    ['pm_card_chargeCustomerFail', 'generic_decline'],
  ])('%s is attached but refused off session as %s', async (name, declineCode) => {
    const customer = await stripe.customers.create();
    const method = await stripe.paymentMethods.attach(name, { customer: customer.id });
    const error = await stripeError(pay(method.id, { customer: customer.id, off_session: true }));
    expect(error).toMatchObject({ statusCode: 402, decline_code: declineCode });
    expect(error.payment_method?.id).toBe(method.id);
  });

  test('a card set up elsewhere is charged off session', async () => {
    const customer = await stripe.customers.create();
    const method = await stripe.paymentMethods.attach('pm_card_authenticationRequiredSetupForOffSession', {
      customer: customer.id,
    });
    expect((await pay(method.id, { customer: customer.id, off_session: true })).status).toBe('succeeded');
    expect((await pay(method.id, { customer: customer.id })).status).toBe('requires_action');
  });

  test('a card that declines cannot be attached', async () => {
    const customer = await stripe.customers.create();
    const error = await stripeError(
      stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id }),
    );
    expect(error).toMatchObject({ statusCode: 402, decline_code: 'generic_decline' });
  });

  test('a payment method is spent after one use without a customer, and once detached', async () => {
    const paid = await pay('pm_card_visa');
    const again = await stripeError(pay(String(paid.payment_method)));
    expect(again.message).toContain('may not be used again');
    const customer = await stripe.customers.create();
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    await stripe.paymentMethods.detach(method.id);
    const reattached = await stripeError(stripe.paymentMethods.attach(method.id, { customer: customer.id }));
    expect(reattached.message).toContain('may not be used again');
  });

  test("another customer's payment method is refused", async () => {
    const [owner, other] = [await stripe.customers.create(), await stripe.customers.create()];
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: owner.id });
    expect((await stripeError(pay(method.id))).message).toContain('Please include the Customer');
    expect((await stripeError(pay(method.id, { customer: other.id }))).message).toContain(
      'different Customer',
    );
  });
});

describe('bank debits', () => {
  const movements = async ({ latest_charge: charge }: Stripe.PaymentIntent) =>
    (await stripe.balanceTransactions.list({ source: String(charge) })).data;
  const debit = (name: string) => pay(name, { allowed_payment_method_types: ['us_bank_account'] });

  test('arrive when the bank says so', async () => {
    const intent = await debit('pm_usBankAccount_success');
    expect(intent.status).toBe('processing');
    expect(sandbox.settlePayment(intent.id)).toMatchObject({ status: 'succeeded', amount_received: 2000 });
    expect(typesAbout(intent.id)).toEqual([
      'payment_intent.created',
      'charge.pending',
      'payment_intent.processing',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
    expect(await movements(intent)).toMatchObject([{ type: 'payment', amount: 2000 }]);
    sandbox.reversePayment(intent.id);
    expect(await movements(intent)).toMatchObject([
      { type: 'payment_reversal', amount: -2000 },
      { type: 'payment' },
    ]);
  });

  test('or are returned, of which nothing is left in the balance', async () => {
    const intent = await debit('pm_usBankAccount_success');
    expect(() => sandbox.reversePayment(intent.id)).toThrow('no bank debit that arrived');
    expect(sandbox.failPayment(intent.id, 'account_closed')).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'account_closed' },
    });
    expect((await stripe.charges.list({ payment_intent: intent.id })).data[0]?.status).toBe('failed');
    const booked = await movements(intent);
    expect(booked.map(({ type }) => type)).toEqual(['payment_failure_refund', 'payment']);
    expect(booked.reduce((sum, { net }) => sum + net, 0)).toBe(0);
  });

  test('end by themselves after the configured delay', async () => {
    const quick = await testSandbox({ outcomeDelayMs: 5 });
    const client = sdk(quick);
    const create = (method: string) =>
      client.paymentIntents.create({
        amount: 2000,
        currency: 'usd',
        confirm: true,
        payment_method: method,
        allowed_payment_method_types: ['us_bank_account'],
      });
    const [paid, refused] = [
      await create('pm_usBankAccount_success'),
      await create('pm_usBankAccount_insufficientFunds'),
    ];
    await until(async () => (await client.paymentIntents.retrieve(refused.id)).status !== 'processing');
    expect((await client.paymentIntents.retrieve(paid.id)).status).toBe('succeeded');
    expect((await client.paymentIntents.retrieve(refused.id)).last_payment_error?.code).toBe(
      'insufficient_funds',
    );
    await quick.close();
  });

  test('a card is refused where only bank debits are allowed', async () => {
    const error = await stripeError(debit('pm_card_visa'));
    expect(error.code).toBe('payment_intent_incompatible_payment_method');
  });
});

test('funds of pm_card_bypassPending are available at once, others in two days', async () => {
  const expand = ['latest_charge.balance_transaction'];
  const statusOf = async (name: string) => {
    const { latest_charge: charge } = await pay(name, { expand });
    if (!charge || typeof charge === 'string' || typeof charge.balance_transaction === 'string')
      return undefined;
    return charge.balance_transaction?.status;
  };
  expect(await statusOf('pm_card_bypassPending')).toBe('available');
  expect(await statusOf('pm_card_visa')).toBe('pending');
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('It did not happen in time.');
}
