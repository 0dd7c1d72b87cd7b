import { Writable } from 'node:stream';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config.js';
import { createLog, logLevels } from '../../src/platform/log.js';
import { clientWithKey, expectCode } from '../support/client.js';
import {
  balanceQuery,
  confirmPaymentMutation,
  createApiKeyMutation,
  createPaymentIntentMutation,
  debitCreditsMutation,
  refundMutation,
} from '../support/operations.js';
import { newCustomer } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';
import { eventBody, intentObject, sign } from '../webhooks/events.js';

const secretKey = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc';
const refusedKey = 'sk_tset_51Hq2vLmRxW8kYdZpTn0';
const cardNumber = '4000056655665556';
const guessedKeys = ['ubk_4fPz09Xa_0123456789abcdefghijklmnopqrstuv', 'demo_customer_key_mistyped'];

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly requestId?: string;
  readonly err?: { readonly message: string };
}

/** Everything that was logged, at the most talkative level. */
let text = '';
const log = createLog(
  'trace',
  new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  }),
);
const linesOf = (requestId: string): Line[] =>
  text
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line))
    .filter((line) => line.requestId === requestId);

/** What must never be seen, by what it is. */
const secrets = new Map<string, string>();
/** Other places where it must not be: what clients were answered, what was asked of whom, what is stored. */
const seen = { errors: '', urls: '', database: '' };

const as = (requestId: string) => ({ 'x-request-id': requestId });

/** Sends anything, as nobody. */
async function post(service: TestService, path: string, body: string, headers: Record<string, string>) {
  const response = await fetch(`${service.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  seen.errors += await response.text();
  return response.status;
}

async function everythingStored({ database }: TestService): Promise<string> {
  const tables = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('public', 'graphile_worker')`,
  );
  const dumps = await Promise.all(
    tables.map(({ name }) => database.query<{ row: string }>(`select t::text as row from ${name} t`)),
  );
  return dumps
    .flat()
    .map(({ row }) => row)
    .join('\n');
}

