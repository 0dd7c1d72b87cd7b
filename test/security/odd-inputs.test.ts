import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { holdCreditsMutation, releaseHoldMutation } from '../support/holds.js';
import { createApiKeyMutation } from '../support/operations.js';
import { newCustomer, purchase } from '../support/purchase.js';
import { setRateMutation } from '../support/rates.js';
import { reconcileMutation, reconciliationsQuery } from '../support/reconciliation.js';
import { startTestService, type TestService } from '../support/service.js';

type Variables = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

interface World {
  readonly accountId: string;
  readonly paymentIntentId: string;
  readonly keyId: string;
  readonly holdId: string;
  readonly releasedHoldId: string;
  readonly reconciliationId: string;
  readonly eventId: string;
}

interface Operation {
  readonly key: 'customer' | 'admin';
  /** Valid, and holding something for every text that the operation takes. */
  readonly variables: (world: World, unique: string) => Variables;
}

const operations: Readonly<Record<string, Operation>> = {
  'Query.balance': {
    key: 'admin',
    variables: ({ accountId }) => ({ accountId, asOf: '2026-01-01T00:00:00.000Z' }),
  },
  'Query.billingHistory': {
    key: 'admin',
    variables: ({ accountId }) => ({ accountId, after: chronological('billingHistory', 2) }),
  },
  'Query.ledgerEntries': {
    key: 'admin',
    variables: ({ accountId }) => ({ accountId, after: chronological('ledgerEntries', 1) }),
  },
  'Query.usage': {
    key: 'admin',
    variables: ({ accountId }) => ({
      accountId,
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-31T00:00:00.000Z',
    }),
  },
  'Query.audit': {
    key: 'admin',
    variables: ({ accountId }) => ({ accountId, after: cursor('audit', 'a') }),
  },
  'Query.auditLog': {
    key: 'admin',
    variables: ({ accountId, keyId }) => ({
      after: chronological('auditLog', 1),
      filter: {
        accountId,
        actorKeyId: keyId,
        from: '2026-01-01T00:00:00.000Z',
        to: '2026-01-31T00:00:00.000Z',
      },
    }),
  },
  'Query.disputes': {
    key: 'admin',
    variables: ({ accountId }) => ({
      accountId,
      after: cursor('disputes', '1767225600000', '019b76da-a800-7000-8000-000000000000'),
    }),
  },
  'Query.fraudWarnings': {
    key: 'admin',
    variables: ({ accountId }) => ({
      accountId,
      after: cursor('fraudWarnings', '1767225600000', '019b76da-a800-7000-8000-000000000000'),
    }),
  },
  'Query.payment': { key: 'customer', variables: ({ paymentIntentId }) => ({ paymentIntentId }) },
  'Query.reconciliation': { key: 'admin', variables: ({ reconciliationId }) => ({ id: reconciliationId }) },
  'Query.reconciliations': {
    key: 'admin',
    variables: ({ reconciliationId }) => ({ after: cursor('reconciliations', '1', reconciliationId) }),
  },
  'Query.refundQuote': {
    key: 'admin',
    variables: ({ paymentIntentId }) => ({ paymentId: paymentIntentId, amount: 1 }),
  },
  'Query.account': { key: 'admin', variables: ({ accountId }) => ({ id: accountId }) },
  'Query.accounts': { key: 'admin', variables: () => ({ after: cursor('accounts', 'a'), search: 'ada' }) },
  'Query.apiKeys': {
    key: 'admin',
    variables: ({ accountId, keyId }) => ({ accountId, after: cursor('apiKeys', keyId) }),
  },
  'Query.rateCard': {
    key: 'admin',
    variables: () => ({ at: '2027-01-01T00:00:00.000Z', after: cursor('rateCard', 'azure', 'm') }),
  },
  'Query.usageQuote': {
    key: 'admin',
    variables: () => ({
      input: { ...oddModel, inputTokens: 1, outputTokens: 1, at: '2027-01-01T00:00:00.000Z' },
    }),
  },
  'Query.rateVersions': {
    key: 'admin',
    variables: () => ({ ...oddModel, after: cursor('rateVersions', '2') }),
  },
  'Query.webhookEvent': { key: 'admin', variables: ({ eventId }) => ({ id: eventId }) },
  'Query.webhookEvents': {
    key: 'admin',
    variables: ({ paymentIntentId, eventId }) => ({
      after: cursor('webhookEvents', '1767225600000', eventId),
      filter: {
        type: 'payment_intent.succeeded',
        receivedFrom: '2026-01-01T00:00:00.000Z',
        receivedTo: '2026-01-31T00:00:00.000Z',
        objectId: paymentIntentId,
        paymentIntentId,
      },
    }),
  },
  'Mutation.createPaymentIntent': {
    key: 'customer',
    variables: (_world, unique) => ({ input: { creditAmount: 100, idempotencyKey: unique } }),
  },
  'Mutation.confirmPayment': {
    key: 'customer',
    variables: ({ paymentIntentId }) => ({ input: { paymentIntentId } }),
  },
  'Mutation.eraseAccountData': { key: 'admin', variables: () => ({ input: { accountId: 'demo' } }) },
  'Mutation.refund': {
    key: 'admin',
    variables: ({ paymentIntentId }, unique) => ({
      input: { paymentIntentId, amount: 1, note: 'Odd', idempotencyKey: unique },
    }),
  },
  'Mutation.debitCredits': {
    key: 'admin',
    variables: ({ accountId }, unique) => ({
      input: {
        accountId,
        credits: '0.000001',
        description: 'Odd',
        metadata: { model: 'large', nested: { list: ['text'] } },
        idempotencyKey: unique,
      },
    }),
  },
  'Mutation.holdCredits': {
    key: 'admin',
    variables: ({ accountId }, unique) => ({
      input: { accountId, credits: '0.000001', idempotencyKey: unique },
    }),
  },
  'Mutation.extendHold': {
    key: 'admin',
    variables: ({ accountId, holdId }, unique) => ({
      input: { accountId, holdId, addCredits: '0.000001', idempotencyKey: unique },
    }),
  },
  'Mutation.captureHold': {
    key: 'admin',
    variables: ({ accountId, holdId }, unique) => ({
      input: {
        accountId,
        holdId,
        credits: '0.000001',
        finalCapture: false,
        description: 'Odd',
        metadata: { model: 'large', nested: { list: ['text'] } },
        idempotencyKey: unique,
      },
    }),
  },
  // Credits and tokens at once are refused, record by record; each text is looked at before that.
  'Mutation.recordUsage': {
    key: 'admin',
    variables: ({ accountId }, unique) => ({
      input: {
        records: [
          {
            accountId,
            credits: '0.000001',
            tokens: { ...oddModel, inputTokens: 1, outputTokens: 1 },
            description: 'Odd',
            metadata: { model: 'large', nested: { list: ['text'] } },
            occurredAt: '2026-01-01T00:00:00.000Z',
            idempotencyKey: unique,
          },
        ],
      },
    }),
  },
  'Mutation.grantCredits': {
    key: 'admin',
    variables: ({ accountId }, unique) => ({
      input: {
        accountId,
        credits: '0.000001',
        effectiveAt: '2026-12-01T00:00:00.000Z',
        expiresAt: '2027-01-01T00:00:00.000Z',
        note: 'Odd',
        idempotencyKey: unique,
      },
    }),
  },
  // A hold that is released changes nothing when it is released again.
  'Mutation.releaseHold': {
    key: 'admin',
    variables: ({ accountId, releasedHoldId }) => ({ input: { accountId, holdId: releasedHoldId } }),
  },
  'Mutation.createAccount': {
    key: 'admin',
    variables: (_world, unique) => ({ input: { id: unique, name: 'Odd', email: 'odd@example.com' } }),
  },
  'Mutation.createApiKey': {
    key: 'admin',
    variables: ({ accountId }) => ({
      input: { role: 'CUSTOMER', accountId, name: 'Odd', expiresAt: '2027-01-01T00:00:00.000Z' },
    }),
  },
  'Mutation.revokeApiKey': { key: 'admin', variables: ({ keyId }) => ({ input: { id: keyId } }) },
  'Mutation.replayWebhookEvent': { key: 'admin', variables: ({ eventId }) => ({ input: { id: eventId } }) },
  'Mutation.setRate': {
    key: 'admin',
    variables: (_world, unique) => ({ input: oddRate(unique) }),
  },
  'Mutation.retireRate': {
    key: 'admin',
    variables: (_world, unique) => ({
      input: {
        ...oddModel,
        effectiveFrom: '2026-06-01T00:00:00.000Z',
        note: 'Odd',
        idempotencyKey: unique,
      },
    }),
  },
};

