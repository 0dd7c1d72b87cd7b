import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.js';
import { type Receiver, sdk, startReceiver, stripeError, TestClock, testSandbox } from './support.js';

const clock = new TestClock();
let receiver: Receiver;
let sandbox: Sandbox;

beforeEach(async () => {
  receiver = await startReceiver(clock);
  sandbox = await start();
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  return testSandbox({ clock, webhook: { url: receiver.url, secret: receiver.secret }, ...options });
}

async function createCustomers(count: number): Promise<void> {
  const stripe = sdk(sandbox);
  for (let index = 0; index < count; index += 1) await stripe.customers.create({ name: String(index) });
}

const names = () =>
  receiver.received.map(({ event }) =>
    event.type === 'customer.created' ? event.data.object.name : event.type,
  );

test('events arrive signed, in order, with the request that caused them', async () => {
  const stripe = sdk(sandbox);
  const customer = await stripe.customers.create({ name: 'Old' }, { idempotencyKey: 'signed' });
  await stripe.customers.update(customer.id, { name: 'New' });
  await sandbox.flush();
  expect(receiver.types()).toEqual(['customer.created', 'customer.updated']);
  const [created, updated] = receiver.received.map(({ event }) => event);
  expect(created).toMatchObject({
    object: 'event',
    api_version: sandbox.apiVersion,
    livemode: false,
    pending_webhooks: 1,
    request: { id: customer.lastResponse.requestId, idempotency_key: 'signed' },
    data: { object: { id: customer.id, name: 'Old' } },
  });
  expect(updated?.data).toMatchObject({ object: { name: 'New' }, previous_attributes: { name: 'Old' } });
  expect((await stripe.events.retrieve(created?.id ?? '')).pending_webhooks).toBe(0);
});

test('a failed delivery is retried until it is taken', async () => {
  receiver.answers.push(500, 400, 302);
  await createCustomers(1);
  const waiting = await sdk(sandbox).events.list({ delivery_success: false });
  expect(waiting.data).toHaveLength(1);
  await sandbox.flush();
  expect(receiver.types()).toEqual(['customer.created']);
  expect(sandbox.deliveries()).toMatchObject([
    { state: 'delivered', attempts: [{ status: 500 }, { status: 400 }, { status: 302 }, { status: 200 }] },
  ]);
  expect((await sdk(sandbox).events.list({ delivery_success: true })).data).toHaveLength(1);
});

test('an endpoint that is not there yet is retried, and given up at last', async () => {
  await receiver.close();
  await sandbox.close();
  sandbox = await start({ maxDeliveryAttempts: 3 });
  await createCustomers(1);
  await sandbox.flush();
  const [delivery] = sandbox.deliveries();
  expect(delivery?.state).toBe('failed');
  expect(delivery?.attempts).toHaveLength(3);
  expect(delivery?.attempts[0]).toMatchObject({
    status: null,
    error: expect.stringContaining('ECONNREFUSED'),
  });
});

test('flush tells what is outstanding when it takes too long', async () => {
  receiver.answers.push(...Array<number>(100).fill(500));
  await createCustomers(1);
  await expect(sandbox.flush(30)).rejects.toThrow(/customer\.created \(\d+ attempts, last: 500\)/);
});

describe('faults', () => {
  test('drop: not delivered, but in the API, and resendable', async () => {
    sandbox.faults.delivery({ fault: 'drop', types: ['customer.created'], count: 1 });
    await createCustomers(2);
    await sandbox.flush();
    expect(names()).toEqual(['1']);
    expect(sandbox.deliveries().map(({ state }) => state)).toEqual(['dropped', 'delivered']);
    const [lost] = sandbox.events();
    sandbox.resendEvent(lost?.id ?? '');
    await sandbox.flush();
    expect(names()).toEqual(['1', '0']);
    expect((await sdk(sandbox).events.retrieve(lost?.id ?? '')).pending_webhooks).toBe(0);
  });

  test('duplicate: the same event twice', async () => {
    sandbox.faults.delivery({ fault: 'duplicate', count: 1 });
    await createCustomers(1);
    await sandbox.flush();
    expect(names()).toEqual(['0', '0']);
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(1);
    expect(sandbox.events()[0]?.pending_webhooks).toBe(0);
  });

  test('a duplicate does not count for an endpoint that got nothing', async () => {
    sandbox.registerWebhook('http://127.0.0.1:9/unreachable', 'whsec_other');
    sandbox.faults.delivery({ fault: 'duplicate', count: 1 });
    await createCustomers(1);
    await until(() => sandbox.deliveries().filter(({ state }) => state === 'delivered').length === 2);
    expect(sandbox.events()[0]?.pending_webhooks).toBe(1);
  });

  test('delay: later than what followed', async () => {
    sandbox.faults.delivery({ fault: 'delay', delayMs: 80, count: 1 });
    await createCustomers(2);
    await sandbox.flush();
    expect(names()).toEqual(['1', '0']);
  });

  test('reorder: overtaken by one to three later events, the same ones for the same seed', async () => {
    const run = async (seed: number) => {
      await sandbox.close();
      receiver.received.length = 0;
      sandbox = await start({ seed });
      sandbox.faults.delivery({ fault: 'reorder', count: 1 });
      const stripe = sdk(sandbox);
      for (let index = 0; index < 5; index += 1) {
        await stripe.customers.create({ name: String(index) });
        if (index > 0) await until(() => receiver.received.length >= index);
      }
      await sandbox.flush();
      return names();
    };
    const order = await run(3);
    const position = order.indexOf('0');
    expect(position).toBeGreaterThanOrEqual(1);
    expect(position).toBeLessThanOrEqual(3);
    expect(order.filter((name) => name !== '0')).toEqual(['1', '2', '3', '4']);
    expect(await run(3)).toEqual(order);
  });

  test('an event that nothing overtakes arrives all the same', async () => {
    sandbox.faults.delivery({ fault: 'reorder' });
    await createCustomers(1);
    await sandbox.flush();
    expect(names()).toEqual(['0']);
  });
});

describe('endpoints', () => {
  test('are made, changed, disabled and removed over the API; the secret is shown once', async () => {
    const stripe = sdk(sandbox);
    const endpoint = await stripe.webhookEndpoints.create({
      url: receiver.url,
      enabled_events: ['customer.deleted'],
      description: 'second',
    });
    expect(endpoint.secret).toMatch(/^whsec_\w{32}$/);
    expect(await stripe.webhookEndpoints.retrieve(endpoint.id)).not.toHaveProperty('secret');
    const wants = (type: string) =>
      sandbox.deliveries().filter((delivery) => delivery.endpoint === endpoint.id && delivery.type === type)
        .length;
    await createCustomers(1);
    expect(wants('customer.created')).toBe(0);
    await stripe.webhookEndpoints.update(endpoint.id, { enabled_events: ['*'] });
    await createCustomers(1);
    expect(wants('customer.created')).toBe(1);
    const disabled = await stripe.webhookEndpoints.update(endpoint.id, { disabled: true });
    expect(disabled.status).toBe('disabled');
    await createCustomers(1);
    expect(wants('customer.created')).toBe(1);
    expect(await stripe.webhookEndpoints.del(endpoint.id)).toMatchObject({ id: endpoint.id, deleted: true });
    expect((await stripe.webhookEndpoints.list()).data).toHaveLength(1);
    await sandbox.flush();
    expect(sandbox.deliveries().find((delivery) => delivery.endpoint === endpoint.id)?.state).toBe(
      'canceled',
    );
  });

  test('need an address', async () => {
    const error = await stripeError(
      sdk(sandbox).webhookEndpoints.create({ url: 'localhost:3000', enabled_events: ['*'] }),
    );
    expect(error).toMatchObject({ statusCode: 400, param: 'url' });
  });

  test('registering an address again changes its secret', async () => {
    const second = await startReceiver(clock);
    sandbox.registerWebhook(second.url, 'whsec_first');
    const { id } = sandbox.registerWebhook(second.url, second.secret);
    expect((await sdk(sandbox).webhookEndpoints.list()).data.map((endpoint) => endpoint.id)).toContain(id);
    await createCustomers(1);
    await sandbox.flush();
    expect(second.types()).toEqual(['customer.created']);
    await second.close();
  });
});

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !holds(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 2));
  expect(holds()).toBe(true);
}
