import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { sdk, stripeError, testSandbox } from './support.js';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await testSandbox();
});
afterAll(() => sandbox.close());
afterEach(() => {
  sandbox.faults.clear();
  sandbox.clearRequests();
});

const customers = () => sandbox.events().filter(({ type }) => type === 'customer.created').length;
const path = '/v1/customers';

describe('the SDK retries with the same key, so there is one effect', () => {
  test.each([
    ['a 500 before the work', { fault: 'server_error' }, [false, true]],
    ['a closed connection before the work', { fault: 'disconnect' }, [false, true]],
    ['a closed connection after the work', { fault: 'disconnect', when: 'after' }, [true, false]],
    ['no answer before the work', { fault: 'timeout' }, [false, true]],
    ['no answer after the work', { fault: 'timeout', when: 'after' }, [true, false]],
  ] as const)('%s', async (_, fault, executed) => {
    const stripe = sdk(sandbox, { maxNetworkRetries: 1, timeout: 150 });
    const handle = sandbox.faults.api({ ...fault, method: 'post', path, count: 1 });
    const before = customers();
    const customer = await stripe.customers.create({ name: 'Once' });
    expect(handle.hits()).toBe(1);
    expect(customers()).toBe(before + 1);
    const requests = sandbox.requests();
    expect(requests.map((request) => request.executed)).toEqual(executed);
    expect(requests.map((request) => request.fault)).toEqual([fault.fault, null]);
    expect(new Set(requests.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect((await stripe.customers.retrieve(customer.id)).id).toBe(customer.id);
  });
});

test('a 500 after the work is saved: the caller cannot learn the outcome by retrying', async () => {
  const stripe = sdk(sandbox, { maxNetworkRetries: 2 });
  sandbox.faults.api({ fault: 'server_error', when: 'after', count: 1 });
  const before = customers();
  const first = await stripeError(stripe.customers.create({ name: 'Lost' }, { idempotencyKey: 'lost' }));
  expect(first.statusCode).toBe(500);
  expect(customers()).toBe(before + 1);
  expect(
    (await stripeError(stripe.customers.create({ name: 'Lost' }, { idempotencyKey: 'lost' }))).statusCode,
  ).toBe(500);
  expect(customers()).toBe(before + 1);
});

test('a replayed answer can be lost like any other', async () => {
  const options = { idempotencyKey: 'replayed' };
  const stripe = sdk(sandbox, { maxNetworkRetries: 1 });
  const first = await stripe.customers.create({ name: 'Again' }, options);
  sandbox.faults.api({ fault: 'disconnect', when: 'after', count: 1 });
  expect((await stripe.customers.create({ name: 'Again' }, options)).id).toBe(first.id);
  expect(sandbox.requests().map(({ replayed }) => replayed)).toEqual([false, true, true]);
});

test('429 is answered with the code rate_limit and leaves the key unused', async () => {
  sandbox.faults.api({ fault: 'rate_limit', count: 1 });
  const stripe = sdk(sandbox);
  const error = await stripeError(stripe.customers.create({}, { idempotencyKey: 'limited' }));
  expect(error).toMatchObject({ statusCode: 429, code: 'rate_limit', type: 'StripeRateLimitError' });
  expect((await stripe.customers.create({}, { idempotencyKey: 'limited' })).id).toMatch(/^cus_/);
});

describe('somebody else may answer in its place', () => {
  const balance = async (of: Sandbox) => {
    const authorization = `Bearer ${of.secretKey}`;
    const response = await fetch(`${of.url}/v1/balance`, { headers: { authorization } });
    return { status: response.status, body: await response.text() };
  };

  test('with what a test says', async () => {
    const body = '{"object":"list"}';
    sandbox.faults.api({ fault: 'foreign_json', body, count: 1 });
    expect(await balance(sandbox)).toEqual({ status: 200, body });
    expect(sandbox.requests()).toMatchObject([{ fault: 'foreign_json', executed: false }]);
  });

  test('with JSON that the seed chooses, and that names no object of Stripe', async () => {
    const run = async (seed: number) => {
      const seeded = await testSandbox({ seed });
      seeded.faults.api({ fault: 'foreign_json', when: 'after' });
      const answers: string[] = [];
      for (let i = 0; i < 30; i++) answers.push((await balance(seeded)).body);
      expect(seeded.requests().every(({ executed }) => executed)).toBe(true);
      await seeded.close();
      return answers;
    };
    const [first, same, other] = [await run(7), await run(7), await run(8)];
    expect(first).toEqual(same);
    expect(first).not.toEqual(other);
    for (const body of first) expect(JSON.parse(body)?.object).toBeUndefined();
    expect(new Set(first).size).toBeGreaterThan(5);
  });
});

test('faults strike only what they match', async () => {
  const stripe = sdk(sandbox);
  sandbox.faults.api({ fault: 'server_error', method: 'GET', path: '/v1/customers/*' });
  const customer = await stripe.customers.create();
  expect((await stripe.customers.list()).data[0]?.id).toBe(customer.id);
  expect((await stripeError(stripe.customers.retrieve(customer.id))).statusCode).toBe(500);
  sandbox.faults.clear();
  sandbox.faults.api({ fault: 'server_error', path: /balance$/ }).remove();
  await stripe.balance.retrieve();
});

test('probabilities follow the seed', async () => {
  const run = async (seed: number) => {
    const seeded = await testSandbox({ seed });
    const stripe = sdk(seeded);
    seeded.faults.api({ fault: 'rate_limit', probability: 0.5 });
    const statuses: (number | null)[] = [];
    for (let index = 0; index < 12; index += 1) await stripe.balance.retrieve().catch(() => undefined);
    for (const { status } of seeded.requests()) statuses.push(status);
    await seeded.close();
    return statuses;
  };
  const [first, same, other] = [await run(7), await run(7), await run(8)];
  expect(first).toEqual(same);
  expect(first).not.toEqual(other);
  expect(new Set(first)).toEqual(new Set([200, 429]));
});

test('the same seed and the same requests give the same ids', async () => {
  const run = async () => {
    const seeded = await testSandbox({ seed: 99 });
    const { id } = await sdk(seeded).customers.create();
    await seeded.close();
    return id;
  };
  expect(await run()).toBe(await run());
});

describe('over HTTP', () => {
  const control = (method: string, at: string, body?: object) =>
    fetch(`${sandbox.url}/_sandbox${at}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });

  test('faults are set, listed and removed', async () => {
    const set = await control('POST', '/faults/api', { fault: 'rate_limit', path: '/v1/balance', count: 2 });
    const { id }: { id: number } = JSON.parse(await set.text());
    expect((await stripeError(sdk(sandbox).balance.retrieve())).statusCode).toBe(429);
    expect(await (await control('GET', '/faults')).json()).toMatchObject({
      api: [{ id, hits: 1, fault: { fault: 'rate_limit', path: '/v1/balance' } }],
    });
    expect(await (await control('DELETE', `/faults/${id}`)).json()).toEqual({ removed: true });
    await sdk(sandbox).balance.retrieve();
  });

  test('wrong input is told', async () => {
    expect((await control('POST', '/faults/api', { fault: 'earthquake' })).status).toBe(400);
    expect((await control('POST', '/faults/delivery', { fault: 'drop', types: 'all' })).status).toBe(400);
    expect((await control('POST', '/refunds/re_none/settle')).status).toBe(404);
    expect((await control('GET', '/nonsense')).status).toBe(404);
  });

  test('the sandbox tells about itself and about the requests it received', async () => {
    expect(await (await control('GET', '')).json()).toMatchObject({ seed: 1, secretKey: sandbox.secretKey });
    await sdk(sandbox).balance.retrieve();
    expect(await (await control('GET', '/requests')).json()).toMatchObject({
      data: [{ method: 'GET', path: '/v1/balance', status: 200, keyKind: 'secret' }],
    });
  });
});
