import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gql } from 'graphql-request';
import { maxAuditedAccounts, maxAuditedRowsPerAccount } from '../../src/audit/limits.js';
import { expectCode } from '../support/client.js';
import { grantCreditsMutation } from '../support/operations.js';
import { newCustomer, type TestCustomer } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';
import { recordUsageMutation } from '../support/usage.js';
import { liveFully } from './full-life.js';

interface Audits {
  readonly audit: {
    readonly edges: readonly { readonly cursor: string }[];
    readonly nodes: readonly {
      readonly accountId: string;
      readonly sound: boolean;
      readonly tooLarge: boolean;
      readonly beginsDetached: boolean;
      readonly operations: number;
      readonly transfers: number;
      readonly findingCount: number;
      readonly findings: readonly { kind: string; subject: string; expected: string; found: string }[];
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const auditQuery = gql`
  query ($first: Int, $after: String, $accountId: ID) {
    audit(first: $first, after: $after, accountId: $accountId) {
      edges { cursor }
      nodes {
        accountId sound tooLarge beginsDetached operations transfers findingCount
        findings { kind subject expected found }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`;
const recordsPerCall = 1_000;

let service: TestService;
let customer: TestCustomer;
beforeAll(async () => {
  service = await startTestService();
  customer = await liveFully(service);
});
afterAll(() => service.close());

const audit = async (variables: object = {}) =>
  (await service.clients.admin.request<Audits>(auditQuery, variables)).audit;

describe('audit', () => {
  it('says of sound accounts that they are, one page after the other', async () => {
    await newCustomer(service);
    const all = await audit();
    expect(all.nodes).toHaveLength(3);
    expect(all.pageInfo.hasNextPage).toBe(false);
    for (const account of all.nodes)
      expect(account).toMatchObject({ sound: true, tooLarge: false, beginsDetached: false, findings: [] });
    expect(all.nodes.find(({ accountId }) => accountId === customer.accountId)?.operations).toBeGreaterThan(
      30,
    );

    const first = await audit({ first: 2 });
    expect(first.nodes).toEqual(all.nodes.slice(0, 2));
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect(first.edges.at(-1)?.cursor).toBe(first.pageInfo.endCursor);
    expect((await audit({ first: 2, after: first.pageInfo.endCursor })).nodes).toEqual(all.nodes.slice(2));
  });

  it('names what differs', async () => {
    const { accountId } = customer;
    await service.database.query(`update credit_balances set held = held + 1 where account_id = $1`, [
      accountId,
    ]);
    const { nodes } = await audit({ accountId });
    expect(nodes).toMatchObject([{ accountId, sound: false, tooLarge: false, findingCount: 2 }]);
    expect(nodes[0]?.findings[0]).toEqual({
      kind: 'BALANCE_DIFFERS',
      subject: 'balance held',
      expected: '40000000',
      found: '40000001',
    });
    await service.database.query(`update credit_balances set held = held - 1 where account_id = $1`, [
      accountId,
    ]);
  });

  it('gives up on an account that is too large for a request', async () => {
    const { accountId } = await newCustomer(service);
    const input = { accountId, credits: '100000', idempotencyKey: 'plenty' };
    await service.clients.admin.request(grantCreditsMutation, { input });
    for (let recorded = 0; recorded < maxAuditedRowsPerAccount; recorded += recordsPerCall) {
      const records = Array.from({ length: recordsPerCall }, (_, i) => ({
        accountId,
        credits: '1',
        idempotencyKey: `call ${recorded + i}`,
      }));
      await service.clients.service.request(recordUsageMutation, { input: { records } });
    }
    expect((await audit({ accountId })).nodes).toEqual([
      {
        accountId,
        sound: false,
        tooLarge: true,
        beginsDetached: false,
        operations: maxAuditedRowsPerAccount,
        transfers: maxAuditedRowsPerAccount,
        findingCount: 0,
        findings: [],
      },
    ]);
  });

  it('is bounded', async () => {
    for (const first of [0, -1, maxAuditedAccounts + 1]) await expectCode(audit({ first }), 'BAD_USER_INPUT');
    await expectCode(audit({ after: 'nonsense' }), 'BAD_USER_INPUT');
    await expectCode(audit({ accountId: 'nobody' }), 'NOT_FOUND');
    const times = (n: number) =>
      `query { ${Array.from({ length: n }, (_, i) => `a${i}: audit(first: 1) { nodes { sound } }`).join(' ')} }`;
    await service.clients.admin.request(times(3));
    await expectCode(service.clients.admin.request(times(4)), 'BAD_USER_INPUT');
  });
});
