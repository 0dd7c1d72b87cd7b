import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config.js';
import { createLog } from '../../src/platform/log.js';
import { windowMs, windowStartOf } from '../../src/platform/rate-limits/budgets.js';
import { type RunningService, startService } from '../../src/service.js';
import { FakeClock } from '../support/clock.js';
import { newCustomer } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';
import { eventBody, sign } from '../webhooks/events.js';

/** Small, so that a test reaches them; the leases of all are one request each. */
const rateLimits = {
  anonymous: 6,
  'wrong-keys': 4,
  customer: 8,
  service: 0,
  admin: 12,
  webhook: 5,
} as const;

let service: TestService;
/** Another process on the same database. */
let second: RunningService;
let urls: readonly [string, string];
let secondClock: FakeClock;
const keys = { one: '', another: '' };

beforeAll(async () => {
  service = await startTestService({ config: { rateLimits, trustProxy: 1 } });
  keys.one = (await newCustomer(service)).apiKey;
  keys.another = (await newCustomer(service)).apiKey;
  secondClock = new FakeClock(service.clock.now());
  const config: Config = { ...service.config, port: 0, jobs: { concurrency: 0 } };
  second = await startService({
    config,
    clock: secondClock,
    log: createLog('error'),
    databaseUrl: service.database.url,
  });
  urls = [service.url, `http://127.0.0.1:${second.port}`];
});
beforeEach(() => {
  service.clock.set(windowStartOf(service.clock.now()));
  service.clock.advance(windowMs);
  secondClock.set(service.clock.now());
});
afterEach(() => service.database.query('delete from rate_limit_windows'));
afterAll(async () => {
  await second.close();
  await service.close();
});

interface Sent {
  readonly key?: string;
  /** The client, as the one proxy in front says. */
  readonly from?: string;
  readonly url?: string;
  readonly query?: string;
}

async function send({ key, from = '203.0.113.1', url = urls[0], query = '{ creditPackages { id } }' }: Sent) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': from,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ query }),
  });
  const { errors = [] } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return { status: response.status, headers: response.headers, code: errors[0]?.extensions.code ?? 'ok' };
}

/** The statuses of so many requests, one after the other. */
async function statuses(count: number, sent: (i: number) => Sent): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i++) found.push((await send(sent(i))).status);
  return found;
}

const times = (count: number, status: number) => Array.from({ length: count }, () => status);
const wrongKey = (i: number) => `ubk_00000000_${String(i).padStart(32, '0')}`;

describe('requests without an API key', () => {
  it('are limited by address, and told how', async () => {
    const first = await send({});
    expect(first.code).toBe('ok');
    expect(first.headers.get('ratelimit-policy')).toBe('"anonymous";q=6;w=60');
    expect(first.headers.get('ratelimit')).toBe('"anonymous";r=5;t=60');
    expect(first.headers.get('retry-after')).toBeNull();
    expect(await statuses(6, () => ({}))).toEqual([...times(5, 200), 429]);
    service.clock.advance(20_000);
    const refused = await send({});
    expect(refused).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(refused.headers.get('ratelimit')).toBe('"anonymous";r=0;t=40');
    expect(refused.headers.get('retry-after')).toBe('40');
    expect((await send({ from: '203.0.113.2' })).status).toBe(200);
    service.clock.advance(windowMs);
    expect((await send({})).status).toBe(200);
  });

  it('are limited over all processes together', async () => {
    const found = await statuses(10, (i) => ({ url: urls[i % 2] as string }));
    expect(found).toEqual([...times(6, 200), ...times(4, 429)]);
  });

  it('do not count against those with one', async () => {
    await statuses(7, () => ({}));
    expect((await send({ key: keys.one })).status).toBe(200);
  });

  it('are refused before their body is read', async () => {
    await statuses(6, () => ({}));
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.1' },
      body: 'x'.repeat(2_000_000),
    });
    expect(response.status).toBe(429);
    await response.body?.cancel();
  });
});