const oddModel = { provider: 'openai', model: 'odd' };
const oddRate = (idempotencyKey: string) => ({
  ...oddModel,
  inputPricePer1K: '0.25',
  outputPricePer1K: '1',
  markupPercent: '20',
  effectiveFrom: '2026-12-01T00:00:00.000Z',
  note: 'Odd',
  idempotencyKey,
});

function cursor(list: string, ...position: string[]): string {
  return Buffer.from(JSON.stringify([list, 1, ...position])).toString('base64url');
}

/** A cursor of a list in the order of instants and numbers. */
const chronological = (list: string, version: number): string =>
  Buffer.from(JSON.stringify([list, version, '1767225600000', '3'])).toString('base64url');

/** What PostgreSQL cannot store, or UTF-8 not carry. These are refused wherever they come. */
const unstorable: Readonly<Record<string, string>> = {
  'a NUL within': 'a\u0000b',
  'a lone high surrogate': '\ud83d',
  'a lone low surrogate': 'x\ude00y',
  'surrogates the wrong way round': '\ude00\ud83d',
};

/** What must be taken literally or refused cleanly. */
const odd: Readonly<Record<string, string>> = {
  nothing: '',
  'control characters': '\u0001\u001b[31m\u007f\r\n\t',
  'emoji, other directions, and code points that are no characters':
    '👩‍👩‍👧‍👦\u202e\u2066abc\u2069\ufeff\ufffe\uffff\u{10ffff}',
  'SQL, placeholders and patterns': `'; drop table accounts; -- ?? $1 %s \\ % _ :name`,
  'a number': '1e400',
  'a huge number': '9'.repeat(400),
  'a name of JavaScript': '__proto__',
  'a date out of range': '+275760-09-13T00:00:00.001Z',
  'the last date with an offset': '9999-12-31T23:59:59-23:59',
  'a date that is not': '2027-02-30T00:00:00Z',
  'a long text': 'x'.repeat(20_000),
};

