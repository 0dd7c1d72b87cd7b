import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { clientWithKey } from '../support/client.js';
import { holdCreditsMutation } from '../support/holds.js';
import { createApiKeyMutation, createPaymentIntentMutation } from '../support/operations.js';
import { newCustomer, purchase, type TestCustomer } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';

type Path = readonly string[];

interface Operation {
  readonly name: string;
  readonly field: GraphQLField<unknown, unknown>;
}

/** An argument, or a field of one, that takes an id. */
interface Place extends Operation {
  readonly path: Path;
  readonly at: string;
}

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const operations: readonly Operation[] = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map((field) => ({ name: `${type?.name}.${field.name}`, field })),
);

function idPaths(type: GraphQLInputType, path: Path): Path[] {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return idPaths(nullable.ofType, [...path, '0']);
  if (isInputObjectType(nullable)) {
    return Object.values(nullable.getFields()).flatMap((field) => idPaths(field.type, [...path, field.name]));
  }
  return nullable.toString() === 'ID' ? [path] : [];
}

/** Of what belongs to no account, and is shown to admins alone. */
const ownerless: ReadonlySet<string> = new Set(['Query.reconciliation id']);

const places: readonly Place[] = operations.flatMap(({ name, field }) =>
  field.args
    .flatMap((arg) => idPaths(arg.type, [arg.name]))
    .map((path) => ({ name, field, path, at: path.join('.') }))
    .filter(({ at }) => !ownerless.has(`${name} ${at}`)),
);

/** Of what an id at a place is, by the place's last name and, where that is just `id`, by the operation. */
const kinds: Readonly<Record<string, 'account' | 'payment' | 'hold' | 'key' | 'reconciliation' | 'event'>> = {
  accountId: 'account',
  actorKeyId: 'key',
  paymentId: 'payment',
  paymentIntentId: 'payment',
  holdId: 'hold',
  'Query.account id': 'account',
  'Mutation.createAccount id': 'account',
  'Mutation.revokeApiKey id': 'key',
  'Query.reconciliation id': 'reconciliation',
  objectId: 'payment',
  'Query.webhookEvent id': 'event',
  'Mutation.replayWebhookEvent id': 'event',
};
const kindOf = ({ name, path }: Place) => kinds[path.at(-1) ?? ''] ?? kinds[`${name} ${path.at(-1)}`];

/** What the rest of an operation must be given to do something. Other arguments are left out if they may be. */
const given: Readonly<Record<string, unknown>> = {
  addSeconds: 1,
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-31T00:00:00.000Z',
  role: 'CUSTOMER',
  creditAmount: 100,
  credits: '1',
};

/** What a request names besides the id in question. */
interface Company {
  readonly accountId: string;
  readonly holdId: string;
}

/** Makes valid arguments with what is required in them, what `given` has, and `id` at `path`. */
class Arguments {
  constructor(
    private readonly id: string,
    private readonly company: Company,
    private readonly unique: string,
  ) {}

  value(type: GraphQLInputType, name: string, path: Path | null): unknown {
    const nullable = getNullableType(type);
    if (path?.length === 0) return this.id;
    if (isListType(nullable)) return [this.value(nullable.ofType, name, path?.slice(1) ?? null)];
    if (isInputObjectType(nullable)) {
      const members = Object.values(nullable.getFields()).flatMap((field) => {
        const rest = path?.[0] === field.name ? path.slice(1) : null;
        const wanted = rest !== null || isNonNullType(field.type) || field.name in given;
        return wanted ? [[field.name, this.value(field.type, field.name, rest)] as const] : [];
      });
      return Object.fromEntries(members);
    }
    if (name === 'accountId' || name === 'holdId') return this.company[name];
    if (name in given) return given[name];
    if (isEnumType(nullable)) return nullable.getValues()[0]?.name;
    if (nullable.toString() === 'Boolean') return false;
    return ['Int', 'SafeInt'].includes(nullable.toString()) ? 1 : this.unique;
  }
}

/** Enough of an answer to tell one object from another. */
function selectionOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return '';
  const names = Object.keys(type.getFields());
  if (names.includes('nodes')) return '{ nodes { __typename } }';
  return names.includes('outcomes') ? '{ outcomes { refusal { code } } }' : '{ __typename }';
}

interface World {
  /** Asks for what it does not own. */
  readonly stranger: TestCustomer;
  /** Owns what `ids` names. */
  readonly victim: TestCustomer;
  /** Somebody else with a hold. */
  readonly other: TestCustomer;
  readonly company: Readonly<Record<'victim' | 'other', Company>>;
  readonly ids: Readonly<Record<'account' | 'payment' | 'hold' | 'key' | 'reconciliation' | 'event', string>>;
}

/** Well-formed, and nobody's. */
const unknownIds = {
  account: 'nobody',
  payment: 'pi_1234567890abcdefghijklmn',
  hold: '019bc1f2-0000-7000-8000-000000000000',
  key: '019bc1f2-0000-7000-8000-000000000001',
  reconciliation: '019bc1f2-0000-7000-8000-000000000002',
  event: 'evt_1234567890abcdefghijklmn',
} as const;

let service: TestService;
let world: World;
let calls = 0;

