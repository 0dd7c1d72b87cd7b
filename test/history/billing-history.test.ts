import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { gql } from 'graphql-request';
import { TestAccount } from '../credits/account.js';
import { expectCode } from '../support/client.js';
import type { BillingHistoryQueryVariables } from '../support/generated/graphql.js';
import { expectSoundBooks } from '../support/invariants.js';
import {
  debitCreditsMutation,
  grantCreditsMutation,
  historyQuery,
  paymentQuery,
} from '../support/operations.js';
import { newCustomer, pay, purchase, startPurchase, type TestCustomer } from '../support/purchase.js';
import { refund } from '../support/refund.js';
import { startTestService, type TestService } from '../support/service.js';

let service: TestService;
let customer: TestCustomer;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  customer = await newCustomer(service);
});
afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

const page = async (variables: BillingHistoryQueryVariables = {}, { client } = customer) =>
  (await client.request(historyQuery, variables)).billingHistory;
let calls = 0;
const grant = async (credits: string) => {
  calls += 1;
  await service.clients.admin.request(grantCreditsMutation, {
    input: { accountId: customer.accountId, credits, idempotencyKey: `call ${calls}` },
  });
};
const debit = async (credits: string) => {
  calls += 1;
  await service.clients.service.request(debitCreditsMutation, {
    input: { accountId: customer.accountId, credits, idempotencyKey: `call ${calls}` },
  });
};
const creditsOf = ({ nodes }: Awaited<ReturnType<typeof page>>) => nodes.map(({ credits }) => credits);