const clean = /^(ok|BAD_USER_INPUT|NOT_FOUND|INSUFFICIENT_CREDITS)$/;
const leaks = /insert into|select .* from|relation "|syntax error|byte sequence|violates|out of range: /i;

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map((field) => ({ name: `${type?.name}.${field.name}`, field })),
);

/** Where an operation takes text: what is neither an enum nor read as a number or a boolean. */
function textPaths(type: GraphQLInputType, path: Path): Path[] {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return textPaths(nullable.ofType, [...path, 0]);
  if (isInputObjectType(nullable)) {
    return Object.values(nullable.getFields()).flatMap((field) =>
      textPaths(field.type, [...path, field.name]),
    );
  }
  if (isEnumType(nullable) || ['Int', 'SafeInt', 'Boolean'].includes(nullable.toString())) return [];
  if (nullable.toString() === 'JSONObject') return [[...path, 'nested', 'list', 0]];
  return [path];
}

const places = fields.flatMap(({ name, field }) =>
  field.args.flatMap((arg) =>
    textPaths(arg.type, [arg.name]).map((path) => ({ name, path, at: path.join('.') })),
  ),
);

function replaced(value: unknown, [step, ...rest]: Path, text: unknown): unknown {
  if (step === undefined) return text;
  if (Array.isArray(value)) return value.map((item, i) => (i === step ? replaced(item, rest, text) : item));
  const members = value as Record<string, unknown>;
  if (!(step in members)) throw new Error(`The valid variables have no ${step}.`);
  return { ...members, [step]: replaced(members[String(step)], rest, text) };
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce((inner, step) => (inner as Record<string | number, unknown> | undefined)?.[step], value);

let service: TestService;
let world: World;
const keys = { customer: '', admin: 'demo_admin_key' };
let requests = 0;
let tables: string[] = [];

beforeAll(async () => {
  service = await startTestService();
  const customer = await newCustomer(service);
  const { accountId } = customer;
  const newKey = async () => {
    const input = { role: 'CUSTOMER', accountId, name: 'odd' } as const;
    return (await service.clients.admin.request(createApiKeyMutation, { input })).createApiKey;
  };
  keys.customer = (await newKey()).token;
  const paymentIntentId = await purchase(service, customer, 5000);
  const newHold = async (idempotencyKey: string) => {
    const input = { accountId, credits: '100', expiresInSeconds: 86_400, idempotencyKey };
    return (await service.clients.service.request(holdCreditsMutation, { input })).holdCredits.hold.id;
  };
  const releasedHoldId = await newHold('released');
  await service.clients.service.request(releaseHoldMutation, {
    input: { accountId, holdId: releasedHoldId },
  });
  await service.clients.admin.request(reconcileMutation);
  await service.settle();
  const { reconciliations } = await service.clients.admin.request(reconciliationsQuery, {});
  world = {
    accountId,
    reconciliationId: reconciliations.nodes[0]?.id ?? '',
    paymentIntentId,
    holdId: await newHold('held'),
    releasedHoldId,
    keyId: (await newKey()).apiKey.id,
    eventId: service.sandbox.events().find(({ type }) => type === 'payment_intent.succeeded')?.id ?? '',
  };
  await service.clients.admin.request(setRateMutation, { input: oddRate('first') });
  await service.settle();
  // From here on only requests store anything.
  service.sandbox.faults.delivery({ fault: 'drop' });
  const found = await service.database.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public'`,
  );
  tables = found.map(({ name }) => name);
});
afterAll(() => service.close());