async function purchaseAndRefund(service: TestService): Promise<void> {
  const { accountId } = await newCustomer(service);
  const { createApiKey } = await service.clients.admin.request(
    createApiKeyMutation,
    { input: { role: 'CUSTOMER', accountId, name: 'browser' } },
    as('make-key'),
  );
  secrets.set('an API key', createApiKey.token);
  const customer = clientWithKey(service.url, createApiKey.token);
  const { createPaymentIntent: intent } = await customer.request(
    createPaymentIntentMutation,
    { input: { creditAmount: 100 } },
    as('buy'),
  );
  secrets.set('a client secret', intent.clientSecret);
  secrets.set('the random part of a client secret', intent.clientSecret.split('_secret_')[1] ?? '');

  // Without its webhook, so that it is the confirmation that credits it.
  const dropped = service.sandbox.faults.delivery({ fault: 'drop' });
  const paid = await fetch(`${service.sandbox.url}/v1/payment_intents/${intent.paymentIntentId}/confirm`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secretKey}` },
    body: new URLSearchParams({
      'payment_method_data[type]': 'card',
      'payment_method_data[card][number]': cardNumber,
      'payment_method_data[card][exp_month]': '12',
      'payment_method_data[card][exp_year]': '2030',
      return_url: 'https://example.com/paid',
    }),
  });
  expect(await paid.json()).toMatchObject({ status: 'succeeded' });
  const { paymentIntentId } = intent;
  await customer.request(confirmPaymentMutation, { input: { paymentIntentId } }, as('confirm'));
  dropped.remove();
  const { service: gateway, admin } = service.clients;
  const debit = { accountId, credits: '1', idempotencyKey: 'log' };
  await gateway.request(debitCreditsMutation, { input: debit }, as('spend'));
  await admin.request(refundMutation, { input: { paymentIntentId, amount: 100 } }, as('refund'));
  await service.settle();
}

async function failedLogins(service: TestService): Promise<void> {
  const query = JSON.stringify({ query: '{ balance { available } }' });
  for (const [i, key] of [...guessedKeys, secretKey].entries()) {
    secrets.set(`guessed key ${i + 1}`, key);
    for (const authorization of [`Bearer ${key}`, `Basic ${btoa(`${key}:`)}`, key]) {
      expect(await post(service, '/graphql', query, { authorization, ...as('login') })).toBe(401);
    }
  }
  secrets.set('a guessed key in Base64', btoa(`${secretKey}:`));
  // Where it does not belong: in a query string and in a path.
  for (const path of [`/graphql?query={me{role}}&key=${guessedKeys[0]}`, `/readyz?token=${guessedKeys[1]}`]) {
    await (await fetch(`${service.url}${path}`, { headers: as('query-string') })).text();
  }
}

async function webhooks(service: TestService): Promise<void> {
  const [secret = ''] = service.config.stripe.webhookSecrets;
  secrets.set('the webhook secret', secret);
  const body = eventBody({
    data: { object: intentObject({ id: 'pi_unknown', client_secret: 'pi_unknown_secret_Q7wE9rT' }) },
  });
  secrets.set('a client secret in an event', 'pi_unknown_secret_Q7wE9rT');
  const good = sign(body, secret, service.clock);
  const forged = sign(body, 'whsec_another', service.clock);
  const old = sign(body, secret, service.clock, { ageSeconds: 3_600 });
  for (const [name, signature, status] of [
    ['accepted', good, 200],
    ['forged', forged, 400],
    ['old', old, 400],
    ['malformed', `t=1,v1=${'f'.repeat(64)},nonsense`, 400],
  ] as const) {
    const headers = { 'stripe-signature': signature, ...as(`webhook-${name}`) };
    expect(await post(service, '/billing/webhook', body, headers)).toBe(status);
    secrets.set(`the ${name} signature`, signature.split('v1=')[1] ?? '');
  }
  await service.settle();
}

/** Requests that fail in SQL, one of them after Stripe was asked. */
async function databaseFailures(service: TestService): Promise<void> {
  const { admin, customer } = service.clients;
  const without = async (table: string, work: () => Promise<unknown>) => {
    await service.database.query(`alter table ${table} rename to hidden`);
    await work();
    await service.database.query(`alter table hidden rename to ${table}`);
  };
  await without('api_keys', async () => {
    const status = await post(service, '/graphql', '{"query":"{ me { role } }"}', {
      authorization: `Bearer ${secrets.get('an API key')}`,
      ...as('sql-login'),
    });
    expect(status).toBe(500);
  });
  await without('payments', async () => {
    const input = { creditAmount: 100, idempotencyKey: 'sql' };
    const { message } = await expectCode(
      customer.request(createPaymentIntentMutation, { input }, as('sql-buy')),
      'INTERNAL_SERVER_ERROR',
    );
    seen.errors += message;
  });
  await without('webhook_events', async () => {
    const [secret = ''] = service.config.stripe.webhookSecrets;
    const body = eventBody({ id: 'evt_unstored' });
    const headers = { 'stripe-signature': sign(body, secret, service.clock), ...as('sql-webhook') };
    expect(await post(service, '/billing/webhook', body, headers)).toBe(503);
  });
  await expect(admin.request(balanceQuery, { accountId: 'demo' })).resolves.toBeDefined();
}

/** Stripe refuses our own key, which is our failure and not the customer's. */
async function wrongStripeKey(): Promise<void> {
  secrets.set('the Stripe key that Stripe refuses', refusedKey);
  const service = await startTestService({ log, config: { stripe: { secretKey: refusedKey } } });
  try {
    const input = { creditAmount: 100 };
    const { message, extensions } = await expectCode(
      service.clients.customer.request(createPaymentIntentMutation, { input }, as('wrong-stripe-key')),
      'INTERNAL_SERVER_ERROR',
    );
    seen.errors += message + JSON.stringify(extensions);
  } finally {
    await service.close();
  }
}

beforeAll(async () => {
  secrets.set('the Stripe key', secretKey);
  secrets.set('a card number', cardNumber);
  for (const role of ['customer', 'service', 'admin']) secrets.set(`demo key: ${role}`, `demo_${role}_key`);
  const service = await startTestService({ log, config: { stripe: { secretKey } } });
  try {
    await purchaseAndRefund(service);
    await failedLogins(service);
    await webhooks(service);
    await databaseFailures(service);
    seen.urls = service.sandbox
      .requests()
      .map(({ method, path }) => `${method} ${path}`)
      .join('\n');
    seen.database = await everythingStored(service);
  } finally {
    await service.close();
  }
  await wrongStripeKey();
}, 60_000);

const foundIn = (haystack: string): string[] =>
  [...secrets].filter(([, secret]) => haystack.includes(secret)).map(([what]) => what);

describe('secrets', () => {
  it('were all used, so that they could have been seen', () => {
    expect([...secrets.values()].filter((secret) => secret.length < 12)).toEqual([]);
    expect(secrets.size).toBeGreaterThanOrEqual(16);
    expect(text.split('\n').length).toBeGreaterThan(50);
  });

  it('are not in the log', () => {
    expect(foundIn(text)).toEqual([]);
    expect(text).not.toMatch(/v1=[0-9a-f]{64}/);
    expect(text).not.toMatch(/_secret_/);
  });

  it('are not in what clients are told of failures, nor is SQL', () => {
    expect(seen.errors).toContain('Something went wrong.');
    expect(foundIn(seen.errors)).toEqual([]);
    expect(seen.errors).not.toMatch(/relation|select|insert into|stack|node_modules/i);
  });

  it('are not in the addresses that we ask Stripe at', () => {
    expect(seen.urls).toContain('POST /v1/payment_intents');
    expect(foundIn(seen.urls)).toEqual([]);
  });

  it('are not stored: keys as hashes alone, client secrets not at all', () => {
    expect(seen.database).toContain('evt_1');
    // The demo keys' names begin like the keys; what is stored of a key besides is its hash.
    expect(foundIn(seen.database)).toEqual([]);
  });
});

describe('the lines of a request', () => {
  it.each([
    ['make-key', ['API key created', 'operation', 'request']],
    ['buy', ['operation', 'payment intent created', 'request', 'stripe request', 'stripe request']],
    ['confirm', ['operation', 'payment credited', 'request', 'stripe request']],
    ['spend', ['credits debited', 'operation', 'request']],
    ['refund', ['operation', 'refund recorded', 'request', 'stripe request']],
    ['webhook-accepted', ['request', 'webhook received']],
    ['webhook-forged', ['request', 'webhook refused']],
    ['sql-buy', ['operation', 'request', 'unexpected error in GraphQL']],
    ['sql-webhook', ['request', 'webhook could not be stored']],
  ])('of %s all carry its id', (requestId, messages) => {
    expect(
      linesOf(requestId)
        .map(({ msg }) => msg)
        .sort(),
    ).toEqual(messages);
  });

  it('hold the error that the client was not shown', () => {
    for (const requestId of ['sql-login', 'sql-buy', 'wrong-stripe-key']) {
      const errors = linesOf(requestId).filter(({ level }) => level === 'error');
      expect(errors).toHaveLength(1);
      expect(errors[0]?.err?.message).toMatch(/relation|Invalid API Key/);
    }
  });
});

it.each(logLevels)('LOG_LEVEL is %s in any letter case', (level) => {
  const capitalized = level.charAt(0).toUpperCase() + level.slice(1);
  for (const spelled of [level, level.toUpperCase(), capitalized, ` ${level} `]) {
    const { logLevel } = loadConfig({ LOG_LEVEL: spelled });
    expect(createLog(logLevel).level).toBe(level);
  }
});
