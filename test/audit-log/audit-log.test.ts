import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditActionNames } from '../../src/audit-log/actions.js';
import { auditLogStore } from '../../src/audit-log/audit-log.store.js';
import { auditLogOf, auditLogQuery } from '../support/audit-log.js';
import { clientWithKey, expectCode } from '../support/client.js';
import { disputeOf } from '../support/dispute.js';
import type { AuditLogQuery } from '../support/generated/graphql.js';
import { createApiKeyMutation, grantCreditsMutation } from '../support/operations.js';
import { executed, openPlanner, rowsRead } from '../support/plans.js';
import { newCustomer, pay, purchase, startPurchase, type TestCustomer } from '../support/purchase.js';
import { refund } from '../support/refund.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';

type Page = AuditLogQuery['auditLog'];

let service: TestService;
let customer: TestCustomer;
beforeAll(async () => {
  service = await startTestService();
  customer = await newCustomer(service);
});
afterAll(() => service.close());

const grant = (accountId: string, idempotencyKey: string, more: object = {}) =>
  service.clients.admin.request(grantCreditsMutation, {
    input: { accountId, credits: '5', idempotencyKey, ...more },
  });

describe('an entry', () => {
  it('says who did what to what, why, and what it changed', async () => {
    const { accountId } = await newCustomer(service, { name: 'Grace', email: 'grace@example.com' });
    const { lot } = (await grant(accountId, 'sorry', { note: 'for the outage' })).grantCredits;
    const [granted, key, account] = await auditLogOf(service, { accountId });
    expect(granted).toMatchObject({
      action: 'CREDITS_GRANT',
      actor: { kind: 'API_KEY', role: 'ADMIN' },
      accountId,
      targetType: 'CREDIT_LOT',
      targetId: lot.id,
      note: 'for the outage',
      idempotencyKeyHash: createHash('sha256').update('sorry').digest('hex'),
      before: null,
      after: { credits: '5', source: 'PROMOTION', priority: 10 },
      erased: false,
      createdAt: service.clock.now().toISOString(),
    });
    expect(key).toMatchObject({ action: 'API_KEY_CREATE', targetType: 'API_KEY', after: { name: 'test' } });
    expect(account).toMatchObject({
      action: 'ACCOUNT_CREATE',
      targetId: accountId,
      after: { name: 'Grace', email: 'grace@example.com' },
      note: null,
      idempotencyKeyHash: null,
    });
  });

  it('tells what customers, support and Stripe did to a payment, in their order', async () => {
    const buyer = await newCustomer(service);
    const paymentIntentId = await purchase(service, buyer, 100);
    await refund(service, paymentIntentId, { amount: 100, note: 'asked on the phone' });
    await dashboard(service.sandbox).refunds.create({ payment_intent: paymentIntentId, amount: 200 });
    await service.settle();
    const entries = await auditLogOf(service, { accountId: buyer.accountId });
    const told = entries.map(({ action, actor, before, after }) => [
      action,
      actor.role ?? actor.kind,
      before?.status,
      after?.status ?? after?.amount,
    ]);
    const made = told.slice(0, -2).reverse();
    expect(made.slice(0, 1)).toEqual([['PAYMENT_CREATE', 'CUSTOMER', undefined, '1000']]);
    // Stripe's webhook may be faster than the browser.
    expect([
      ['PAYMENT_SETTLE', 'CUSTOMER', 'REQUIRES_PAYMENT', 'SUCCEEDED'],
      ['PAYMENT_SETTLE', 'STRIPE', 'REQUIRES_PAYMENT', 'SUCCEEDED'],
    ]).toContainEqual(made[1]);
    expect(made.slice(2)).toEqual([
      ['REFUND_CREATE', 'ADMIN', undefined, '100'],
      ['REFUND_SETTLE', 'STRIPE', 'PENDING', 'SUCCEEDED'],
      ['REFUND_ADOPT', 'STRIPE', undefined, 'SUCCEEDED'],
    ]);
    expect(entries.find(({ action }) => action === 'REFUND_CREATE')?.note).toBe('asked on the phone');
  });

  it('tells what a dispute froze, returned or lost', async () => {
    const buyer = await newCustomer(service);
    const disputed = await disputeOf(service, await purchase(service, buyer, 100));
    await service.settle();
    service.sandbox.loseDispute(disputed.id);
    await service.settle();
    const won = await disputeOf(service, await purchase(service, buyer, 500));
    await service.settle();
    service.sandbox.winDispute(won.id);
    await service.settle();
    const entries = await auditLogOf(service, { accountId: buyer.accountId });
    const ofDisputes = entries.filter(({ targetType }) => targetType === 'DISPUTE').reverse();
    const standing = (status: string, fundsWithdrawn: string, credits: string, writtenOff = false) => ({
      status,
      fundsWithdrawn,
      credits,
      writtenOff,
    });
    const frozen = [
      standing('NEEDS_RESPONSE', '1000', '100'),
      standing('NEEDS_RESPONSE', '4500', '500'),
    ] as const;
    expect(ofDisputes.map(({ action, before, after }) => ({ action, before, after }))).toEqual([
      { action: 'DISPUTE_OPEN', before: null, after: expect.objectContaining(frozen[0]) },
      { action: 'DISPUTE_SETTLE', before: frozen[0], after: standing('LOST', '1000', '100', true) },
      { action: 'DISPUTE_OPEN', before: null, after: expect.objectContaining(frozen[1]) },
      { action: 'DISPUTE_SETTLE', before: frozen[1], after: standing('WON', '0', '0') },
    ]);
    expect(ofDisputes[0]?.after).toMatchObject({ stripeDisputeId: disputed.id, reason: 'fraudulent' });
    expect(ofDisputes.map(({ actor }) => actor.kind)).toEqual(Array(4).fill('STRIPE'));
  });

  it('stands for a change: neither what is refused nor what is repeated leaves one', async () => {
    const { accountId } = await newCustomer(service);
    await grant(accountId, 'once');
    const before = await auditLogOf(service);
    await grant(accountId, 'once');
    await expectCode(grant(accountId, 'once', { credits: '6' }), 'IDEMPOTENCY_KEY_REUSED');
    await expectCode(grant('nobody', 'first'), 'NOT_FOUND');
    const past = new Date(service.clock.now().getTime() - 1_000).toISOString();
    await expectCode(grant(accountId, 'late', { expiresAt: past }), 'BAD_USER_INPUT');
    expect(await auditLogOf(service)).toEqual(before);
  });

  it('holds no secrets', async () => {
    const input = { role: 'CUSTOMER', accountId: customer.accountId, name: 'secret' } as const;
    const { token } = (await service.clients.admin.request(createApiKeyMutation, { input })).createApiKey;
    const intent = await startPurchase(customer, 100, 'my-key');
    await pay(service, intent);
    await service.settle();
    const rows = await service.database.query<{ text: string }>(
      `select e::text || p::text as text from audit_log e left join audit_log_personal p on p.entry_id = e.id
       union all select e::text from audit_log e`,
    );
    const text = JSON.stringify(rows);
    const hash = createHash('sha256').update(token).digest('hex');
    for (const secret of [token, hash, intent.clientSecret, 'my-key']) expect(text).not.toContain(secret);
  });
});