describe('billingHistory', () => {
  it('is empty at first', async () => {
    expect(await page()).toEqual({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  it('tells of everything, newest first, with signed credits and money', async () => {
    const declined = await startPurchase(customer, 100);
    await pay(service, declined, 'pm_card_chargeDeclined');
    await service.settle();
    const id = await purchase(service, customer, 500, 'pm_card_refundFail');
    await grant('20');
    await debit('0.5');
    const { refund: made } = await refund(service, id, { amount: 900 });
    service.clock.advance(1000);
    service.sandbox.failRefund(made.stripeRefundId ?? '');
    await service.settle();

    const nothing = { stripePaymentIntentId: null, stripeRefundId: null, money: null };
    const usd = (amount: number, formatted: string) => ({ amount, currency: 'USD', formatted });
    const { nodes, edges } = await page();
    expect(nodes).toEqual(
      [
        {
          type: 'REFUND_FAILED',
          description: 'Refund of $9.00 failed; 100 credits returned',
          credits: '100',
          money: usd(900, '$9.00'),
          stripePaymentIntentId: id,
          stripeRefundId: made.stripeRefundId,
        },
        {
          type: 'REFUND',
          description: 'Refund of $9.00 for 100 credits',
          credits: '-100',
          money: usd(-900, '-$9.00'),
          stripePaymentIntentId: id,
          stripeRefundId: made.stripeRefundId,
        },
        { ...nothing, type: 'USAGE', description: 'Usage', credits: '-0.5' },
        { ...nothing, type: 'GRANT', description: 'Granted 20 credits', credits: '20' },
        {
          type: 'PURCHASE',
          description: 'Purchased 500 credits',
          credits: '500',
          money: usd(4500, '$45.00'),
          stripePaymentIntentId: id,
          stripeRefundId: null,
        },
        {
          ...nothing,
          type: 'PAYMENT_FAILED',
          description: 'Payment of $10.00 for 100 credits failed: Your card was declined.',
          credits: '0',
          stripePaymentIntentId: declined.paymentIntentId,
        },
      ].map((entry) => ({ ...entry, id: expect.any(String), createdAt: expect.any(String) })),
    );
    expect(new Set(nodes.map((node) => node.id)).size).toBe(nodes.length);
    expect(edges.map(({ node }) => node.id)).toEqual(nodes.map((node) => node.id));
    expect(
      new Date(nodes[0]?.createdAt ?? '').getTime() - new Date(nodes[1]?.createdAt ?? '').getTime(),
    ).toBe(1000);
  });

  it('comes in pages that stay what they were while entries arrive', async () => {
    for (const credits of ['1', '2', '3', '4', '5', '6', '7']) await grant(credits);
    const first = await page({ first: 3 });
    expect(creditsOf(first)).toEqual(['7', '6', '5']);
    expect(first.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: first.edges[0]?.cursor,
      endCursor: first.edges[2]?.cursor,
    });
    await grant('8');
    const second = await page({ first: 3, after: first.pageInfo.endCursor });
    expect(creditsOf(second)).toEqual(['4', '3', '2']);
    expect(second.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    await grant('9');
    const third = await page({ first: 3, after: second.pageInfo.endCursor });
    expect(creditsOf(third)).toEqual(['1']);
    expect(third.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const none = await page({ first: 3, after: third.pageInfo.endCursor });
    expect(none).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false, endCursor: null } });
    expect(creditsOf(await page({ first: 2, after: first.edges[0]?.cursor ?? null }))).toEqual(['6', '5']);
    expect(creditsOf(await page({ first: 9 }))).toEqual(['9', '8', '7', '6', '5', '4', '3', '2', '1']);
    expect((await page({ first: 9 })).pageInfo.hasNextPage).toBe(false);
  });

  it('misses and repeats nothing while many entries arrive between and during pages', async () => {
    await grant('1000');
    for (let i = 0; i < 12; i++) await debit('1');
    const all = new Set((await page({ first: 100 })).nodes.map(({ id }) => id));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const arriving = Promise.all([debit('1'), debit('1'), debit('1')]);
      const found: Awaited<ReturnType<typeof page>> = await page({ first: 2, after });
      seen.push(...found.nodes.map(({ id }) => id));
      after = found.pageInfo.hasNextPage ? (found.pageInfo.endCursor ?? null) : null;
      await arriving;
    } while (after !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => all.has(id))).toEqual([...all]);
  });

  it('can be asked for some types only, in pages too', async () => {
    await grant('10');
    for (const credits of ['1', '2']) await debit(credits);
    await grant('20');
    await debit('3');
    expect(creditsOf(await page({ types: ['GRANT'] }))).toEqual(['20', '10']);
    expect(creditsOf(await page({ types: ['USAGE', 'GRANT', 'USAGE'] }))).toHaveLength(5);
    expect(creditsOf(await page({ types: ['PURCHASE'] }))).toEqual([]);
    const first = await page({ types: ['USAGE'], first: 2 });
    expect(creditsOf(first)).toEqual(['-3', '-2']);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const rest = await page({ types: ['USAGE'], first: 2, after: first.pageInfo.endCursor });
    expect(creditsOf(rest)).toEqual(['-1']);
    expect(rest.pageInfo.hasNextPage).toBe(false);
    await expectCode(page({ types: ['EVERYTHING' as never] }), 'BAD_USER_INPUT');
  });

  it('shows neither holds nor what they give back', async () => {
    const account = await TestAccount.open(service, '10');
    const { hold } = await account.hold('2');
    await account.capture(hold.id, '1');
    await account.release((await account.hold('3')).hold.id);
    const variables = { accountId: account.accountId };
    const { billingHistory } = await service.clients.admin.request(historyQuery, variables);
    expect(billingHistory.nodes.map(({ type }) => type)).toEqual(['USAGE', 'GRANT']);
    expect(billingHistory.pageInfo.hasNextPage).toBe(false);
  });

  it('goes on over the ends of months, within one instant as well', async () => {
    const months = ['2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00.000Z', '2026-04-15T00:00:00.000Z'];
    const before = service.clock.now();
    for (const month of months) {
      service.clock.set(month);
      for (const credits of ['1', '2', '3']) await grant(credits);
    }
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const found: Awaited<ReturnType<typeof page>> = await page({ first: 2, after, types: ['GRANT'] });
      seen.push(...found.nodes.map(({ createdAt, credits }) => `${createdAt} ${credits}`));
      after = found.pageInfo.endCursor ?? null;
      if (!found.pageInfo.hasNextPage) break;
    }
    service.clock.set(before);
    expect(seen).toEqual(months.toReversed().flatMap((month) => ['3', '2', '1'].map((n) => `${month} ${n}`)));
    expect((await page({ first: 100 })).nodes).toHaveLength(9);
  });

  it('has twenty entries on a page, and a hundred at most', async () => {
    for (let i = 0; i < 21; i++) await grant('1');
    expect((await page()).nodes).toHaveLength(20);
    expect((await page({ first: 100 })).nodes).toHaveLength(21);
    for (const first of [0, -1, 101]) await expectCode(page({ first }), 'BAD_USER_INPUT');
  });

  it('refuses cursors that are none', async () => {
    await grant('1');
    const forged = (position: unknown) => Buffer.from(JSON.stringify(position)).toString('base64url');
    for (const after of [
      '',
      'x',
      forged(['accounts', 1, '5']),
      forged(['billingHistory', 1, '5']),
      forged(['billingHistory', 1, '1700000000000', '5']),
      forged(['billingHistory', 2, '5']),
      forged(['billingHistory', 2, '1700000000000', '5', '6']),
      forged(['billingHistory', 2, '1700000000000', "5' or 1=1"]),
      forged(['billingHistory', 2, '9'.repeat(15), '5']),
      forged(['billingHistory', 2, '-1', '5']),
      forged(['ledgerEntries', 1, '1700000000000', '5']),
      'A'.repeat(600),
    ]) {
      await expectCode(page({ after }), 'BAD_USER_INPUT');
    }
  });

  it("is everybody's own; the gateway and support name the account", async () => {
    await grant('42');
    const other = await newCustomer(service);
    const { accountId } = customer;
    await expectCode(page({ accountId }, other), 'FORBIDDEN');
    expect(creditsOf(await page({ accountId }))).toEqual(['42']);
    for (const client of [service.clients.service, service.clients.admin]) {
      const asked = await client.request(historyQuery, { accountId });
      expect(creditsOf(asked.billingHistory)).toEqual(['42']);
      await expectCode(client.request(historyQuery, {}), 'BAD_USER_INPUT');
      await expectCode(client.request(historyQuery, { accountId: 'nobody' }), 'NOT_FOUND');
    }
    await expectCode(service.clients.anonymous.request(historyQuery, {}), 'UNAUTHENTICATED');
  });

  it('takes null for what may be left out', async () => {
    await grant('1');
    expect(creditsOf(await page({ first: null, after: null, types: null, accountId: null }))).toEqual(['1']);
  });
});

