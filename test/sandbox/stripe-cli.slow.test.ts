import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { testSandbox } from './support.js';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await testSandbox();
});
afterAll(() => sandbox.close());

interface Answer {
  status: number;
  id: string;
  status_of_object: unknown;
  error: { type?: string };
}

/** A request as the official CLI sends it: form-encoded, no version, no idempotency key unless asked. */
async function cli(method: 'get' | 'post' | 'delete', path: string, params = ''): Promise<Answer> {
  const inUrl = method === 'post' || params === '' ? '' : `?${params}`;
  const response = await fetch(`${sandbox.url}${path}${inUrl}`, {
    method: method.toUpperCase(),
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Accept-Encoding': 'identity',
      'User-Agent': 'Stripe/v1 stripe-cli/1.43.4',
      'X-Stripe-Client-User-Agent':
        '{"name":"stripe-cli","os":"linux","publisher":"stripe","uname":"Linux","version":"1.43.4"}',
      Authorization: `Bearer ${sandbox.secretKey}`,
    },
    ...(method === 'post' ? { body: params } : {}),
  });
  const body: { id: string; status?: unknown; data?: { id: string }[]; error?: { type?: string } } =
    JSON.parse(await response.text());
  return {
    status: response.status,
    id: body.id ?? body.data?.[0]?.id ?? '',
    status_of_object: body.status,
    error: body.error ?? {},
  };
}

const description = 'description=%28created+by+Stripe+CLI%29';
const charge = (amount: number, method: string) =>
  `amount=${amount}&currency=usd&payment_method_types[]=card&payment_method=${method}&confirm=true&${description}`;

/** The steps of `stripe trigger <event>`, which must make that event happen. */
const triggers: Record<string, () => Promise<void>> = {
  'payment_intent.succeeded': async () => {
    const shipping =
      'shipping[name]=Jenny+Rosen&shipping[address][line1]=510+Townsend+St&shipping[address][postal_code]=94103' +
      '&shipping[address][city]=San+Francisco&shipping[address][state]=CA&shipping[address][country]=US';
    const paid = await cli('post', '/v1/payment_intents', `${charge(2000, 'pm_card_visa')}&${shipping}`);
    expect(paid).toMatchObject({ status: 200, status_of_object: 'succeeded' });
  },
  'payment_intent.created': async () => {
    await cli(
      'post',
      '/v1/payment_intents',
      `amount=2000&currency=usd&${description}&payment_method_types[]=card`,
    );
  },
  'payment_intent.payment_failed': async () => {
    const failed = await cli('post', '/v1/payment_intents', charge(2000, 'pm_card_chargeDeclined'));
    expect(failed).toMatchObject({ status: 402, error: { type: 'card_error' } });
  },
  'payment_intent.requires_action': async () => {
    await cli('post', '/v1/payment_intents', charge(2000, 'pm_card_authenticationRequired'));
  },
  'payment_intent.canceled': async () => {
    const { id } = await cli('post', '/v1/payment_intents', `amount=2000&currency=usd&${description}`);
    await cli('post', `/v1/payment_intents/${id}/cancel`, 'cancellation_reason=requested_by_customer');
  },
  'payment_intent.amount_capturable_updated': async () => {
    const more = 'capture_method=manual&confirmation_method=manual&return_url=https%3A%2F%2Fstripe.com';
    await cli('post', '/v1/payment_intents', `${charge(2000, 'pm_card_visa')}&${more}`);
  },
  'charge.captured': async () => {
    const { id } = await cli(
      'post',
      '/v1/payment_intents',
      `${charge(2000, 'pm_card_visa')}&capture_method=manual`,
    );
    await cli('post', `/v1/payment_intents/${id}/capture`);
  },
  'charge.succeeded': async () => {
    await cli('post', '/v1/payment_intents', charge(100, 'pm_card_visa'));
  },
  'charge.failed': async () => {
    await cli('post', '/v1/payment_intents', charge(100, 'pm_card_visa_chargeDeclined'));
  },
  'charge.refunded': async () => {
    const { id } = await cli('post', '/v1/payment_intents', charge(100, 'pm_card_visa'));
    expect(await cli('post', '/v1/refunds', `payment_intent=${id}`)).toMatchObject({
      status_of_object: 'succeeded',
    });
  },
  'charge.refund.updated': async () => {
    const { id } = await cli('post', '/v1/payment_intents', charge(100, 'pm_card_visa'));
    const refund = await cli('post', '/v1/refunds', `payment_intent=${id}`);
    await cli('post', `/v1/refunds/${refund.id}`, 'metadata[order_id]=6735');
  },
  'charge.dispute.created': async () => {
    await cli('post', '/v1/payment_intents', charge(100, 'pm_card_createDisputeInquiry'));
  },
  'charge.dispute.updated': async () => {
    const { id } = await cli('post', '/v1/payment_intents', charge(100, 'pm_card_createDisputeInquiry'));
    const dispute = await cli('get', '/v1/disputes', `payment_intent=${id}`);
    await cli('post', `/v1/disputes/${dispute.id}`, 'metadata[foo]=bar');
  },
  'charge.dispute.closed': async () => {
    const { id } = await cli('post', '/v1/payment_intents', charge(100, 'pm_card_createDisputeInquiry'));
    const dispute = await cli('get', '/v1/disputes', `payment_intent=${id}`);
    await cli('post', `/v1/disputes/${dispute.id}/close`);
  },
  'customer.created': async () => {
    await cli('post', '/v1/customers', description);
  },
  'customer.updated': async () => {
    const { id } = await cli('post', '/v1/customers', description);
    await cli('post', `/v1/customers/${id}`, 'metadata[foo]=bar');
  },
  'customer.deleted': async () => {
    const { id } = await cli('post', '/v1/customers', description);
    await cli('delete', `/v1/customers/${id}`);
  },
  'payment_method.attached': async () => {
    const { id } = await cli('post', '/v1/customers', description);
    await cli('post', '/v1/payment_methods/pm_card_visa/attach', `customer=${id}`);
  },
  'payment_method.detached': async () => {
    const { id } = await cli('post', '/v1/customers', description);
    const method = await cli('post', '/v1/payment_methods/pm_card_visa/attach', `customer=${id}`);
    await cli('post', `/v1/payment_methods/${method.id}/detach`);
  },
};