interface Answer {
  readonly status: number;
  readonly code: unknown;
  readonly text: string;
}

async function send(key: string, body: string): Promise<Answer> {
  const response = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body,
  });
  const text = await response.text();
  const { errors = [] }: { errors?: { extensions: { code: unknown } }[] } = JSON.parse(text);
  return { status: response.status, code: errors[0]?.extensions.code ?? 'ok', text };
}

function documentOf(name: string): string {
  const found = fields.find((candidate) => candidate.name === name);
  const given = operations[name]?.variables(world, '') ?? {};
  const args = found?.field.args.filter((arg) => arg.name in given) ?? [];
  const variables = args.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
  const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const [kind, field] = name.split('.');
  return `${kind?.toLowerCase()} (${variables}) { ${field}(${passed}) { __typename } }`;
}

/** One operation, valid but for the text at `path`. */
function sendWith(name: string, path: Path | null, text: string): Promise<Answer> {
  const { key, variables } = operations[name] as Operation;
  requests += 1;
  const valid = variables(world, `odd-${requests}`);
  const given = path === null ? valid : replaced(valid, path, text);
  return send(keys[key], JSON.stringify({ query: documentOf(name), variables: given }));
}

/** Of every table, how many rows it has. */
function rowCounts(): Promise<unknown> {
  const counts = tables.map((name) => `(select count(*) from ${name}) as ${name}`);
  return service.orm.em.fork().execute(`select ${counts.join(', ')}`);
}

describe('every text of every operation', () => {
  it('is known here', () => {
    expect(places.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(operations)));
    const without = places.filter(
      ({ name, path }) => typeof valueAt(operations[name]?.variables(world, 'x'), path) !== 'string',
    );
    expect(without).toEqual([]);
  });

  it.each(Object.keys(operations))('of %s is good as it is', async (name) => {
    expect(await sendWith(name, null, '')).toMatchObject({ status: 200, code: 'ok' });
  });

  it.each(places)('$name, $at: refuses what cannot be stored, and stores nothing', async ({ name, path }) => {
    const before = await rowCounts();
    for (const [what, text] of Object.entries(unstorable)) {
      const answer = await sendWith(name, path, text);
      expect({ what, code: answer.code }).toEqual({ what, code: 'BAD_USER_INPUT' });
      expect(answer.text).not.toMatch(leaks);
    }
    expect(await rowCounts()).toEqual(before);
  });

  it.each(places)('$name, $at: takes what is odd, or refuses it cleanly', async ({ name, path }) => {
    let before = await rowCounts();
    for (const [what, text] of Object.entries(odd)) {
      const { code, text: answer } = await sendWith(name, path, text);
      expect({ what, code }).toEqual({ what, code: expect.stringMatching(clean) });
      expect(answer).not.toMatch(leaks);
      if (name.startsWith('Query.')) continue;
      const after = await rowCounts();
      if (code !== 'ok') expect(after).toEqual(before);
      before = after;
    }
  });
});

