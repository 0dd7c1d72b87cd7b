import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { ClientError, type GraphQLClient } from 'graphql-request';
import type { ErrorCode } from '../../src/platform/errors.js';
import { clientsOf, clientWithKey } from '../support/client.js';
import { holdCreditsMutation } from '../support/holds.js';
import { createApiKeyMutation, debitCreditsMutation, historyQuery } from '../support/operations.js';
import { newCustomer, purchase, type TestCustomer } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';

const callers = ['anonymous', 'customer', 'stranger', 'service', 'admin'] as const;
type Caller = (typeof callers)[number];
type Answer = 'ok' | ErrorCode;

/** What the rows are about: an account of its own, what belongs to it, and a key that may be revoked. */
interface World {
  readonly accountId: string;
  readonly paymentIntentId: string;
  readonly holdId: string;
  readonly keyId: string;
  readonly eventId: string;
}

interface Row {
  readonly field: string;
  readonly given: string;
  /** Starts with "query" or "mutation"; everything in it is valid. */
  readonly document: string;
  readonly variables?: (world: World) => Record<string, unknown>;
  /** In the order of `callers`. `customer` owns what the variables name, and `stranger` is another customer. */
  readonly answers: readonly [Answer, Answer, Answer, Answer, Answer];
}

const nobody = 'UNAUTHENTICATED';
const no = 'FORBIDDEN';
const adminOnly = [nobody, no, no, no, 'ok'] as const;
const backendOnly = [nobody, no, no, 'ok', 'ok'] as const;

const setRate = (idempotencyKey: string) =>
  `mutation { setRate(input: { provider: "openai", model: "gpt-4o", inputPricePer1K: "0.25", outputPricePer1K: "1", idempotencyKey: "${idempotencyKey}" }) { replayed } }`;