describe('auditLog', () => {
  it('is walked in pages, each entry once, while others arrive', async () => {
    const { accountId } = await newCustomer(service);
    for (let i = 0; i < 5; i++) await grant(accountId, `page-${i}`);
    const all = await auditLogOf(service, { accountId });
    const pageAfter = async (after: string | null): Promise<Page> => {
      const variables = { first: 3, after, filter: { accountId } };
      return (await service.clients.admin.request(auditLogQuery, variables)).auditLog;
    };
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { nodes, pageInfo }: Page = await pageAfter(after);
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      seen.push(...nodes.map(({ id }) => id));
      after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
      await grant(accountId, `meanwhile-${seen.length}`);
    } while (after !== null);
    expect(seen).toEqual(all.map(({ id }) => id));
  });

  it('is filtered by key, action and time, all of which must hold', async () => {
    const input = { role: 'ADMIN', name: 'colleague' } as const;
    const { token, apiKey } = (await service.clients.admin.request(createApiKeyMutation, { input }))
      .createApiKey;
    const colleague = clientWithKey(service.url, token);
    const { accountId } = customer;
    const grantAs = (idempotencyKey: string) =>
      colleague.request(grantCreditsMutation, { input: { accountId, credits: '1', idempotencyKey } });
    await grantAs('early');
    service.clock.advance(60_000);
    const from = service.clock.now().toISOString();
    await grantAs('then');
    await colleague.request(createApiKeyMutation, { input: { role: 'SERVICE', name: 'gateway' } });
    service.clock.advance(60_000);
    const to = service.clock.now().toISOString();
    await grantAs('late');

    const actorKeyId = apiKey.id;
    expect(await auditLogOf(service, { actorKeyId })).toHaveLength(4);
    expect(await auditLogOf(service, { actorKeyId, from, to })).toHaveLength(2);
    const filter = { actorKeyId, from, to, accountId, action: 'CREDITS_GRANT' } as const;
    expect(await auditLogOf(service, filter)).toMatchObject([{ createdAt: from, action: 'CREDITS_GRANT' }]);
    expect(await auditLogOf(service, { ...filter, accountId: 'nobody' })).toEqual([]);
  });

  it('refuses cursors of other lists, and filters that are none', async () => {
    const ask = (variables: object) => service.clients.admin.request(auditLogQuery, variables as never);
    const cursor = Buffer.from('["apiKeys",1,"x"]').toString('base64url');
    await expectCode(ask({ after: cursor }), 'BAD_USER_INPUT');
    await expectCode(ask({ first: 101 }), 'BAD_USER_INPUT');
    await expectCode(ask({ filter: { actorKeyId: 'no-uuid' } }), 'BAD_USER_INPUT');
    await expectCode(ask({ filter: { accountId: 'x'.repeat(65) } }), 'BAD_USER_INPUT');
  });
});

