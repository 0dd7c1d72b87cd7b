import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gql } from 'graphql-request';
import { newToken, prefixOf } from '../../src/accounts/api-key-token.js';
import { clientWithKey, expectCode } from '../support/client.js';
import { startTestService, type TestService } from '../support/service.js';

const dayMs = 86_400_000;

const createAccount = gql`
  mutation ($input: CreateAccountInput!) {
    createAccount(input: $input) { account { id name email createdAt apiKeys { id } } }
  }
`;
const createApiKey = gql`
  mutation ($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      token
      apiKey { id name role prefix accountId createdAt lastUsedAt expiresAt revokedAt }
    }
  }
`;
const revokeApiKey = gql`
  mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id revokedAt } } }
`;
const accountById = gql`
  query ($id: ID!) { account(id: $id) { id name apiKeys { name } } }
`;
const listAccounts = gql`
  query ($first: Int, $after: String, $search: String) {
    accounts(first: $first, after: $after, search: $search) {
      nodes { id apiKeys { name } }
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;
const listKeys = gql`
  query ($first: Int, $after: String, $accountId: ID, $role: ApiKeyRole, $includeRevoked: Boolean) {
    apiKeys(first: $first, after: $after, accountId: $accountId, role: $role, includeRevoked: $includeRevoked) {
      nodes { name }
      pageInfo { hasNextPage endCursor }
    }
  }