const table: readonly Row[] = [
  {
    field: 'Query.creditPackages',
    given: 'nothing',
    document: 'query { creditPackages { id } }',
    answers: ['ok', 'ok', 'ok', 'ok', 'ok'],
  },
  {
    field: 'Query.me',
    given: 'nothing',
    document: 'query { me { role account { id } apiKey { id } } }',
    answers: [nobody, 'ok', 'ok', 'ok', 'ok'],
  },
  {
    field: 'Query.balance',
    given: 'no account',
    document: 'query { balance { available lots { id } } }',
    answers: [nobody, 'ok', 'ok', 'BAD_USER_INPUT', 'BAD_USER_INPUT'],
  },
  {
    field: 'Query.balance',
    given: "the customer's account",
    document: 'query ($accountId: ID!) { balance(accountId: $accountId) { available lots { id } } }',
    variables: ({ accountId }) => ({ accountId }),
    answers: [nobody, 'ok', no, 'ok', 'ok'],
  },
  {
    field: 'Query.balance',
    given: 'an unknown account',
    document: 'query { balance(accountId: "unknown") { available } }',
    answers: [nobody, no, no, 'NOT_FOUND', 'NOT_FOUND'],
  },
  {
    field: 'Query.billingHistory',
    given: 'no account',
    document: 'query { billingHistory { nodes { id } } }',
    answers: [nobody, 'ok', 'ok', 'BAD_USER_INPUT', 'BAD_USER_INPUT'],
  },
  {
    field: 'Query.billingHistory',
    given: "the customer's account",
    document: 'query ($accountId: ID!) { billingHistory(accountId: $accountId) { nodes { id } } }',
    variables: ({ accountId }) => ({ accountId }),
    answers: [nobody, 'ok', no, 'ok', 'ok'],
  },
  {
    field: 'Query.billingHistory',
    given: 'an unknown account',
    document: 'query { billingHistory(accountId: "unknown") { nodes { id } } }',
    answers: [nobody, no, no, 'NOT_FOUND', 'NOT_FOUND'],
  },
  {
    field: 'Query.ledgerEntries',
    given: 'no account',
    document: 'query { ledgerEntries { nodes { id transfers { amount } } } }',
    answers: [nobody, 'ok', 'ok', 'BAD_USER_INPUT', 'BAD_USER_INPUT'],
  },
  {
    field: 'Query.ledgerEntries',
    given: "the customer's account",
    document:
      'query ($accountId: ID!) { ledgerEntries(accountId: $accountId) { nodes { id transfers { amount } } } }',
    variables: ({ accountId }) => ({ accountId }),
    answers: [nobody, 'ok', no, 'ok', 'ok'],
  },
  {
    field: 'Query.ledgerEntries',
    given: 'an unknown account',
    document: 'query { ledgerEntries(accountId: "unknown") { nodes { id } } }',
    answers: [nobody, no, no, 'NOT_FOUND', 'NOT_FOUND'],
  },
  {
    field: 'Query.usage',
    given: 'no account',
    document:
      'query { usage(from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z") { total { credits } } }',
    answers: [nobody, 'ok', 'ok', 'BAD_USER_INPUT', 'BAD_USER_INPUT'],
  },
  {
    field: 'Query.usage',
    given: "the customer's account",
    document:
      'query ($accountId: ID!) { usage(from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z", accountId: $accountId) { total { credits } } }',
    variables: ({ accountId }) => ({ accountId }),
    answers: [nobody, 'ok', no, 'ok', 'ok'],
  },
  {
    field: 'Query.usage',
    given: 'an unknown account',
    document:
      'query { usage(from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z", accountId: "unknown") { total { credits } } }',
    answers: [nobody, no, no, 'NOT_FOUND', 'NOT_FOUND'],
  },
  {
    field: 'Query.payment',
    given: "the customer's payment",
    document: 'query ($id: ID!) { payment(paymentIntentId: $id) { id refunds { id } } }',
    variables: ({ paymentIntentId }) => ({ id: paymentIntentId }),
    answers: [nobody, 'ok', 'NOT_FOUND', 'ok', 'ok'],
  },
  {
    field: 'Query.refundQuote',
    given: "the customer's payment",
    document: 'query ($id: ID!) { refundQuote(paymentId: $id) { unspent refund { credits } } }',
    variables: ({ paymentIntentId }) => ({ id: paymentIntentId }),
    answers: adminOnly,
  },
  {
    field: 'Query.account',
    given: "the customer's account",
    document: 'query ($id: ID!) { account(id: $id) { id apiKeys { id } } }',
    variables: ({ accountId }) => ({ id: accountId }),
    answers: adminOnly,
  },
  {
    field: 'Query.accounts',
    given: 'nothing',
    document: 'query { accounts { nodes { id } } }',
    answers: adminOnly,
  },
  {
    field: 'Query.disputes',
    given: 'nothing',
    document: 'query { disputes { nodes { id stripePaymentIntentId } } }',
    answers: adminOnly,
  },
  {
    field: 'Query.disputes',
    given: "the customer's account",
    document: 'query ($id: ID!) { disputes(accountId: $id) { nodes { id } } }',
    variables: ({ accountId }) => ({ id: accountId }),
    answers: adminOnly,
  },
  {
    field: 'Query.fraudWarnings',
    given: 'nothing',
    document: 'query { fraudWarnings { nodes { id stripePaymentIntentId } } }',
    answers: adminOnly,
  },
  {
    field: 'Query.fraudWarnings',
    given: "the customer's account",
    document: 'query ($id: ID!) { fraudWarnings(accountId: $id) { nodes { id } } }',
    variables: ({ accountId }) => ({ id: accountId }),
    answers: adminOnly,
  },
  {
    field: 'Query.payment',
    given: "the customer's payment with its early fraud warnings",
    document: 'query ($id: ID!) { payment(paymentIntentId: $id) { fraudWarnings { id } } }',
    variables: ({ paymentIntentId }) => ({ id: paymentIntentId }),
    answers: [nobody, no, 'NOT_FOUND', no, 'ok'],
  },
  {
    field: 'Query.audit',
    given: "the customer's account",
    document: 'query ($id: ID!) { audit(accountId: $id) { nodes { sound findings { kind } } } }',
    variables: ({ accountId }) => ({ id: accountId }),
    answers: adminOnly,
  },
  {
    field: 'Query.audit',
    given: 'an unknown account',
    document: 'query { audit(accountId: "unknown") { nodes { sound } } }',
    answers: [nobody, no, no, no, 'NOT_FOUND'],
  },
  {
    field: 'Query.reconciliations',
    given: 'nothing',
    document: 'query { reconciliations { nodes { id differences { objectId } } } }',
    answers: adminOnly,
  },
  {
    field: 'Query.reconciliation',
    given: 'an unknown reconciliation',
    document: 'query { reconciliation(id: "00000000-0000-7000-8000-000000000000") { status } }',
    answers: [nobody, no, no, no, 'NOT_FOUND'],
  },
  {
    field: 'Query.auditLog',
    given: 'nothing',
    document: 'query { auditLog { nodes { id } } }',
    answers: adminOnly,
  },
  {
    field: 'Query.webhookEvent',
    given: 'an event',
    document: 'query ($id: ID!) { webhookEvent(id: $id) { id payload } }',
    variables: ({ eventId }) => ({ id: eventId }),
    answers: adminOnly,
  },
  {
    field: 'Query.webhookEvent',
    given: 'an unknown event',
    document: 'query { webhookEvent(id: "evt_unknown") { id } }',
    answers: [nobody, no, no, no, 'NOT_FOUND'],
  },
  {
    field: 'Query.webhookEvents',
    given: 'nothing',
    document: 'query { webhookEvents { nodes { id payload } } }',
    answers: adminOnly,
  },
  {
    field: 'Query.apiKeys',
    given: 'nothing',
    document: 'query { apiKeys { nodes { id } } }',
    answers: adminOnly,
  },
  {
    field: 'Query.rateCard',
    given: 'nothing',
    document: 'query { rateCard { nodes { id } } }',
    answers: [nobody, 'ok', 'ok', 'ok', 'ok'],
  },
  {
    field: 'Query.usageQuote',
    given: 'what the price is made of',
    document:
      'query { usageQuote(input: { provider: "openai", model: "gpt-4o", inputTokens: 1, outputTokens: 1 }) { rate { markupPercent } } }',
    answers: backendOnly,
  },
  {
    field: 'Query.usageQuote',
    given: 'a model that has a rate',
    document:
      'query { usageQuote(input: { provider: "openai", model: "gpt-4o", inputTokens: 1, outputTokens: 1 }) { credits } }',
    answers: [nobody, 'ok', 'ok', 'ok', 'ok'],
  },
  {
    field: 'Query.usageQuote',
    given: 'a model that has none',
    document:
      'query { usageQuote(input: { provider: "openai", model: "unknown", inputTokens: 1, outputTokens: 1 }) { credits } }',
    answers: [nobody, 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
  },
  {
    field: 'Query.rateVersions',
    given: 'a model that has a rate',
    document: 'query { rateVersions(provider: "openai", model: "gpt-4o") { nodes { id } } }',
    answers: adminOnly,
  },
  {
    field: 'Mutation.createPaymentIntent',
    given: 'a package on sale',
    document: 'mutation { createPaymentIntent(input: { creditAmount: 100 }) { clientSecret } }',
    answers: [nobody, 'ok', 'ok', no, no],
  },
  {
    field: 'Mutation.confirmPayment',
    given: "the customer's payment",
    document: 'mutation ($id: ID!) { confirmPayment(input: { paymentIntentId: $id }) { creditsAdded } }',
    variables: ({ paymentIntentId }) => ({ id: paymentIntentId }),
    answers: [nobody, 'ok', 'NOT_FOUND', no, no],
  },
  {
    field: 'Mutation.refund',
    given: "the customer's payment",
    document:
      'mutation ($id: ID!) { refund(input: { paymentIntentId: $id, amount: 100 }) { refund { id } } }',
    variables: ({ paymentIntentId }) => ({ id: paymentIntentId }),
    answers: adminOnly,
  },
  {
    field: 'Mutation.debitCredits',
    given: "the customer's account",
    document:
      'mutation ($id: ID!) { debitCredits(input: { accountId: $id, credits: 1, idempotencyKey: "d" }) { debited } }',
    variables: ({ accountId }) => ({ id: accountId }),
    answers: backendOnly,
  },
  {
    field: 'Mutation.holdCredits',
    given: "the customer's account",
    document:
      'mutation ($id: ID!) { holdCredits(input: { accountId: $id, credits: 1, idempotencyKey: "h" }) { hold { id } } }',
    variables: ({ accountId }) => ({ id: accountId }),
    answers: backendOnly,
  },
  {
    field: 'Mutation.extendHold',
    given: "the customer's hold",
    document:
      'mutation ($id: ID!, $holdId: ID!) { extendHold(input: { accountId: $id, holdId: $holdId, addSeconds: 1 }) { hold { id } } }',
    variables: ({ accountId, holdId }) => ({ id: accountId, holdId }),
    answers: backendOnly,
  },
  {
    field: 'Mutation.captureHold',
    given: "the customer's hold",
    document:
      'mutation ($id: ID!, $holdId: ID!) { captureHold(input: { accountId: $id, holdId: $holdId, credits: 1, finalCapture: false, idempotencyKey: "c" }) { hold { id } } }',
    variables: ({ accountId, holdId }) => ({ id: accountId, holdId }),
    answers: backendOnly,
  },
  {
    field: 'Mutation.releaseHold',
    given: "the customer's hold",
    document:
      'mutation ($id: ID!, $holdId: ID!) { releaseHold(input: { accountId: $id, holdId: $holdId }) { hold { id } } }',
    variables: ({ accountId, holdId }) => ({ id: accountId, holdId }),
    answers: backendOnly,
  },
  {
    field: 'Mutation.recordUsage',
    given: "the customer's account",
    document:
      'mutation ($id: ID!) { recordUsage(input: { records: [{ accountId: $id, credits: 1, idempotencyKey: "u" }] }) { refused } }',
    variables: ({ accountId }) => ({ id: accountId }),
    answers: backendOnly,
  },
  {
    field: 'Mutation.grantCredits',
    given: "the customer's account",
    document:
      'mutation ($id: ID!) { grantCredits(input: { accountId: $id, credits: 1, idempotencyKey: "g" }) { lot { id } } }',
    variables: ({ accountId }) => ({ id: accountId }),
    answers: adminOnly,
  },
  {
    field: 'Mutation.createAccount',
    given: 'a name',
    document: 'mutation { createAccount(input: { name: "Grace Hopper" }) { account { id } } }',
    answers: adminOnly,
  },
  {
    field: 'Mutation.eraseAccountData',
    given: 'an account of which nobody here has a key',
    document: 'mutation { eraseAccountData(input: { accountId: "demo" }) { revokedKeys } }',
    answers: adminOnly,
  },
  {
    field: 'Mutation.createApiKey',
    given: "the customer's account",
    document:
      'mutation ($id: ID!) { createApiKey(input: { role: CUSTOMER, accountId: $id, name: "more" }) { token } }',
    variables: ({ accountId }) => ({ id: accountId }),
    answers: adminOnly,
  },
  {
    field: 'Mutation.revokeApiKey',
    given: "a key of the customer's account",
    document: 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { revokedAt } } }',
    variables: ({ keyId }) => ({ id: keyId }),
    answers: adminOnly,
  },
  {
    field: 'Mutation.reconcile',
    given: 'nothing',
    document: 'mutation { reconcile { queued } }',
    answers: adminOnly,
  },
  {
    field: 'Mutation.replayWebhookEvent',
    given: 'an event',
    document: 'mutation ($id: ID!) { replayWebhookEvent(input: { id: $id }) { event { id } } }',
    variables: ({ eventId }) => ({ id: eventId }),
    answers: adminOnly,
  },
  {
    field: 'Mutation.setRate',
    given: 'a model',
    document: setRate('allowed'),
    answers: adminOnly,
  },
  {
    field: 'Mutation.retireRate',
    given: 'a model that has a rate',
    document:
      'mutation { retireRate(input: { provider: "openai", model: "gpt-4o", effectiveFrom: "2026-06-01T00:00:00Z", idempotencyKey: "r" }) { replayed } }',
    answers: adminOnly,
  },
];

