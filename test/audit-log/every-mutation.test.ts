import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { auditLogOf } from '../support/audit-log.js';
import { holdCreditsMutation } from '../support/holds.js';
import { createApiKeyMutation } from '../support/operations.js';
import { newCustomer, pay, purchase, startPurchase, type TestCustomer } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';

interface World {
  readonly accountId: string;
  /** An account of its own, for what its customer does not survive. */
  readonly otherId: string;
  readonly paidIntentId: string;
  readonly creditedIntentId: string;
  readonly keyId: string;
  readonly eventId: string;
}

interface Audited {
  readonly by: 'admin' | 'customer';
  readonly document: string;
  readonly variables: (world: World) => Record<string, unknown>;
  readonly action: string;
}

const rate = 'provider: "openai", model: "gpt-4o"';

/** Every mutation that the audit log records, with input that it does its work on. In this order. */
const audited: Readonly<Record<string, Audited>> = {
  createAccount: {
    by: 'admin',
    document: 'mutation { createAccount(input: { name: "Grace Hopper" }) { account { id } } }',
    variables: () => ({}),
    action: 'ACCOUNT_CREATE',
  },
  createApiKey: {
    by: 'admin',
    document: 'mutation { createApiKey(input: { role: SERVICE, name: "more" }) { token } }',
    variables: () => ({}),
    action: 'API_KEY_CREATE',
  },
  revokeApiKey: {
    by: 'admin',
    document: 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }',
    variables: ({ keyId }) => ({ id: keyId }),
    action: 'API_KEY_REVOKE',
  },
  createPaymentIntent: {
    by: 'customer',
    document: 'mutation { createPaymentIntent(input: { creditAmount: 100 }) { paymentIntentId } }',
    variables: () => ({}),
    action: 'PAYMENT_CREATE',
  },
  confirmPayment: {
    by: 'customer',
    document: 'mutation ($id: ID!) { confirmPayment(input: { paymentIntentId: $id }) { creditsAdded } }',
    variables: ({ paidIntentId }) => ({ id: paidIntentId }),
    action: 'PAYMENT_SETTLE',
  },
  refund: {
    by: 'admin',
    document:
      'mutation ($id: ID!) { refund(input: { paymentIntentId: $id, amount: 100 }) { refund { id } } }',
    variables: ({ creditedIntentId }) => ({ id: creditedIntentId }),
    action: 'REFUND_CREATE',
  },
  grantCredits: {
    by: 'admin',
    document:
      'mutation ($id: ID!) { grantCredits(input: { accountId: $id, credits: 1, idempotencyKey: "g" }) { lot { id } } }',
    variables: ({ accountId }) => ({ id: accountId }),
    action: 'CREDITS_GRANT',
  },
  setRate: {
    by: 'admin',
    document: `mutation { setRate(input: { ${rate}, inputPricePer1K: "0.25", outputPricePer1K: "1", idempotencyKey: "s" }) { replayed } }`,
    variables: () => ({}),
    action: 'RATE_SET',
  },
  replayWebhookEvent: {
    by: 'admin',
    document: 'mutation ($id: ID!) { replayWebhookEvent(input: { id: $id }) { event { id } } }',
    variables: ({ eventId }) => ({ id: eventId }),
    action: 'EVENT_REPLAY',
  },
  retireRate: {
    by: 'admin',
    document: `mutation { retireRate(input: { ${rate}, idempotencyKey: "r" }) { replayed } }`,
    variables: () => ({}),
    action: 'RATE_RETIRE',
  },
  eraseAccountData: {
    by: 'admin',
    document: 'mutation ($id: ID!) { eraseAccountData(input: { accountId: $id }) { revokedKeys } }',
    variables: ({ otherId }) => ({ id: otherId }),
    action: 'ACCOUNT_ERASE',
  },
};

const inTheJournal = 'The gateway does it for each call to a model; the journal records it, hash-chained.';

/** Every other mutation, with the reason why the audit log does without it. */
const exempt: Readonly<Record<string, string>> = {
  debitCredits: inTheJournal,
  recordUsage: inTheJournal,
  holdCredits: inTheJournal,
  extendHold: inTheJournal,
  captureHold: inTheJournal,
  releaseHold: inTheJournal,
  reconcile: 'It asks for a run, whose report keeps who asked, what differed and what was healed.',
};

let service: TestService;
let customer: TestCustomer;
let world: World;
beforeAll(async () => {
  // Without jobs nobody acts on webhooks, so that the payment is left to be confirmed.
  service = await startTestService({ config: { jobs: { concurrency: 0 } } });
  customer = await newCustomer(service);
  const { accountId } = customer;
  const other = await newCustomer(service);
  const creditedIntentId = await purchase(service, customer, 500);
  const paid = await startPurchase(customer, 100);
  await pay(service, paid);
  const { createApiKey } = await service.clients.admin.request(createApiKeyMutation, {
    input: { role: 'CUSTOMER', accountId, name: 'to be revoked' },
  });
  const keyId = createApiKey.apiKey.id;
  const paidIntentId = paid.paymentIntentId;
  await service.sandbox.flush();
  const eventId = service.sandbox.events()[0]?.id ?? '';
  world = { accountId, otherId: other.accountId, paidIntentId, creditedIntentId, keyId, eventId };
});
afterAll(() => service.close());

describe('every mutation', () => {
  it('is audited, or left out for a reason', () => {
    const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
    const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
    expect([...Object.keys(audited), ...Object.keys(exempt)].sort()).toEqual(mutations.sort());
  });

  it.each(Object.entries(audited))(
    'leaves an entry when it is done: %s',
    async (_mutation, { by, document, variables, action }) => {
      const client = by === 'admin' ? service.clients.admin : customer.client;
      const before = await auditLogOf(service, { action: action as never });
      const requestId = `test-${action}`;
      const headers = { 'x-request-id': requestId };
      await client.request({ document, variables: variables(world), requestHeaders: headers });
      const after = await auditLogOf(service, { action: action as never });
      const [entry] = after;
      expect(after).toHaveLength(before.length + 1);
      expect(entry).toMatchObject({ action, requestId, actor: { kind: 'API_KEY', role: by.toUpperCase() } });
      expect(entry?.actor.keyId).not.toBeNull();
    },
  );

  it('of the gateway leaves none', async () => {
    const before = await auditLogOf(service);
    await service.clients.service.request(holdCreditsMutation, {
      input: { accountId: world.accountId, credits: '1', idempotencyKey: 'hold' },
    });
    expect(await auditLogOf(service)).toEqual(before);
  });
});
