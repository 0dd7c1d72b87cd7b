import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClientError } from 'graphql-request';
import { auditLogOf, booksAuditQuery, eraseMutation } from '../support/audit-log.js';
import { expectCode } from '../support/client.js';
import {
  balanceQuery,
  createPaymentIntentMutation,
  debitCreditsMutation,
  grantCreditsMutation,
} from '../support/operations.js';
import { newCustomer, pay, purchase, startPurchase, type TestCustomer } from '../support/purchase.js';
import { refund } from '../support/refund.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';

const name = 'Zebulon Quartermaine';
const email = 'zebulon.quartermaine@example.com';

let service: TestService;
let customer: TestCustomer;
/** Somebody who does everything that leaves data. */
beforeAll(async () => {
  service = await startTestService();
  const { admin, service: gateway } = service.clients;
  customer = await newCustomer(service, { name, email });
  const { accountId } = customer;
  const paid = await purchase(service, customer, 500);
  await pay(service, await startPurchase(customer, 100), 'pm_card_chargeDeclined');
  await startPurchase(customer, 100);
  await refund(service, paid, { amount: 100, note: `${name} called` });
  await dashboard(service.sandbox).refunds.create({ payment_intent: paid, amount: 200 });
  await gateway.request(debitCreditsMutation, {
    input: { accountId, credits: '7', idempotencyKey: 'call', metadata: { model: 'gpt-4o' } },
  });
  await admin.request(grantCreditsMutation, {
    input: { accountId, credits: '3', idempotencyKey: 'gift', note: 'for the outage' },
  });
  await admin.request(
    `mutation ($id: ID!) { createApiKey(input: { role: CUSTOMER, accountId: $id, name: "${name}'s laptop" }) { token } }`,
    { id: accountId },
  );
  await service.settle();
});
afterAll(() => service.close());

/** Where any of the texts stands in the database, in any column of any table. */
async function traces(texts: readonly string[]): Promise<string[]> {
  const { query } = service.database;
  const tables = await query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const table of tables) {
    const rows = await query<{ row: string }>(`select t::text as row from ${table.name} t`);
    for (const { row } of rows) {
      const text = row.toLowerCase();
      if (texts.some((trace) => text.includes(trace.toLowerCase()))) found.push(`${table.name}: ${row}`);
    }
  }
  return found;
}

const audit = async () =>
  (await service.clients.admin.request(booksAuditQuery, { accountId: customer.accountId })).audit.nodes[0];

describe('erasing the data of an account', () => {
  const parts = ['zebulon', 'quartermaine'];

  it('leaves no trace of a name or an address in any table, and the books as they were', async () => {
    const { accountId } = customer;
    const { admin } = service.clients;
    // Otherwise this would prove nothing.
    const before = await traces(parts);
    for (const table of [
      'accounts',
      'api_keys',
      'payments',
      'refunds',
      'stripe_customers',
      'audit_log_personal',
    ])
      expect(before).toContainEqual(expect.stringMatching(new RegExp(`^public\\.${table}: `)));
    const balance = await admin.request(balanceQuery, { accountId });
    const soundBefore = await audit();

    const { eraseAccountData: erased } = await admin.request(eraseMutation, { accountId });

    expect(erased).toMatchObject({
      account: { id: accountId, name: '(erased)', email: null, erasedAt: service.clock.now().toISOString() },
      revokedKeys: 2,
      stripeCustomerId: expect.stringMatching(/^cus_/),
    });
    expect(erased.erasedAuditEntries).toBeGreaterThanOrEqual(4);
    expect(await traces(parts)).toEqual([]);
    expect(await admin.request(balanceQuery, { accountId })).toEqual(balance);
    expect(soundBefore).toMatchObject({ sound: true, findings: [] });
    expect(await audit()).toEqual(soundBefore);
  });

  it('is itself on record, and the entries stay without what was personal', async () => {
    const { accountId } = customer;
    const [erasure, ...others] = await auditLogOf(service, { accountId });
    expect(erasure).toMatchObject({
      action: 'ACCOUNT_ERASE',
      targetId: accountId,
      after: { revokedKeys: 2 },
    });
    const created = others.find(({ action }) => action === 'ACCOUNT_CREATE');
    expect(created).toMatchObject({ erased: true, after: null, note: null });
    const granted = others.find(({ action }) => action === 'CREDITS_GRANT');
    expect(granted).toMatchObject({ erased: true, note: null, after: { credits: '3' } });
    expect(others.find(({ action }) => action === 'PAYMENT_CREATE')).toMatchObject({ erased: false });
  });

  it('locks the customer out', async () => {
    const answer = await customer.client.request(balanceQuery, {}).catch((error: unknown) => error);
    expect(answer).toBeInstanceOf(ClientError);
    expect((answer as ClientError).response.status).toBe(401);
  });

  it('leaves other accounts alone, and does no harm when repeated', async () => {
    const other = await newCustomer(service, { name: 'Grace Hopper', email: 'grace@example.com' });
    const { admin } = service.clients;
    const repeated = await admin.request(eraseMutation, { accountId: customer.accountId });
    expect(repeated.eraseAccountData).toMatchObject({ revokedKeys: 0, erasedAuditEntries: 0 });
    expect(await traces(['grace hopper'])).not.toEqual([]);
    await other.client.request(balanceQuery, {});
    await expectCode(admin.request(eraseMutation, { accountId: 'nobody' }), 'NOT_FOUND');
  });

  it('does not lose against a purchase that is being begun', async () => {
    const racers = 12;
    for (let i = 0; i < racers; i++) {
      const racer = await newCustomer(service, {
        name: `Persephone ${i}`,
        email: `persephone${i}@example.com`,
      });
      const buying = Array.from({ length: 4 }, () =>
        racer.client.request(createPaymentIntentMutation, { input: { creditAmount: 100 } }).catch(() => null),
      );
      await service.clients.admin.request(eraseMutation, { accountId: racer.accountId });
      await Promise.all(buying);
    }
    await service.settle();
    expect(await traces(['persephone'])).toEqual([]);
  });
});

it('keeps who a person is out of the inbox from the start', async () => {
  const [event] = await service.database.query<{ payload: string }>(
    "select payload::text as payload from webhook_events where type = 'payment_intent.succeeded' limit 1",
  );
  expect(event?.payload).toContain('"metadata"');
  const keys = await service.database.query(
    `select id from webhook_events where payload::text ~ '"(receipt_email|billing_details|email|name|phone|address)":'`,
  );
  expect(keys).toEqual([]);
});