let service: TestService;
let world: World;
let clients: Record<Caller, GraphQLClient>;
let customer: TestCustomer;
let stranger: TestCustomer;

beforeAll(async () => {
  service = await startTestService();
  const { anonymous, service: gateway, admin } = clientsOf(service.url);
  customer = await newCustomer(service);
  stranger = await newCustomer(service);
  clients = { anonymous, customer: customer.client, stranger: stranger.client, service: gateway, admin };
  const { accountId } = customer;
  const paymentIntentId = await purchase(service, customer, 500);
  const input = { role: 'CUSTOMER', accountId, name: 'to be revoked' } as const;
  const { createApiKey } = await admin.request(createApiKeyMutation, { input });
  await admin.request(setRate('first'));
  const held = await gateway.request(holdCreditsMutation, {
    input: { accountId, credits: '10', idempotencyKey: 'world' },
  });
  const holdId = held.holdCredits.hold.id;
  await service.settle();
  const eventId = service.sandbox.events().find(({ type }) => type === 'payment_intent.succeeded')?.id ?? '';
  world = { accountId, paymentIntentId, holdId, keyId: createApiKey.apiKey.id, eventId };
});
afterAll(() => service.close());

interface Failure {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** The one error that a request is answered with; null where there is none. */
async function failureOf(request: Promise<unknown>): Promise<Failure | null> {
  try {
    await request;
    return null;
  } catch (error) {
    const [first, ...others] = error instanceof ClientError ? (error.response.errors ?? []) : [];
    if (!first || others.length > 0) throw error;
    return { message: first.message, extensions: { ...first.extensions } };
  }
}

describe('the table', () => {
  it('has every field of Query and Mutation, and no others', () => {
    const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
    const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}).map((field) => `${type?.name}.${field}`),
    );
    expect([...new Set(table.map(({ field }) => field))].sort()).toEqual(fields.sort());
    expect(schema.getSubscriptionType()).toBeUndefined();
  });

  const cells = table.flatMap(({ field, given, document, variables, answers }) =>
    callers.map((caller, i) => ({ field, given, caller, document, variables, answer: answers[i] })),
  );

  it.each(cells)(
    '$field with $given answers $caller: $answer',
    async ({ document, variables, caller, answer }) => {
      const failure = await failureOf(clients[caller].request(document, variables?.(world)));
      expect(failure?.extensions.code ?? 'ok').toBe(answer);
    },
  );
});