describe('wrong API keys', () => {
  it('are limited by address, whatever the keys are', async () => {
    expect(await statuses(8, (i) => ({ key: wrongKey(i) }))).toEqual([...times(4, 401), ...times(4, 429)]);
    const refused = await send({ key: wrongKey(9) });
    expect(refused.code).toBe('RATE_LIMITED');
    expect(refused.headers.get('ratelimit')).toBe('"wrong-keys";r=0;t=60');
    expect((await send({ key: wrongKey(9), from: '203.0.113.2' })).status).toBe(401);
  });

  it('are limited over all processes together', async () => {
    const found = await statuses(12, (i) => ({ key: wrongKey(i), url: urls[i % 2] as string }));
    expect(found).toEqual([...times(4, 401), ...times(8, 429)]);
  });

  it('keep a key out that was not seen at this address before, even a good one', async () => {
    await statuses(4, (i) => ({ key: wrongKey(i), from: '203.0.113.3' }));
    expect((await send({ key: keys.another, from: '203.0.113.3' })).status).toBe(429);
    expect((await send({ key: keys.another, from: '203.0.113.4' })).status).toBe(200);
  });

  it('do not lock out whoever was authenticated at this address before', async () => {
    expect((await send({ key: keys.one, from: '203.0.113.5' })).status).toBe(200);
    await statuses(6, (i) => ({ key: wrongKey(i), from: '203.0.113.5' }));
    expect((await send({ key: keys.one, from: '203.0.113.5' })).status).toBe(200);
    expect((await send({ key: `${keys.one.slice(0, -1)}!`, from: '203.0.113.5' })).status).toBe(429);
  });

  it('of an IPv6 network count together, of a subscriber who has all of its addresses', async () => {
    const from = (i: number) => `2001:db8:1:2::${i}`;
    expect(await statuses(5, (i) => ({ key: wrongKey(i), from: from(i) }))).toEqual([...times(4, 401), 429]);
    expect((await send({ key: wrongKey(1), from: '2001:db8:1:3::1' })).status).toBe(401);
  });
});

describe('the requests of an API key', () => {
  it('are limited, from however many addresses they come', async () => {
    const found = await statuses(10, (i) => ({ key: keys.one, from: `203.0.113.${i}` }));
    expect(found).toEqual([...times(8, 200), 429, 429]);
    const refused = await send({ key: keys.one });
    expect(refused.code).toBe('RATE_LIMITED');
    expect(refused.headers.get('ratelimit-policy')).toBe('"customer";q=8;w=60');
    expect(refused.headers.get('retry-after')).toBe('60');
    expect((await send({ key: keys.another })).status).toBe(200);
  });

  it('at the same time are limited exactly', async () => {
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, i) => send({ key: keys.one, url: urls[i % 2] as string })),
    );
    expect(all.filter(({ status }) => status === 200)).toHaveLength(8);
    expect(all.filter(({ code }) => code === 'RATE_LIMITED')).toHaveLength(22);
  });

  it('have another limit for support, and none for the gateway', async () => {
    expect(await statuses(13, () => ({ key: 'demo_admin_key' }))).toEqual([...times(12, 200), 429]);
    const gateway = await send({ key: 'demo_service_key' });
    expect(gateway.headers.get('ratelimit')).toBeNull();
    expect(await statuses(40, () => ({ key: 'demo_service_key' }))).toEqual(times(40, 200));
    expect(await service.database.query("select 1 from rate_limit_windows where budget = 'service'")).toEqual(
      [],
    );
  });

  it('do nothing when they are refused', async () => {
    await statuses(8, () => ({ key: keys.one }));
    const before = await service.database.query('select id from payments order by id');
    const query = 'mutation { createPaymentIntent(input: { creditAmount: 100 }) { paymentIntentId } }';
    expect((await send({ key: keys.one, query })).status).toBe(429);
    expect(await service.database.query('select id from payments order by id')).toEqual(before);
  });
});

describe('deliveries to the webhook', () => {
  const deliver = async (from: string) => {
    const [secret = ''] = service.config.stripe.webhookSecrets;
    const body = eventBody();
    const signature = sign(body, secret, service.clock);
    const response = await fetch(`${service.url}/billing/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from, 'stripe-signature': signature },
      body,
    });
    await response.body?.cancel();
    return response;
  };

  it('are limited by address, with an answer after which Stripe delivers again', async () => {
    const answers: Response[] = [];
    for (let i = 0; i < 6; i++) answers.push(await deliver('203.0.113.1'));
    expect(answers.map(({ status }) => status)).toEqual([...times(5, 200), 429]);
    expect(answers[5]?.headers.get('retry-after')).toBe('60');
    expect((await deliver('203.0.113.2')).status).toBe(200);
  });
});

it('counts what it refuses', async () => {
  await statuses(7, () => ({}));
  const text = await (await fetch(`${service.url}/metrics`)).text();
  expect(text).toMatch(/rate_limit_refusals_total\{budget="anonymous"\} [1-9]/);
});
