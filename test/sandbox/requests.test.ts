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

interface RawAnswer {
  status: number;
  headers: Headers;
  body: { error?: Record<string, unknown>; [name: string]: unknown };
}

async function raw(
  method: string,
  path: string,
  init: { body?: string; headers?: Record<string, string> } = {},
) {
  const response = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${sandbox.secretKey}`,
      'content-type': 'application/x-www-form-urlencoded',
      ...init.headers,
    },
    ...(init.body === undefined ? {} : { body: init.body }),
  });
  const body: RawAnswer['body'] = JSON.parse(await response.text());
  return { status: response.status, headers: response.headers, body };
}

describe('errors', () => {
  test.each([
    ['GET', '/v1/customers/cus_none', '', 404, 'resource_missing', 'id', "No such customer: 'cus_none'"],
    [
      'GET',
      '/v1/payment_intents/pi_none',
      '',
      404,
      'resource_missing',
      'intent',
      "No such payment_intent: 'pi_none'",
    ],
    [
      'POST',
      '/v1/payment_intents',
      'currency=usd',
      400,
      'parameter_missing',
      'amount',
      'Missing required param: amount.',
    ],
    [
      'POST',
      '/v1/payment_intents',
      'amount=100',
      400,
      'parameter_missing',
      'currency',
      'Missing required param: currency.',
    ],
    [
      'POST',
      '/v1/payment_intents',
      'amount=ten&currency=usd',
      400,
      'parameter_invalid_integer',
      'amount',
      'Invalid integer: ten',
    ],
    [
      'POST',
      '/v1/payment_intents',
      'amount=-5&currency=usd',
      400,
      'parameter_invalid_integer',
      'amount',
      'This value must be greater than or equal to 1.',
    ],
    [
      'POST',
      '/v1/payment_intents',
      'amount=49&currency=usd',
      400,
      'amount_too_small',
      'amount',
      'Amount must be at least $0.50 usd',
    ],
    [
      'POST',
      '/v1/payment_intents',
      'amount=49&currency=jpy',
      400,
      'amount_too_small',
      'amount',
      'Amount must be at least ¥50 jpy',
    ],
    [
      'POST',
      '/v1/payment_intents',
      'amount=100000000&currency=usd',
      400,
      'amount_too_large',
      'amount',
      'Amount must be no more than $999,999.99',
    ],
    [
      'POST',
      '/v1/payment_intents',
      'amount=100&currency=usd&bogus=1',
      400,
      'parameter_unknown',
      'bogus',
      'Received unknown parameter: bogus',
    ],
    [
      'POST',
      '/v1/payment_intents',
      'amount=100&currency=usd&shipping[bogus]=1',
      400,
      'parameter_unknown',
      'shipping[bogus]',
      'Received unknown parameter: shipping[bogus]',
    ],
    [
      'POST',
      '/v1/payment_intents',
      'amount=100&currency=usd&customer=cus_none',
      400,
      'resource_missing',
      'customer',
      "No such customer: 'cus_none'",
    ],
    [
      'POST',
      '/v1/payment_intents',
      'amount=100&currency=usd&customer=',
      400,
      'parameter_invalid_empty',
      'customer',
      undefined,
    ],
    [
      'POST',
      '/v1/payment_intents',
      'amount=100&currency=usd&confirm=true',
      400,
      undefined,
      'return_url',
      undefined,
    ],
    [
      'POST',
      '/v1/payment_intents',
      'amount=100&currency=usd&off_session=true',
      400,
      undefined,
      'off_session',
      undefined,
    ],
    ['POST', '/v1/customers', 'email=nobody', 400, 'email_invalid', 'email', 'Invalid email address: nobody'],
    ['GET', '/v1/customers?limit=101', '', 400, 'parameter_invalid_integer', 'limit', undefined],
    [
      'GET',
      '/v1/customers?starting_after=cus_none',
      '',
      400,
      'resource_missing',
      'starting_after',
      undefined,
    ],
    [
      'GET',
      '/v1/customers?expand[]=data.nonsense',
      '',
      400,
      undefined,
      'expand',
      'This property cannot be expanded (data.nonsense).',
    ],
  ])('%s %s %s', async (method, path, body, status, code, param, message) => {
    const answer = await raw(method, path, method === 'POST' ? { body } : {});
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({
      type: 'invalid_request_error',
      ...(code ? { code } : {}),
      param,
    });
    if (message) expect(answer.body.error?.message).toBe(message);
    if (code)
      expect(answer.body.error?.doc_url).toBe(
        `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`,
      );
  });

  test('an unknown URL is told so', async () => {
    const { status, body } = await raw('GET', '/v1/nonsense');
    expect(status).toBe(404);
    expect(body.error?.message).toMatch(/^Unrecognized request URL \(GET: \/v1\/nonsense\)\./);
  });

  test('an amount in a three-decimal currency must end in 0', async () => {
    const answer = await raw('POST', '/v1/payment_intents', { body: 'amount=1005&currency=kwd' });
    expect(answer.body.error).toMatchObject({ param: 'amount' });
    expect((await raw('POST', '/v1/payment_intents', { body: 'amount=1010&currency=kwd' })).status).toBe(200);
  });

  test('a body that is not form-encoded is refused', async () => {
    const answer = await raw('POST', '/v1/customers', {
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(400);
  });

  test('payment_method_types is refused from the version that removed it, and taken before', async () => {
    const body = 'amount=100&currency=usd&payment_method_types[]=card';
    const now = await raw('POST', '/v1/payment_intents', {
      body,
      headers: { 'stripe-version': sandbox.apiVersion },
    });
    expect(now.body.error?.code).toBe('payment_method_types_no_longer_supported');
    const before = await raw('POST', '/v1/payment_intents', {
      body,
      headers: { 'stripe-version': '2025-03-31.basil' },
    });
    expect(before.body.payment_method_types).toEqual(['card']);
  });

  test('a failed intent is part of the error', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 100, currency: 'usd' });
    await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'duplicate' });
    const error = await stripeError(
      stripe.paymentIntents.confirm(intent.id, {
        payment_method: 'pm_card_visa',
        return_url: 'https://x.example',
      }),
    );
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(error.payment_intent).toMatchObject({ id: intent.id, status: 'canceled' });
  });
});

describe('answers', () => {
  test('carry the request id, the version and the idempotency key', async () => {
    const headers = { 'stripe-version': '2026-09-30.endive', 'idempotency-key': 'headers' };
    const answer = await raw('POST', '/v1/customers', { body: '', headers });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'request-id': expect.stringMatching(/^req_\w{24}$/),
      'stripe-version': '2026-09-30.endive',
      'idempotency-key': 'headers',
    });
    expect((await raw('GET', '/v1/balance', { headers: { 'stripe-version': 'soon' } })).status).toBe(400);
  });
});

describe('keys', () => {
  const withKey = (authorization: string) => raw('GET', '/v1/balance', { headers: { authorization } });

  test('Bearer and Basic test keys are accepted', async () => {
    const basic = Buffer.from('sk_test_anything:').toString('base64');
    expect((await withKey(`Basic ${basic}`)).status).toBe(200);
    expect((await withKey('Bearer rk_test_restricted')).status).toBe(200);
  });

  test.each([
    ['', 'You did not provide an API key.'],
    ['Bearer sk_live_abc', 'The sandbox refuses live keys.'],
    ['Bearer nonsense-nonsense', 'Invalid API Key provided: nonsense********ense'],
    ['Bearer pk_test_abc', 'This API call cannot be made with a publishable API key.'],
  ])('"%s" is refused', async (authorization, message) => {
    const answer = await withKey(authorization);
    expect(answer.status).toBe(401);
    expect(String(answer.body.error?.message)).toContain(message);
  });
});

describe('a publishable key', () => {
  const publicly = (method: string, path: string, body?: string) =>
    raw(method, path, {
      ...(body === undefined ? {} : { body }),
      headers: { authorization: `Bearer ${sandbox.publishableKey}`, origin: 'https://shop.example' },
    });

  test('confirms and retrieves with the client secret, and is shown nothing private', async () => {
    const customer = await stripe.customers.create({ email: 'private@example.com' });
    const intent = await stripe.paymentIntents.create({
      amount: 700,
      currency: 'usd',
      customer: customer.id,
      metadata: { internal: 'yes' },
    });
    const method = await publicly(
      'POST',
      '/v1/payment_methods',
      'type=card&card[number]=4242424242424242&card[exp_month]=1&card[exp_year]=2030',
    );
    expect(method.body).not.toHaveProperty('metadata');
    expect(method.body.card).not.toHaveProperty('fingerprint');
    const secret = `client_secret=${intent.client_secret}`;
    const confirmed = await publicly(
      'POST',
      `/v1/payment_intents/${intent.id}/confirm`,
      `${secret}&payment_method=${String(method.body.id)}&return_url=https%3A%2F%2Fshop.example`,
    );
    expect(confirmed.body.status).toBe('succeeded');
    const retrieved = await publicly('GET', `/v1/payment_intents/${intent.id}?${secret}`);
    for (const { body, headers } of [confirmed, retrieved]) {
      for (const name of ['customer', 'metadata', 'latest_charge']) expect(body).not.toHaveProperty(name);
      expect(headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  test('is shown a decline without the private parts of the intent', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 700,
      currency: 'usd',
      metadata: { internal: 'yes' },
    });
    const declined = await publicly(
      'POST',
      `/v1/payment_intents/${intent.id}/confirm`,
      `client_secret=${intent.client_secret}&payment_method=pm_card_chargeDeclined&use_stripe_sdk=true`,
    );
    expect(declined.status).toBe(402);
    expect(declined.body.error?.payment_intent).toMatchObject({ status: 'requires_payment_method' });
    expect(JSON.stringify(declined.body)).not.toContain('internal');
    expect(JSON.stringify(declined.body)).not.toContain('fingerprint');
  });

  test('may do nothing else', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 700, currency: 'usd' });
    const path = `/v1/payment_intents/${intent.id}`;
    expect((await publicly('GET', path)).body.error?.code).toBe('parameter_missing');
    expect((await publicly('GET', `${path}?client_secret=wrong`)).status).toBe(400);
    const secret = `client_secret=${intent.client_secret}`;
    expect((await publicly('GET', `${path}?${secret}&expand[]=customer`)).status).toBe(401);
    const offSession = `${secret}&payment_method=pm_card_visa&off_session=true&use_stripe_sdk=true`;
    expect((await publicly('POST', `${path}/confirm`, offSession)).status).toBe(401);
    for (const [method, other] of [
      ['POST', `${path}/cancel`],
      ['POST', '/v1/refunds'],
      ['GET', '/v1/customers'],
      ['GET', '/v1/payment_methods'],
    ] as const) {
      const answer = await publicly(method, other, method === 'POST' ? '' : undefined);
      expect(answer.body.error?.code).toBe('secret_key_required');
    }
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_payment_method');
  });

  test('preflights are answered only where it may call', async () => {
    const preflight = (path: string) => fetch(`${sandbox.url}${path}`, { method: 'OPTIONS' });
    const allowed = await preflight('/v1/payment_intents/pi_1/confirm');
    expect([allowed.status, allowed.headers.get('access-control-allow-headers')]).toEqual([
      204,
      expect.stringContaining('authorization'),
    ]);
    expect((await preflight('/v1/refunds')).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('lists', () => {
  let ids: string[];

  beforeAll(async () => {
    ids = [];
    for (let index = 0; index < 7; index += 1) {
      const customer = await stripe.customers.create({ email: 'page@example.com', metadata: { index } });
      ids.unshift(customer.id);
    }
  });

  test('page forwards and backwards, newest first', async () => {
    const filter = { email: 'page@example.com', limit: 3 };
    const first = await stripe.customers.list(filter);
    expect(first).toMatchObject({ object: 'list', has_more: true, url: '/v1/customers' });
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    const second = await stripe.customers.list({ ...filter, starting_after: ids[2] ?? '' });
    expect(second.data.map(({ id }) => id)).toEqual(ids.slice(3, 6));
    const last = await stripe.customers.list({ ...filter, starting_after: ids[5] ?? '' });
    expect([last.data.map(({ id }) => id), last.has_more]).toEqual([ids.slice(6), false]);
    const back = await stripe.customers.list({ ...filter, ending_before: ids[4] ?? '' });
    expect([back.data.map(({ id }) => id), back.has_more]).toEqual([ids.slice(1, 4), true]);
  });

  test("the SDK's auto-pagination sees each object once", async () => {
    const seen = await stripe.customers
      .list({ email: 'page@example.com', limit: 2 })
      .autoPagingToArray({ limit: 100 });
    expect(seen.map(({ id }) => id)).toEqual(ids);
  });

  test('events are filtered by type and time', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 100,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: 'https://x.example',
    });
    const types = ['payment_intent.succeeded', 'charge.succeeded'];
    const { data } = await stripe.events.list({ types, created: { gte: intent.created } });
    expect(data.slice(0, 2).map(({ type }) => type)).toEqual(types);
    expect((await stripe.events.list({ created: { gt: intent.created } })).data).toEqual([]);
    const found = await stripe.events.retrieve(data[0]?.id ?? '');
    expect(found).toMatchObject({
      api_version: sandbox.apiVersion,
      data: { object: { id: intent.id, status: 'succeeded' } },
    });
    expect(found.request?.id).toMatch(/^req_/);
  });
});

describe('expand', () => {
  test('follows paths through objects, lists and embedded lists', async () => {
    const customer = await stripe.customers.create({ name: 'Expanded' });
    const intent = await stripe.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      customer: customer.id,
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: 'https://x.example',
      expand: ['customer', 'payment_method', 'latest_charge.balance_transaction'],
    });
    expect(intent).toMatchObject({
      customer: { id: customer.id, name: 'Expanded' },
      payment_method: { object: 'payment_method' },
      latest_charge: { balance_transaction: { amount: 1000, fee: 59, net: 941, status: 'pending' } },
    });
    const refund = await stripe.refunds.create({
      payment_intent: intent.id,
      expand: ['charge.refunds.data.balance_transaction'],
    });
    expect(refund.charge).toMatchObject({
      refunds: { object: 'list', data: [{ id: refund.id, balance_transaction: { amount: -1000 } }] },
    });
    const listed = await stripe.paymentIntents.list({ customer: customer.id, expand: ['data.customer'] });
    expect(listed.data[0]?.customer).toMatchObject({ name: 'Expanded' });
    const plain = await stripe.paymentIntents.retrieve(intent.id);
    expect(plain.customer).toBe(customer.id);
    expect(await stripe.charges.retrieve(String(plain.latest_charge))).not.toHaveProperty('refunds');
  });

  test('a wrong path is refused before anything happens', async () => {
    const before = sandbox.events().length;
    const error = await stripeError(
      stripe.paymentIntents.create({ amount: 100, currency: 'usd', expand: ['latest_charge.a.b.c.d'] }),
    );
    expect(error.message).toContain('more than 4 levels');
    expect(sandbox.events()).toHaveLength(before);
  });
});