describe('what belongs to another account', () => {
  const unknownIntent = 'pi_1234567890abcdefghijklmn';

  it.each(['Query.payment', 'Mutation.confirmPayment'])(
    'is to %s as if it did not exist, and Stripe is not asked',
    async (field) => {
      const row = table.find((candidate) => candidate.field === field);
      const document = row?.document ?? '';
      // The reconciliation that the table asked for calls Stripe in a job.
      await service.settle();
      const asked = service.sandbox.requests().length;
      const foreign = await failureOf(clients.stranger.request(document, { id: world.paymentIntentId }));
      const unknown = await failureOf(clients.stranger.request(document, { id: unknownIntent }));
      expect(foreign).toEqual({ message: 'Payment not found.', extensions: { code: 'NOT_FOUND' } });
      expect(unknown).toEqual(foreign);
      expect(service.sandbox.requests()).toHaveLength(asked);
    },
  );

  it.each([
    'balance(accountId: $id) { available }',
    'billingHistory(accountId: $id) { nodes { id } }',
    'ledgerEntries(accountId: $id) { nodes { id } }',
    'usage(from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z", accountId: $id) { total { credits } }',
  ])('is refused to %s like what does not exist', async (field) => {
    const document = `query ($id: ID!) { ${field} }`;
    const foreign = await failureOf(clients.stranger.request(document, { id: world.accountId }));
    const unknown = await failureOf(clients.stranger.request(document, { id: 'unknown' }));
    expect(foreign).toEqual({
      message: 'A customer key sees its own account only.',
      extensions: { code: 'FORBIDDEN' },
    });
    expect(unknown).toEqual(foreign);
  });

  it.each(['extendHold', 'captureHold', 'releaseHold'])('is to %s as if it did not exist', async (field) => {
    const row = table.find((candidate) => candidate.field === `Mutation.${field}`);
    const ask = (holdId: string) =>
      failureOf(clients.service.request(row?.document ?? '', { id: stranger.accountId, holdId }));
    const foreign = await ask(world.holdId);
    expect(foreign).toEqual({ message: 'Hold not found.', extensions: { code: 'NOT_FOUND' } });
    expect(await ask('00000000-0000-7000-8000-000000000001')).toEqual(foreign);
  });

  it('does not show through a cursor of it', async () => {
    for (const [i, { accountId }] of [customer, stranger].entries()) {
      const input = { accountId, credits: '5', idempotencyKey: `cursor-${i}` };
      await service.clients.admin.request(
        'mutation ($input: GrantCreditsInput!) { grantCredits(input: $input) { lot { id } } }',
        { input },
      );
    }
    await service.clients.service.request(debitCreditsMutation, {
      input: { accountId: customer.accountId, credits: '1', idempotencyKey: 'newest' },
    });
    const own = await customer.client.request(historyQuery, { first: 1 });
    const cursor = own.billingHistory.pageInfo.endCursor;
    expect(cursor).not.toBeNull();
    const seen = await stranger.client.request(historyQuery, { after: cursor });
    expect(seen.billingHistory.nodes).not.toEqual([]);
    for (const { id } of seen.billingHistory.nodes) expect(id).toMatch(`${stranger.accountId}/`);
  });

  it('is not paid for with an idempotency key that another account used', async () => {
    const document =
      'mutation { createPaymentIntent(input: { creditAmount: 100, idempotencyKey: "shared" }) { paymentIntentId } }';
    const [theirs, ours] = await Promise.all([
      clients.customer.request<{ createPaymentIntent: { paymentIntentId: string } }>(document),
      clients.stranger.request<{ createPaymentIntent: { paymentIntentId: string } }>(document),
    ]);
    expect(ours.createPaymentIntent.paymentIntentId).not.toBe(theirs.createPaymentIntent.paymentIntentId);
  });
});