`;
const me = gql`{ me { role account { id name } apiKey { id name role prefix } } }`;

interface ApiKeyFields {
  readonly id: string;
  readonly prefix: string;
  readonly revokedAt: string | null;
}
interface CreatedKey {
  readonly createApiKey: { readonly token: string; readonly apiKey: ApiKeyFields };
}
interface AccountPage {
  readonly accounts: {
    readonly nodes: readonly {
      readonly id: string;
      readonly apiKeys: readonly { readonly name: string }[];
    }[];
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
    readonly pageInfo: Readonly<Record<'hasNextPage' | 'hasPreviousPage', boolean>> & {
      readonly startCursor: string | null;
      readonly endCursor: string | null;
    };
  };
}
interface KeyPage {
  readonly apiKeys: {
    readonly nodes: readonly { readonly name: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const openAccount = (input: object) => service.clients.admin.request(createAccount, { input });
async function createKey(input: object) {
  const answer = await service.clients.admin.request<CreatedKey>(createApiKey, { input });
  return answer.createApiKey;
}

describe('createAccount', () => {
  it('opens an account with an empty balance', async () => {
    const input = { id: 'acme', name: 'Acme', email: 'billing@acme.example' };
    expect(await openAccount(input)).toEqual({
      createAccount: { account: { ...input, createdAt: service.clock.now().toISOString(), apiKeys: [] } },
    });
    expect(
      await service.clients.admin.request(gql`{ balance(accountId: "acme") { available held owed } }`),
    ).toEqual({ balance: { available: '0', held: '0', owed: '0' } });
  });

  it('refuses an id that is taken, so that repeating it is safe', async () => {
    await openAccount({ id: 'twice', name: 'First' });
    const { message } = await expectCode(openAccount({ id: 'twice', name: 'Second' }), 'BAD_USER_INPUT');
    expect(message).toBe('There already is an account with the id "twice".');
    expect(await service.clients.admin.request(accountById, { id: 'twice' })).toMatchObject({
      account: { name: 'First' },
    });
  });

  it.each([
    { id: 'no spaces', name: 'X' },
    { id: '', name: 'X' },
    { name: '' },
    { name: '   ' },
    { name: 'x'.repeat(201) },
    { name: 'X', email: 'nobody' },
  ])('refuses %j', async (input) => {
    await expectCode(openAccount(input), 'BAD_USER_INPUT');
  });
});

describe('createApiKey', () => {
  beforeAll(() => openAccount({ id: 'keyed', name: 'Keyed' }));

  it('makes a customer key that sees its own account only', async () => {
    const { token, apiKey } = await createKey({ role: 'CUSTOMER', accountId: 'keyed', name: ' browser ' });
    expect(apiKey).toEqual({
      id: expect.any(String),
      name: 'browser',
      role: 'CUSTOMER',
      prefix: prefixOf(token),
      accountId: 'keyed',
      createdAt: service.clock.now().toISOString(),
      lastUsedAt: null,
      expiresAt: null,
      revokedAt: null,
    });
    const client = clientWithKey(service.url, token);
    const balanceOf = gql`query ($accountId: ID) { balance(accountId: $accountId) { available } }`;
    expect(await client.request(balanceOf, {})).toEqual({ balance: { available: '0' } });
    await expectCode(client.request(balanceOf, { accountId: 'demo' }), 'FORBIDDEN');
    await expectCode(client.request(listAccounts), 'FORBIDDEN');
  });

  it.each([
    [{ role: 'CUSTOMER', name: 'X' }, 'BAD_USER_INPUT'],
    [{ role: 'ADMIN', name: 'X', accountId: 'keyed' }, 'BAD_USER_INPUT'],
    [{ role: 'CUSTOMER', name: 'X', accountId: 'nobody' }, 'NOT_FOUND'],
    [{ role: 'SERVICE', name: '' }, 'BAD_USER_INPUT'],
    [{ role: 'SERVICE', name: 'x'.repeat(101) }, 'BAD_USER_INPUT'],
    [{ role: 'SERVICE', name: 'X', expiresAt: '2001-01-01T00:00:00Z' }, 'BAD_USER_INPUT'],
    [{ role: 'SERVICE', name: 'X', expiresAt: '9999-01-01T00:00:00Z' }, 'BAD_USER_INPUT'],
    [{ role: 'KING', name: 'X' }, 'BAD_USER_INPUT'],
  ] as const)('refuses %j', async (input, code) => {
    await expectCode(createKey(input), code);
  });
});

describe('a key that does not work', () => {
  /** The whole answer but what differs between any two: the request's id. */
  async function answerTo(token: string) {
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ me { role } }' }),
    });
    const body = (await response.text()).replace(/"requestId":"[^"]*"/, '"requestId":""');
    return { status: response.status, challenge: response.headers.get('www-authenticate'), body };
  }

  it('gets the same answer whatever is wrong with it', async () => {
    const expiresAt = new Date(service.clock.now().getTime() + dayMs).toISOString();
    const expired = await createKey({ role: 'ADMIN', name: 'expired', expiresAt });
    const revoked = await createKey({ role: 'ADMIN', name: 'revoked' });
    const valid = await createKey({ role: 'ADMIN', name: 'valid' });
    service.clock.advance(dayMs);
    await service.clients.admin.request(revokeApiKey, { id: revoked.apiKey.id });

    expect((await answerTo(valid.token)).status).toBe(200);
    const unknown = await answerTo(newToken());
    expect(unknown).toMatchObject({ status: 401, challenge: 'Bearer' });
    expect(JSON.parse(unknown.body)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    const wrongSecret = prefixOf(valid.token) + newToken().slice(prefixOf(valid.token).length);
    for (const token of [wrongSecret, expired.token, revoked.token, 'nonsense', 'demo_admin_kex']) {
      expect(await answerTo(token)).toEqual(unknown);
    }
  });
});

describe('revokeApiKey', () => {
  it('stops a key from the next request on; repeating it changes nothing', async () => {
    const { token, apiKey } = await createKey({ role: 'SERVICE', name: 'to revoke' });
    const client = clientWithKey(service.url, token);
    expect(await client.request(me)).toMatchObject({ me: { role: 'SERVICE' } });

    const first = await service.clients.admin.request(revokeApiKey, { id: apiKey.id });
    expect(first).toEqual({
      revokeApiKey: { apiKey: { id: apiKey.id, revokedAt: service.clock.now().toISOString() } },
    });
    await expectCode(client.request(me), 'UNAUTHENTICATED');
    service.clock.advance(1_000);
    expect(await service.clients.admin.request(revokeApiKey, { id: apiKey.id })).toEqual(first);
  });

  it('refuses a key that does not exist', async () => {
    const id = '00000000-0000-7000-8000-000000000000';
    await expectCode(service.clients.admin.request(revokeApiKey, { id }), 'NOT_FOUND');
    await expectCode(service.clients.admin.request(revokeApiKey, { id: 'no uuid' }), 'BAD_USER_INPUT');
  });
});

describe('accounts', () => {
  const list = async (variables: object) =>
    (await service.clients.admin.request<AccountPage>(listAccounts, variables)).accounts;

  beforeAll(async () => {
    for (const id of ['page:1', 'page:2', 'page:3', 'page:4', 'page:5']) {
      await openAccount({ id, name: `Page ${id}` });
    }
    for (const name of ['old', 'new']) await createKey({ role: 'CUSTOMER', accountId: 'page:2', name });
    await createKey({ role: 'CUSTOMER', accountId: 'page:3', name: 'other' });
    const gone = await createKey({ role: 'CUSTOMER', accountId: 'page:3', name: 'gone' });
    await service.clients.admin.request(revokeApiKey, { id: gone.apiKey.id });
  });

  it('come in pages, with nothing left out and nothing twice', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (let pages = 1; ; pages++) {
      const page: AccountPage['accounts'] = await list({ first: 2, after, search: 'page:' });
      seen.push(...page.nodes.map(({ id }) => id));
      expect(page.edges.map(({ node }) => node.id)).toEqual(page.nodes.map(({ id }) => id));
      expect(page.pageInfo).toMatchObject({
        hasPreviousPage: pages > 1,
        startCursor: page.edges.at(0)?.cursor,
        endCursor: page.edges.at(-1)?.cursor,
      });
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(seen).toEqual(['page:1', 'page:2', 'page:3', 'page:4', 'page:5']);
  });

  it('show their keys, without the revoked ones', async () => {
    const { nodes } = await list({ search: 'page:' });
    expect(nodes.map(({ apiKeys }) => apiKeys.map(({ name }) => name).sort())).toEqual([
      [],
      ['new', 'old'],
      ['other'],
      [],
      [],
    ]);
  });

  it('refuse a page that is too large, and a cursor of another list', async () => {
    await expectCode(list({ first: 101 }), 'BAD_USER_INPUT');
    await expectCode(list({ first: 0 }), 'BAD_USER_INPUT');
    const { apiKeys } = await service.clients.admin.request<KeyPage>(listKeys, { first: 1 });
    await expectCode(list({ after: apiKeys.pageInfo.endCursor }), 'BAD_USER_INPUT');
    await expectCode(list({ search: 'x'.repeat(101) }), 'BAD_USER_INPUT');
  });

  it('are found by id, or not', async () => {
    expect(await service.clients.admin.request(accountById, { id: 'page:3' })).toEqual({
      account: { id: 'page:3', name: 'Page page:3', apiKeys: [{ name: 'other' }] },
    });
    await expectCode(service.clients.admin.request(accountById, { id: 'nobody' }), 'NOT_FOUND');
    await expectCode(service.clients.admin.request(accountById, { id: 'no one' }), 'NOT_FOUND');
  });
});

describe('apiKeys', () => {
  const names = async (variables: object) => {
    const { apiKeys } = await service.clients.admin.request<KeyPage>(listKeys, variables);
    return { names: apiKeys.nodes.map(({ name }) => name), pageInfo: apiKeys.pageInfo };
  };

  beforeAll(async () => {
    await openAccount({ id: 'listed', name: 'Listed' });
    for (const name of ['first', 'second', 'third']) {
      service.clock.advance(1);
      const { apiKey } = await createKey({ role: 'CUSTOMER', accountId: 'listed', name });
      if (name === 'second') await service.clients.admin.request(revokeApiKey, { id: apiKey.id });
    }
  });

  it('come newest first, without the revoked ones unless asked for', async () => {
    expect((await names({ accountId: 'listed' })).names).toEqual(['third', 'first']);
    expect((await names({ accountId: 'listed', includeRevoked: true })).names).toEqual([
      'third',
      'second',
      'first',
    ]);
  });

  it('come in pages', async () => {
    const page = await names({ accountId: 'listed', first: 1 });
    expect(page).toMatchObject({ names: ['third'], pageInfo: { hasNextPage: true } });
    const next = await names({ accountId: 'listed', first: 1, after: page.pageInfo.endCursor });
    expect(next).toMatchObject({ names: ['first'], pageInfo: { hasNextPage: false } });
  });

  it('are narrowed down to a role and an account', async () => {
    expect((await names({ role: 'ADMIN', accountId: 'listed' })).names).toEqual([]);
    expect((await names({ role: 'SERVICE' })).names).toContain('Demo gateway');
    expect((await names({ accountId: 'no one' })).names).toEqual([]);
  });
});

describe('me', () => {
  it('says who the caller is', async () => {
    expect(await service.clients.customer.request(me)).toEqual({
      me: {
        role: 'CUSTOMER',
        account: { id: 'demo', name: 'Demo customer' },
        apiKey: { id: expect.any(String), name: 'Demo customer', role: 'CUSTOMER', prefix: 'demo_custome' },
      },
    });
    expect(await service.clients.admin.request(me)).toMatchObject({ me: { role: 'ADMIN', account: null } });
    await expectCode(service.clients.anonymous.request(me), 'UNAUTHENTICATED');
  });
});

describe('what only admins may do', () => {
  const operations: [string, object][] = [
    [createAccount, { input: { name: 'X' } }],
    [createApiKey, { input: { role: 'ADMIN', name: 'X' } }],
    [revokeApiKey, { id: '00000000-0000-7000-8000-000000000000' }],
    [accountById, { id: 'demo' }],
    [listAccounts, {}],
    [listKeys, {}],
    [gql`{ me { account { apiKeys { id } } } }`, {}],
  ];

  it.each(operations)('%s', async (operation, variables) => {
    await expectCode(service.clients.customer.request(operation, variables), 'FORBIDDEN');
    await expectCode(service.clients.anonymous.request(operation, variables), 'UNAUTHENTICATED');
  });

  it('is not for the gateway either', async () => {
    for (const [operation, variables] of operations.slice(0, -1)) {
      await expectCode(service.clients.service.request(operation, variables), 'FORBIDDEN');
    }
  });
});
