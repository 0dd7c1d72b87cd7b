import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
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
beforeEach(() => {
  sandbox.faults.clear();
  sandbox.clearRequests();
});

const charge = { amount: 500, currency: 'usd', confirm: true, return_url: 'https://x.example' };
const created = () => sandbox.events().filter(({ type }) => type === 'payment_intent.created').length;

test('the first answer is replayed, and the work is done once', async () => {
  const before = created();
  const params = { ...charge, payment_method: 'pm_card_visa' };
  const first = await stripe.paymentIntents.create(params, { idempotencyKey: 'replay' });
  const second = await stripe.paymentIntents.create(params, { idempotencyKey: 'replay' });
  expect(second.id).toBe(first.id);
  expect(created()).toBe(before + 1);
  expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
  expect(second.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId);
  expect(first.lastResponse.headers).not.toHaveProperty('idempotent-replayed');
  expect(sandbox.requests().map(({ executed, replayed }) => [executed, replayed])).toEqual([
    [true, false],
    [false, true],
  ]);
});

test('a decline is replayed too', async () => {
  const before = created();
  const params = { ...charge, payment_method: 'pm_card_chargeDeclined' };
  const first = await stripeError(stripe.paymentIntents.create(params, { idempotencyKey: 'declined' }));
  const second = await stripeError(stripe.paymentIntents.create(params, { idempotencyKey: 'declined' }));
  expect([second.statusCode, second.charge]).toEqual([402, first.charge]);
  expect(created()).toBe(before + 1);
});

test('what was refused before execution leaves the key unused', async () => {
  const options = { idempotencyKey: 'validation' };
  const wrong = { amount: 500, currency: 'usd', expand: ['nonsense'] };
  expect((await stripeError(stripe.paymentIntents.create(wrong, options))).statusCode).toBe(400);
  const right = await stripe.paymentIntents.create({ amount: 500, currency: 'usd' }, options);
  expect(right.lastResponse.headers).not.toHaveProperty('idempotent-replayed');
});

describe('a key reused for something else is refused', () => {
  test('with other parameters', async () => {
    await stripe.customers.create({ name: 'One' }, { idempotencyKey: 'mismatch' });
    const error = await stripeError(stripe.customers.create({ name: 'Two' }, { idempotencyKey: 'mismatch' }));
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
    expect(error.message).toBe(
      'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
        "Try using a key other than 'mismatch' if you meant to execute a different request.",
    );
  });

  test('at another endpoint', async () => {
    const customer = await stripe.customers.create({ name: 'One' }, { idempotencyKey: 'endpoint' });
    const error = await stripeError(
      stripe.customers.update(customer.id, { name: 'One' }, { idempotencyKey: 'endpoint' }),
    );
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
    expect(error.message).toContain('same endpoint');
  });
});

test('the order of parameters does not matter', async () => {
  const post = async (body: string) => {
    const response = await fetch(`${sandbox.url}/v1/customers`, {
      method: 'POST',
      body,
      headers: {
        authorization: `Bearer ${sandbox.secretKey}`,
        'content-type': 'application/x-www-form-urlencoded',
        'idempotency-key': 'order',
      },
    });
    return response.headers.get('idempotent-replayed');
  };
  expect(await post('name=A&description=B')).toBeNull();
  expect(await post('description=B&name=A')).toBe('true');
});

test('a second request while the first is in flight gets 409 and is worth retrying', async () => {
  sandbox.faults.api({ fault: 'latency', delayMs: 60, count: 1 });
  const slow = stripe.customers.create({ name: 'Slow' }, { idempotencyKey: 'in-flight' });
  await waitForRequest();
  const error = await stripeError(stripe.customers.create({ name: 'Slow' }, { idempotencyKey: 'in-flight' }));
  expect(error).toMatchObject({
    statusCode: 409,
    code: 'idempotency_key_in_use',
    rawType: 'idempotency_error',
  });
  expect(error.headers?.['stripe-should-retry']).toBe('true');
  const first = await slow;
  const replay = await stripe.customers.create({ name: 'Slow' }, { idempotencyKey: 'in-flight' });
  expect(replay.id).toBe(first.id);
});

test('a key is forgotten after a day', async () => {
  const options = { idempotencyKey: 'daily' };
  const first = await stripe.customers.create({ name: 'Daily' }, options);
  clock.advance(24 * 3600 - 1);
  expect((await stripe.customers.create({ name: 'Daily' }, options)).id).toBe(first.id);
  clock.advance(1);
  expect((await stripe.customers.create({ name: 'Daily' }, options)).id).not.toBe(first.id);
});

test('keys can be forgotten before their day is over', async () => {
  const create = () => stripe.customers.create({ name: 'Early' }, { idempotencyKey: 'early' });
  const first = await create();
  expect((await fetch(`${sandbox.url}/_sandbox/idempotency_keys`, { method: 'DELETE' })).status).toBe(204);
  expect((await create()).id).not.toBe(first.id);
});

test('a key is at most 255 characters long', async () => {
  const error = await stripeError(stripe.customers.create({}, { idempotencyKey: 'k'.repeat(256) }));
  expect(error.statusCode).toBe(400);
});

async function waitForRequest(): Promise<void> {
  while (sandbox.requests().length === 0) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 10));
}