describe('keys', () => {
  it('are shown to support alone, also below what customers may see', async () => {
    const document = 'query { me { account { apiKeys { prefix } } } }';
    expect((await failureOf(clients.customer.request(document)))?.extensions.code).toBe('FORBIDDEN');
    const nested = 'query ($id: ID!) { account(id: $id) { apiKeys { prefix } } }';
    expect(await failureOf(clients.admin.request(nested, { id: world.accountId }))).toBeNull();
  });

  it.each([
    ['an unknown key', 'ubk_00000000_00000000000000000000000000000000'],
    ['a key of another shape', 'sk_test_sandbox'],
  ])('are refused alike for what is public: %s', async (_case, key) => {
    const failure = await failureOf(
      clientWithKey(service.url, key).request('query { creditPackages { id } }'),
    );
    expect(failure).toEqual({
      message: 'Send a valid API key as "Authorization: Bearer <API key>".',
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });

  it('stop working when they are revoked', async () => {
    const { accountId } = stranger;
    const { createApiKey } = await service.clients.admin.request(createApiKeyMutation, {
      input: { role: 'CUSTOMER', accountId, name: 'short-lived' },
    });
    const client = clientWithKey(service.url, createApiKey.token);
    await expect(client.request('query { me { role } }')).resolves.toEqual({ me: { role: 'CUSTOMER' } });
    await service.clients.admin.request(
      'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }',
      { id: createApiKey.apiKey.id },
    );
    expect((await failureOf(client.request('query { me { role } }')))?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
  });
});