describe('payment', () => {
  it('shows a purchase to its customer, the gateway and support', async () => {
    const { paymentIntentId, payment } = await startPurchase(customer, 500);
    const expected = {
      id: payment.id,
      status: 'REQUIRES_PAYMENT',
      credits: 500,
      price: { amount: 4500, currency: 'USD', formatted: '$45.00' },
      refunded: { amount: 0 },
      stripePaymentIntentId: paymentIntentId,
      failureCode: null,
      failureMessage: null,
      refunds: [],
      disputed: { amount: 0 },
      disputes: [],
      createdAt: service.clock.now().toISOString(),
      succeededAt: null,
    };
    for (const client of [customer.client, service.clients.service, service.clients.admin]) {
      expect((await client.request(paymentQuery, { paymentIntentId })).payment).toEqual(expected);
    }
  });

  it('lists its refunds, oldest first', async () => {
    const paymentIntentId = await purchase(service, customer, 500);
    for (const amount of [100, 200, 300]) {
      await refund(service, paymentIntentId, { amount });
      service.clock.advance(1000);
    }
    const { payment } = await customer.client.request(paymentQuery, { paymentIntentId });
    expect(payment?.refunds.map(({ amount }) => amount.amount)).toEqual([100, 200, 300]);
    expect(payment).toMatchObject({ status: 'PARTIALLY_REFUNDED', refunded: { amount: 600 } });
  });

  it('is NOT_FOUND to everybody else', async () => {
    const paymentIntentId = await purchase(service, customer, 100);
    const other = await newCustomer(service);
    await expectCode(other.client.request(paymentQuery, { paymentIntentId }), 'NOT_FOUND');
    await expectCode(service.clients.admin.request(paymentQuery, { paymentIntentId: 'pi_x' }), 'NOT_FOUND');
    await expectCode(service.clients.anonymous.request(paymentQuery, { paymentIntentId }), 'UNAUTHENTICATED');
  });
});

describe('optional input that is null', () => {
  it('means what leaving it out means', async () => {
    const paymentIntentId = await purchase(service, customer, 100);
    const refunded = await refund(service, paymentIntentId, {
      amount: null,
      reason: null,
      note: null,
      spentCredits: null,
      idempotencyKey: null,
    });
    expect(refunded.refund.reason).toBe('REQUESTED_BY_CUSTOMER');
    const { accountId } = customer;
    const granted = await service.clients.admin.request(grantCreditsMutation, {
      input: {
        accountId,
        credits: '1',
        source: null,
        priority: null,
        expiresAt: null,
        note: null,
        idempotencyKey: 'nulls',
      },
    });
    expect(granted.grantCredits.lot).toMatchObject({ source: 'PROMOTION', priority: 10 });
    // Above all, null does not mean CREATE_DEBT.
    const literal = gql`mutation ($id: ID!) { refund(input: { paymentIntentId: $id, spentCredits: null }) { refund { id } } }`;
    await expectCode(
      service.clients.admin.request(literal, { id: paymentIntentId }),
      'REFUND_EXCEEDS_PAYMENT',
    );
  });
});