describe('the table', () => {
  it.each([
    ['changing an entry', "update audit_log set action = 'X'"],
    ['deleting an entry', 'delete from audit_log'],
    ['emptying the log', 'truncate audit_log'],
    ['changing what is personal', "update audit_log_personal set note = 'x'"],
    ['emptying what is personal', 'truncate audit_log_personal'],
  ])('refuses %s', async (_what, sql) => {
    await expect(service.database.query(sql)).rejects.toThrow(/append-only/);
  });

  it('is read along an index, whatever is asked', async () => {
    const { query, url } = service.database;
    await query(
      `insert into audit_log (id, created_at, actor_kind, actor_key_id, actor_role, request_id, action, account_id,
         target_type, target_id, has_personal)
       select gen_random_uuid(), '2025-01-01'::timestamptz + n * interval '1 minute', 'API_KEY',
         ('00000000-0000-7000-8000-' || lpad((n % 50)::text, 12, '0'))::uuid, 'ADMIN', 'r', ($1::text[])[1 + n % $2::int],
         'acct-' || n % 100, 'ACCOUNT', 'x', false from generate_series(1, 20000) n`,
      [auditActionNames, auditActionNames.length],
    );
    await query('vacuum analyze audit_log, audit_log_personal');
    const none = { accountId: null, actorKeyId: null, action: null, from: null, to: null };
    const before = { at: new Date('2025-01-10T00:00:00.000Z'), seq: 0n };
    const limit = 21;
    const planner = await openPlanner(url, 'force_custom_plan');
    const sql: typeof planner.sql = {
      ...planner.sql,
      query: (statement, values) => planner.sql.query({ ...statement, name: 'page' }, values),
    };
    try {
      for (const filter of [
        {},
        { accountId: 'acct-7' },
        { actorKeyId: '00000000-0000-7000-8000-000000000007' },
        { action: 'CREDITS_GRANT' as const },
        { from: new Date('2025-01-02'), to: new Date('2025-01-09') },
      ]) {
        for (const place of [null, before]) {
          const found = await auditLogStore.page(sql, { ...none, ...filter, before: place, limit });
          expect(found).toHaveLength(limit);
          const [plan] = planner.takePlans();
          if (!plan) throw new Error('There is no plan.');
          const scans = executed(plan).filter((node) => node['Relation Name'] === 'audit_log');
          expect(scans.map((node) => node['Node Type'])).toEqual(['Index Scan']);
          expect(executed(plan).map((node) => node['Node Type'])).not.toContain('Sort');
          // One action among a few is found as well by walking back in time.
          expect(rowsRead(plan)).toBeLessThan((auditActionNames.length + 3) * limit);
        }
      }
    } finally {
      await planner.close();
    }
  });
});
