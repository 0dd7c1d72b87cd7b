import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { newCustomer, type TestCustomer } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';

let open: TestService;
let service: TestService;
let customer: TestCustomer;
beforeAll(async () => {
  open = await startTestService();
  customer = await newCustomer(open);
  // As production is by default.
  service = await startTestService({
    config: { environment: 'production', introspection: false, playground: false, demoKeys: false },
  });
});
afterAll(async () => {
  await service.close();
  await open.close();
});

async function ask({ url }: TestService, query: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(query),
  });
  return { status: response.status, text: await response.text() };
}

describe('in production', () => {
  it.each([
    getIntrospectionQuery(),
    '{ __schema { types { name } } }',
    '{ __type(name: "Payment") { fields { name } } }',
    'query { ...F } fragment F on Query { __schema { queryType { name } } }',
  ])('the schema is not told by query: %#', async (query) => {
    expect((await ask(open, { query })).status).toBe(200);
    const { status, text } = await ask(service, { query });
    expect(status).toBe(400);
    expect(text).not.toContain('"name"');
  });

  it.each([
    '{ creditPackage { id } }',
    '{ creditPackages { ids } }',
    'mutation { refnd { id } }',
    'mutation { refund(input: { paymentIntentID: "x" }) { refund { id } } }',
  ])('nor by guessing names near those that exist: %s', async (query) => {
    const { status, text } = await ask(service, { query });
    expect(status).toBe(400);
    expect(text).not.toContain('Did you mean');
  });

  it('there is no playground, and no page at all', async () => {
    for (const path of ['/graphql', '/playground/', '/playground/index.html', '/']) {
      const response = await fetch(`${service.url}${path}`, { headers: { accept: 'text/html' } });
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('json');
      await response.body?.cancel();
    }
  });

  it.each(['customer', 'service', 'admin'])('the published %s key opens nothing', async (role) => {
    const { status } = await ask(
      service,
      { query: '{ me { role } }' },
      { authorization: `Bearer demo_${role}_key` },
    );
    expect(status).toBe(401);
  });

  it('failures name no file, no statement and no package', async () => {
    for (const query of [
      '{',
      '{ nothing }',
      'subscription { x }',
      '{ payment(paymentIntentId: 1) { id } }',
      7,
    ]) {
      const { text } = await ask(service, { query });
      expect(text).not.toMatch(/node_modules|\.ts:|\.js:|at Object|select |stacktrace/i);
    }
  });
});

describe('one request of a customer', () => {
  const asCustomer = (query: unknown) => ask(open, query, { authorization: `Bearer ${customer.apiKey}` });
  const repeat = (count: number, text: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => text(i)).join(' ');

  it('cannot try many ids under aliases', async () => {
    const guesses = repeat(21, (i) => `p${i}: payment(paymentIntentId: "pi_${i}") { id }`);
    expect((await asCustomer({ query: `{ ${guesses} }` })).text).toContain(
      'Root fields limit of 20 exceeded',
    );
  });

  it('cannot repeat a mutation under aliases without end', async () => {
    const buy = repeat(
      21,
      (i) => `b${i}: createPaymentIntent(input: { creditAmount: 100 }) { paymentIntentId }`,
    );
    const asked = open.sandbox.requests().length;
    expect((await asCustomer({ query: `mutation { ${buy} }` })).status).toBe(400);
    expect(open.sandbox.requests()).toHaveLength(asked);
  });

  it('cannot be several', async () => {
    const one = { query: '{ me { role } }' };
    expect((await asCustomer([one, one])).status).toBe(400);
    expect((await asCustomer([one])).status).toBe(400);
  });

  it('cannot ask for all history several times over', async () => {
    const page = (i: number) =>
      `h${i}: ledgerEntries(first: 100) { nodes { id transfers { amount } } edges { cursor node { id transfers { amount } } } }`;
    const { text } = await asCustomer({ query: `{ ${repeat(20, page)} }` });
    expect(text).toContain('Query cost limit');
  });

  it('cannot ask for a page without bounds', async () => {
    const { text } = await asCustomer({ query: '{ billingHistory(first: 1000000) { nodes { id } } }' });
    expect(text).toMatch(/Query cost limit|first/);
    expect(text).toContain('BAD_USER_INPUT');
  });

  it('cannot set what the service decides', async () => {
    for (const extra of [
      'status: SUCCEEDED',
      'price: 1',
      'accountId: "demo"',
      'credits: "1000"',
      '__proto__: {}',
    ]) {
      const query = `mutation { createPaymentIntent(input: { creditAmount: 100, ${extra} }) { paymentIntentId } }`;
      const { status, text } = await asCustomer({ query });
      expect(status).toBe(400);
      expect(text).toContain('GRAPHQL_VALIDATION_FAILED');
    }
  });
});
