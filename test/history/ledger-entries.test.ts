import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chainHash, type UnchainedEntry } from '../../src/ledger/chain.js';
import type { LedgerAccount } from '../../src/ledger/posting.js';
import { parseCredits } from '../../src/platform/credits.js';
import { TestAccount } from '../credits/account.js';
import { expectCode } from '../support/client.js';
import type { LedgerEntriesQueryVariables } from '../support/generated/graphql.js';
import { expectSoundBooks } from '../support/invariants.js';
import { historyQuery, ledgerEntriesQuery } from '../support/operations.js';
import { newCustomer, purchase } from '../support/purchase.js';
import { refund } from '../support/refund.js';
import { startTestService, type TestService } from '../support/service.js';
import { recordUsageMutation } from '../support/usage.js';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

const entriesOf = async ({ customer }: TestAccount, variables: LedgerEntriesQueryVariables = {}) =>
  (await customer.client.request(ledgerEntriesQuery, variables)).ledgerEntries;

describe('ledgerEntries', () => {
  it('has everything that was booked, holds included, with what it moved', async () => {
    const account = await TestAccount.open(service, '10');
    const { accountId } = account;
    const { hold } = await account.hold('4');
    await account.capture(hold.id, '1.5', { metadata: { model: 'm', nested: { list: [1, null] } } });
    const occurredAt = new Date(service.clock.now().getTime() - 60_000).toISOString();
    await service.clients.service.request(recordUsageMutation, {
      input: { records: [{ accountId, credits: '2', occurredAt, idempotencyKey: 'late' }] },
    });
    const { nodes, edges, pageInfo } = await entriesOf(account);
    const lotId = (await account.balance()).lots[0]?.id;
    const common = { holdId: null, metadata: null, occurredAt: null };
    const from = (debitAccount: string, creditAccount: string, amount: string) => ({
      debitAccount,
      creditAccount,
      amount,
      lotId,
    });
    expect(nodes).toEqual(
      [
        {
          ...common,
          type: 'USAGE',
          description: 'Usage',
          credits: '-2',
          after: ['6.5', '0', '0'],
          occurredAt,
          transfers: [from('AVAILABLE', 'CONSUMED', '2')],
        },
        {
          ...common,
          type: 'USAGE',
          description: 'Usage',
          credits: '-1.5',
          after: ['8.5', '0', '0'],
          holdId: hold.id,
          metadata: { model: 'm', nested: { list: [1, null] } },
          transfers: [from('HELD', 'CONSUMED', '1.5'), from('HELD', 'AVAILABLE', '2.5')],
        },
        {
          ...common,
          type: 'HOLD',
          description: 'Held 4 credits',
          credits: '0',
          after: ['6', '4', '0'],
          holdId: hold.id,
          metadata: { expiresAt: hold.expiresAt },
          transfers: [from('AVAILABLE', 'HELD', '4')],
        },
        {
          ...common,
          type: 'GRANT',
          description: 'Granted 10 credits',
          credits: '10',
          after: ['10', '0', '0'],
          metadata: expect.objectContaining({ source: 'PROMOTION', expiresAt: null }),
          transfers: [from('ISSUED', 'AVAILABLE', '10')],
        },
      ].map(({ after: [availableAfter, heldAfter, owedAfter], ...entry }, i) => ({
        ...entry,
        id: `${accountId}/${4 - i}`,
        seq: 4 - i,
        availableAfter,
        heldAfter,
        owedAfter,
        stripePaymentIntentId: null,
        stripeRefundId: null,
        createdAt: service.clock.now().toISOString(),
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      })),
    );
    expect(edges.map(({ node }) => node.id)).toEqual(nodes.map(({ id }) => id));
    expect(pageInfo).toMatchObject({ hasNextPage: false, endCursor: edges.at(-1)?.cursor });
  });

  it('names payments and refunds, and debt that belongs to no lot', async () => {
    const account = await TestAccount.open(service);
    const id = await purchase(service, account.customer, 100);
    await account.debit('60');
    const { refund: made } = await refund(service, id, { spentCredits: 'CREATE_DEBT' });
    const [newest, , oldest] = (await entriesOf(account)).nodes;
    expect(oldest).toMatchObject({ type: 'PURCHASE', stripePaymentIntentId: id, stripeRefundId: null });
    expect(newest).toMatchObject({
      type: 'REFUND',
      stripePaymentIntentId: id,
      stripeRefundId: made.stripeRefundId,
      owedAfter: '60',
      transfers: [
        { debitAccount: 'AVAILABLE', creditAccount: 'REFUNDED', amount: '40' },
        { debitAccount: 'DEBT', creditAccount: 'REFUNDED', amount: '60', lotId: null },
      ],
    });
  });

  it('says enough to compute the chain of hashes', async () => {
    const account = await TestAccount.open(service, '10');
    const { accountId } = account;
    await account.release((await account.hold('4')).hold.id);
    await account.debit('1', { metadata: { ä: '"' } });
    let previous = '';
    const { nodes } = await entriesOf(account);
    for (const node of nodes.toReversed()) {
      const entry: UnchainedEntry = {
        accountId,
        seq: BigInt(node.seq),
        credits: parseCredits(node.credits),
        position: {
          available: parseCredits(node.availableAfter),
          held: parseCredits(node.heldAfter),
          owed: parseCredits(node.owedAfter),
        },
        at: new Date(node.createdAt),
        info: {
          type: node.type,
          description: node.description,
          metadata: node.metadata && JSON.stringify(node.metadata),
          holdId: node.holdId ?? undefined,
        },
        transfers: node.transfers.map((transfer) => ({
          debit: transfer.debitAccount.toLowerCase() as LedgerAccount,
          credit: transfer.creditAccount.toLowerCase() as LedgerAccount,
          amount: parseCredits(transfer.amount),
          lotId: transfer.lotId ?? null,
        })),
      };
      previous = chainHash(previous, entry);
      expect(node.hash).toBe(previous);
    }
    expect(nodes).toHaveLength(4);
  });

  it('comes in pages that stay what they were, with the ids of the billing history', async () => {
    const account = await TestAccount.open(service, '10');
    for (let i = 0; i < 3; i++) await account.hold('1');
    await account.debit('1');
    const first = await entriesOf(account, { first: 2 });
    expect(first.nodes.map(({ seq }) => seq)).toEqual([5, 4]);
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    await account.hold('1');
    const second = await entriesOf(account, { first: 3, after: first.pageInfo.endCursor });
    expect(second.nodes.map(({ seq }) => seq)).toEqual([3, 2, 1]);
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const { billingHistory } = await account.customer.client.request(historyQuery, {});
    expect(billingHistory.nodes.map(({ id }) => id)).toEqual([first.nodes[0]?.id, second.nodes[2]?.id]);
    const foreign = billingHistory.pageInfo.endCursor;
    for (const after of ['', 'x', foreign]) await expectCode(entriesOf(account, { after }), 'BAD_USER_INPUT');
    for (const pageSize of [0, 101]) {
      await expectCode(entriesOf(account, { first: pageSize }), 'BAD_USER_INPUT');
    }
    expect((await entriesOf(account, { first: null, after: null, accountId: null })).nodes).toHaveLength(6);
  });

  it('is empty at first, and NOT_FOUND of nobody', async () => {
    const { client } = await newCustomer(service);
    const { ledgerEntries } = await client.request(ledgerEntriesQuery, {});
    expect(ledgerEntries).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false, endCursor: null } });
    await expectCode(service.clients.admin.request(ledgerEntriesQuery, { accountId: 'nobody' }), 'NOT_FOUND');
  });
});