describe('text that cannot be stored', () => {
  const debit = (fields: string) =>
    JSON.stringify({
      query: `mutation ($id: ID!) { debitCredits(input: { accountId: $id, credits: 1, ${fields} }) { debited } }`,
      variables: { id: world.accountId },
    });

  it.each([
    ['a literal', String.raw`idempotencyKey: "a\u0000b"`],
    ['a literal in JSON', String.raw`idempotencyKey: "k", metadata: { a: ["\u0000"] }`],
    ['a block string', 'idempotencyKey: """a\u0000b"""'],
  ])('is refused as %s', async (_case, fields) => {
    const { status, code } = await send(keys.admin, debit(fields));
    expect(status).toBe(400);
    expect(code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_PARSE_FAILED)$/);
  });

  it('is refused as the name of a member', async () => {
    for (const text of Object.values(unstorable)) {
      const { code } = await sendMetadata({ nested: { [text]: 1 } });
      expect(code).toBe('BAD_USER_INPUT');
    }
  });

  it.each(['Query.billingHistory', 'Query.accounts', 'Query.apiKeys', 'Query.rateVersions'])(
    'is refused within a cursor of %s',
    async (name) => {
      const list = name.replace('Query.', '');
      for (const position of [...Object.values(unstorable), '\u0000']) {
        expect((await sendWith(name, ['after'], cursor(list, position))).code).toBe('BAD_USER_INPUT');
      }
    },
  );

  it('is refused in a query string', async () => {
    const query = 'query ($id: ID!) { account(id: $id) { id } }';
    const variables = JSON.stringify({ id: '\u0000' });
    const response = await fetch(`${service.url}/graphql?${new URLSearchParams({ query, variables })}`, {
      headers: { authorization: `Bearer ${keys.admin}`, 'apollo-require-preflight': '1' },
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

/** A debit with this metadata, given as JSON text or as a value. */
function sendMetadata(metadata: string | object, unique = `metadata-${++requests}`): Promise<Answer> {
  const query = 'mutation ($input: DebitCreditsInput!) { debitCredits(input: $input) { debited } }';
  const input = { accountId: world.accountId, credits: '0.000001', idempotencyKey: unique };
  const text = typeof metadata === 'string' ? metadata : JSON.stringify(metadata);
  const body = JSON.stringify({ query, variables: { input: { ...input, metadata: 0 } } });
  return send(
    keys.admin,
    body.replace('"metadata":0', () => `"metadata":${text}`),
  );
}

describe('metadata', () => {
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const listed = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;

  it('may be nested, but not without end', async () => {
    expect((await sendMetadata(nested(20))).code).toBe('ok');
    for (const deep of [nested(100), nested(15_000), listed(100), listed(45_000)]) {
      const { status, code, text } = await sendMetadata(deep);
      expect({ status, code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
      expect(text).toContain('nested at most 32 levels deep');
    }
  });

  it('has a bound on its size', async () => {
    expect((await sendMetadata({ a: 'é'.repeat(4_000) })).code).toBe('ok');
    expect((await sendMetadata({ a: 'é'.repeat(4_200) })).code).toBe('BAD_USER_INPUT');
  });

  it.each([
    ['__proto__', '{"__proto__":{"polluted":true},"a":{"__proto__":{"polluted":true}}}'],
    ['constructor', '{"constructor":{"prototype":{"polluted":true}}}'],
    ['toString', '{"toString":"polluted","hasOwnProperty":1,"toJSON":"x"}'],
  ])('with %s is kept as it came and changes nothing else', async (_case, text) => {
    const key = `metadata-${++requests}`;
    expect((await sendMetadata(text, key)).code).toBe('ok');
    const [last] = await service.database.query<{ same: boolean }>(
      `select metadata::jsonb = $2::jsonb as same from ledger_operations
       where account_id = $1 order by seq desc limit 1`,
      [world.accountId, text],
    );
    expect(last?.same).toBe(true);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(String({})).toBe('[object Object]');
    // Once more with the same key: the same metadata is the same request.
    expect((await sendMetadata(text, key)).code).toBe('ok');
  });

  it.each([
    '{"variables":{"input":{"__proto__":{"creditAmount":100}}}}',
    '{"variables":{"__proto__":{"input":{"creditAmount":100}}}}',
    '{"__proto__":{"variables":{"input":{"creditAmount":100}}}}',
  ])('is the only place where __proto__ means something: %s', async (rest) => {
    const query =
      'mutation ($input: CreatePaymentIntentInput!) { createPaymentIntent(input: $input) { clientSecret } }';
    const body = rest.replace('{', () => `{"query":${JSON.stringify(query)},`);
    expect((await send(keys.customer, body)).code).toBe('BAD_USER_INPUT');
  });
});

describe('numbers', () => {
  /** As raw JSON, so that what JavaScript cannot hold is sent as it is written. */
  const numbers = [
    ...['0', '-0', '-1', '1.5', '2147483647', '2147483648', '-2147483649'],
    ...['9007199254740991', '9007199254740992', '1e21', '1e400', '123456789012345678901234567890'],
    ...['"9223372036854775807"', '"9223372036854.775808"', '"-9223372036854.775808"'],
    ...['true', 'null', '[]', '{}'],
  ];
  const fieldsOfNumbers: readonly (readonly [string, string, string])[] = [
    ['customer', 'createPaymentIntent(input: { creditAmount: $n }) { __typename }', 'Int!'],
    ['admin', 'billingHistory(first: $n, accountId: "demo") { __typename }', 'Int'],
    ['admin', 'accounts(first: $n) { __typename }', 'Int!'],
    ['admin', 'refund(input: { paymentIntentId: "pi_unknown", amount: $n }) { __typename }', 'SafeInt'],
    [
      'admin',
      'debitCredits(input: { accountId: "demo", credits: $n, idempotencyKey: "n" }) { __typename }',
      'Credits!',
    ],
    [
      'admin',
      'holdCredits(input: { accountId: "demo", credits: $n, idempotencyKey: "n" }) { __typename }',
      'Credits!',
    ],
    [
      'admin',
      'holdCredits(input: { accountId: "unknown", credits: 1, expiresInSeconds: $n, idempotencyKey: "n" }) { __typename }',
      'Int',
    ],
    [
      'admin',
      'extendHold(input: { accountId: "unknown", holdId: "00000000-0000-7000-8000-000000000001", addSeconds: $n }) { __typename }',
      'Int',
    ],
    [
      'admin',
      'grantCredits(input: { accountId: "unknown", credits: $n, idempotencyKey: "n" }) { __typename }',
      'Credits!',
    ],
    [
      'admin',
      'grantCredits(input: { accountId: "unknown", credits: 1, priority: $n, idempotencyKey: "n" }) { __typename }',
      'Int',
    ],
  ];

  it.each(fieldsOfNumbers)('as %s, %s', async (key, field, type) => {
    const kind = /^(billingHistory|accounts)/.test(field) ? 'query' : 'mutation';
    const query = JSON.stringify(`${kind} ($n: ${type}) { ${field} }`);
    for (const n of numbers) {
      const body = `{"query":${query},"variables":{"n":${n}}}`;
      const { code, text } = await send(key === 'customer' ? keys.customer : keys.admin, body);
      expect({ n, code }).toEqual({
        n,
        code: expect.stringMatching(/^(ok|BAD_USER_INPUT|NOT_FOUND|PACKAGE_NOT_FOUND|INSUFFICIENT_CREDITS)$/),
      });
      expect(text).not.toMatch(leaks);
    }
  });

  it('cannot overflow a balance', async () => {
    const query =
      'mutation ($input: GrantCreditsInput!) { grantCredits(input: $input) { balance { available } } }';
    const grant = (credits: string, idempotencyKey: string) =>
      send(
        keys.admin,
        JSON.stringify({ query, variables: { input: { accountId: 'demo', credits, idempotencyKey } } }),
      );
    expect((await grant('9223372036854.775807', 'all')).text).toContain('"available":"9223372036854.775807"');
    expect((await grant('0.000001', 'one more')).code).toBe('BAD_USER_INPUT');
  });
});