describe('the requests of stripe trigger', () => {
  test.each(Object.keys(triggers))('%s', async (type) => {
    const seen = sandbox.events().length;
    await triggers[type]?.();
    const types = sandbox
      .events()
      .slice(seen)
      .map((event) => event.type);
    expect(types).toContain(type);
  });
});

describe('the requests of stripe get and stripe post', () => {
  test('read, write and list', async () => {
    const { id } = await cli('post', '/v1/charges', `amount=100&currency=usd&source=tok_visa&${description}`);
    expect(await cli('get', `/v1/charges/${id}`, 'expand[]=balance_transaction')).toMatchObject({
      status: 200,
      id,
    });
    expect(await cli('get', '/v1/charges', 'limit=1')).toMatchObject({ status: 200, id });
    expect(await cli('post', '/v1/refunds', `charge=${id}`)).toMatchObject({ status: 200 });
  });
});

describe('the official CLI itself', () => {
  let home: string;

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'stripe-cli-'));
  });
  afterAll(() => rmSync(home, { recursive: true }));

  async function stripe(...args: string[]): Promise<string> {
    const at = ['--api-key', sandbox.secretKey, '--api-base', sandbox.url];
    const env = { PATH: process.env.PATH, HOME: home, STRIPE_CLI_TELEMETRY_OPTOUT: '1' };
    const { stdout } = await promisify(execFile)('node_modules/.bin/stripe', [...args, ...at], { env });
    return stdout;
  }

  test('triggers, writes and reads', async () => {
    const seen = sandbox.events().length;
    const [customer] = await Promise.all([
      stripe('post', '/v1/customers', '-d', 'name=Ann', '-d', 'metadata[a]=b', '--confirm'),
      stripe('trigger', 'payment_intent.succeeded'),
      stripe('trigger', 'charge.refunded'),
    ]);
    const types = sandbox
      .events()
      .slice(seen)
      .map((event) => event.type);
    expect(types).toEqual(
      expect.arrayContaining(['payment_intent.succeeded', 'charge.refunded', 'customer.created']),
    );
    const { id }: { id: string } = JSON.parse(customer);
    expect(JSON.parse(await stripe('get', `/v1/customers/${id}`))).toMatchObject({
      name: 'Ann',
      metadata: { a: 'b' },
    });
  });
});
