import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';

const contractText = readFileSync('test/contract/contract.graphql', 'utf8');
const schemaText = readFileSync('schema.graphql', 'utf8');

/** An argument or a field of an input. */
interface Input {
  readonly name: string;
  readonly type: { toString(): string };
  readonly defaultValue?: unknown;
}

const inputFact = (owner: string, { name, type, defaultValue }: Input): string =>
  `${owner}(${name}: ${type}${defaultValue === undefined ? '' : ` = ${JSON.stringify(defaultValue)}`})`;

/** Everything that clients can write or read of a type, one fact per line. */
function factsOf(type: GraphQLNamedType): string[] {
  const { name } = type;
  if (isObjectType(type) || isInterfaceType(type)) {
    return Object.values(type.getFields()).flatMap((field) => [
      `${name}.${field.name}: ${field.type}`,
      ...field.args.map((arg) => inputFact(`${name}.${field.name}`, arg)),
    ]);
  }
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((field) => inputFact(`input ${name}`, field));
  }
  if (isEnumType(type)) return type.getValues().map((value) => `enum ${name}: ${value.name}`);
  return [`scalar ${name}`];
}

function facts(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap(factsOf);
}

/** What a schema breaks of the contract: what is missing or different, and what it newly demands. */
function broken(schema: string): string[] {
  const contract = buildSchema(contractText);
  const actual = buildSchema(schema);
  const present = new Set(facts(actual));
  const missing = facts(contract).filter((fact) => !present.has(fact));
  const demands = findBreakingChanges(contract, actual)
    .filter(({ type }) => type === 'REQUIRED_ARG_ADDED' || type === 'REQUIRED_INPUT_FIELD_ADDED')
    .map(({ description }) => description);
  return [...missing, ...demands];
}

it('is kept by the schema', () => {
  expect(broken(schemaText)).toEqual([]);
});

describe('is broken', () => {
  it.each([
    [
      'a field that is renamed',
      'creditsAdded:',
      'creditAdded:',
      'ConfirmPaymentPayload.creditsAdded: Credits!',
    ],
    ['a field that may be null', 'clientSecret: String!', 'clientSecret: String', 'clientSecret: String!'],
    ['a list that may hold null', 'lots: [CreditLot!]!', 'lots: [CreditLot]!', 'lots: [CreditLot!]!'],
    ['another type', 'amount: SafeInt!', 'amount: Int!', 'Money.amount: SafeInt!'],
    ['a type that is renamed', /\bRefundPayload\b/g, 'Refunded', 'RefundPayload.refund: Refund!'],
    [
      'an enum value that goes',
      '  REFUND_FAILED\n',
      '  REFUND_LOST\n',
      'enum BillingEntryType: REFUND_FAILED',
    ],
    ['another default', 'first: Int = 20', 'first: Int = 50', 'billingHistory(first: Int = 20)'],
    [
      'another default of an input',
      '= REJECT',
      '= CREATE_DEBT',
      '(spentCredits: SpentCreditsPolicy = "REJECT")',
    ],
    ['an input that becomes required', /note: String\n/g, 'note: String!\n', 'Input(note: String)'],
    ['an argument that goes', /after: String\n/g, 'from: String\n', 'Query.billingHistory(after: String)'],
    [
      'an argument that is newly required',
      'paymentIntentId: ID!\n  ): Payment',
      'paymentIntentId: ID!\n    accountId: ID!\n  ): Payment',
      'A required arg accountId on Query.payment was added',
    ],
  ])('by %s', (_case, from, to, expected) => {
    const changed = schemaText.replace(from, to);
    expect(changed).not.toBe(schemaText);
    expect(broken(changed).join('\n')).toContain(expected);
  });

  it('not by what is added', () => {
    const more = schemaText
      .replace('type Query {', 'type Query {\n  more(first: Int = 1): String!\n')
      .replace('enum RefundStatus {', 'enum RefundStatus {\n  REVERSED\n');
    expect(broken(more)).toEqual([]);
  });
});