beforeAll(async () => {
  service = await startTestService();
  const victim = await newCustomer(service);
  const stranger = await newCustomer(service);
  const other = await newCustomer(service);
  for (const customer of [victim, stranger, other]) await purchase(service, customer, 500);
  const payment = await purchase(service, victim, 500);
  await purchase(service, victim, 100, 'pm_card_createDispute');
  await purchase(service, victim, 100, 'pm_card_createIssuerFraudRecord');
  await service.settle();
  const hold = async ({ accountId }: TestCustomer) => {
    const input = { accountId, credits: '10', idempotencyKey: 'hold' };
    return (await service.clients.service.request(holdCreditsMutation, { input })).holdCredits.hold.id;
  };
  const { createApiKey } = await service.clients.admin.request(createApiKeyMutation, {
    input: { role: 'CUSTOMER', accountId: victim.accountId, name: 'to be revoked' },
  });
  // So that the audit log has something of this key.
  await clientWithKey(service.url, createApiKey.token).request(createPaymentIntentMutation, {
    input: { creditAmount: 100 },
  });
  await service.clients.admin.request('mutation { reconcile { queued } }');
  await service.settle();
  const { reconciliations } = await service.clients.admin.request<{
    reconciliations: { nodes: { id: string }[] };
  }>('query { reconciliations(first: 1) { nodes { id } } }');
  const company = {
    victim: { accountId: victim.accountId, holdId: await hold(victim) },
    other: { accountId: other.accountId, holdId: await hold(other) },
  };
  const ids = {
    account: victim.accountId,
    payment,
    hold: company.victim.holdId,
    key: createApiKey.apiKey.id,
    reconciliation: reconciliations.nodes[0]?.id ?? '',
    event: service.sandbox.events().find(({ type }) => type === 'payment_intent.succeeded')?.id ?? '',
  };
  world = { stranger, victim, other, company, ids };
  await service.settle();
});
afterAll(() => service.close());

/** What the server answers, without what differs from call to call. */
async function answerTo(
  { field, name, path }: Place,
  id: string,
  key: string,
  company = world.company.victim,
): Promise<unknown> {
  calls += 1;
  const made = new Arguments(id, company, `call-${calls}`);
  const args = field.args.filter((arg) => arg.name === path[0] || isNonNullType(arg.type));
  const values = args.map((arg) => {
    const rest = arg.name === path[0] ? path.slice(1) : null;
    return [arg.name, made.value(arg.type, arg.name, rest)] as const;
  });
  const declared = args.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
  const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const kind = name.startsWith('Query') ? 'query' : 'mutation';
  const query = `${kind} (${declared}) { ${field.name}(${passed}) ${selectionOf(field)} }`;
  const response = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables: Object.fromEntries(values) }),
  });
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: { locations?: unknown }[] };
  return { status: response.status, data, errors: errors?.map(({ locations: _, ...error }) => error) };
}

const codesOf = (answer: unknown): unknown =>
  (answer as { errors?: { extensions: { code: string } }[] }).errors?.map(
    ({ extensions }) => extensions.code,
  );

describe('every place that takes an id', () => {
  it('is known here, by what it is the id of', () => {
    expect(places.length).toBeGreaterThan(15);
    expect(places.filter((place) => !kindOf(place)).map(({ name, at }) => `${name} ${at}`)).toEqual([]);
  });

  it.each(places)("$name, $at: another customer's is answered like an unknown one", async (place) => {
    const kind = kindOf(place) ?? 'account';
    const { apiKey } = world.stranger;
    const foreign = await answerTo(place, world.ids[kind], apiKey);
    expect(foreign).toEqual(await answerTo(place, unknownIds[kind], apiKey));
    expect(codesOf(foreign)).toEqual([expect.stringMatching(/^(FORBIDDEN|NOT_FOUND)$/)]);
  });
});

describe('a hold', () => {
  const ofHolds = places.filter((place) => kindOf(place) === 'hold');

  it.each(ofHolds)('$name: of another account is unknown, to the gateway too', async (place) => {
    const { other } = world.company;
    const foreign = await answerTo(place, world.ids.hold, 'demo_service_key', other);
    expect(foreign).toEqual(await answerTo(place, unknownIds.hold, 'demo_service_key', other));
    expect(codesOf(foreign)).toEqual(['NOT_FOUND']);
  });
});

describe('a cursor', () => {
  it.each(['billingHistory', 'ledgerEntries'])(
    'of another account shows %s of the own one only',
    async (list) => {
      const page = async (key: string, after: string | null) => {
        const response = await fetch(`${service.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
          body: JSON.stringify({
            query: `query ($after: String) { ${list}(first: 50, after: $after) { nodes { id } pageInfo { startCursor } } }`,
            variables: { after },
          }),
        });
        const { data } = (await response.json()) as {
          data: Record<string, { nodes: { id: string }[]; pageInfo: { startCursor: string } }>;
        };
        return data[list] ?? { nodes: [], pageInfo: { startCursor: '' } };
      };
      const own = await page(world.stranger.apiKey, null);
      const foreign = await page(world.victim.apiKey, null);
      const crossed = await page(world.stranger.apiKey, foreign.pageInfo.startCursor);
      expect(crossed.nodes.length).toBeGreaterThan(0);
      expect(own.nodes).toEqual(expect.arrayContaining(crossed.nodes));
    },
  );
});

// Last: support does to the victim what its ids are for.
describe('this test', () => {
  it.each(places)('would notice: to who may, $name, $at: the two differ', async (place) => {
    const kind = kindOf(place) ?? 'account';
    // Whoever pays confirms.
    const confirms = place.name === 'Mutation.confirmPayment';
    const key = confirms ? world.other.apiKey : 'demo_admin_key';
    const id = confirms ? await purchase(service, world.other, 100) : world.ids[kind];
    const real = await answerTo(place, id, key);
    const unknown = await answerTo(
      place,
      place.name === 'Mutation.createAccount' ? 'new' : unknownIds[kind],
      key,
    );
    expect(real).not.toEqual(unknown);
    expect(codesOf(real)?.toString() ?? 'ok').not.toMatch(/FORBIDDEN|UNAUTHENTICATED/);
  });
});
