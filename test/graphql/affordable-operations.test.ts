import { beforeEach, expect, it } from '@jest/globals';
import { Kind, type OperationDefinitionNode, parse } from 'graphql';
import { AffordableOperations } from '../../src/graphql/limits/affordable-operations.js';

const document = parse(`
  query Listing($n: Int, $deep: Boolean, $search: String) {
    entries(first: $n, search: $search) { ...Entry }
  }
  query Other { entries { id } }
  fragment Entry on Entry { id next @include(if: $deep) { id } }
`);
const [listing, other] = document.definitions.filter(
  (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
);
if (!listing || !other) throw new Error('The document has two operations.');

const asked = (variables: Record<string, unknown>, operation = listing) => ({
  document,
  operation,
  variables,
});

let affordable: AffordableOperations;
beforeEach(() => {
  affordable = new AffordableOperations();
  affordable.add(asked({ n: 5, deep: true, search: 'a' }));
});

it('knows the same operation with the same variables, and no other', () => {
  expect(affordable.has(asked({ n: 5, deep: true, search: 'a' }))).toBe(true);
  expect(affordable.has(asked({}, other))).toBe(false);
  const parsedAgain = parse('query Listing { entries { id } }');
  const [operation] = parsedAgain.definitions as OperationDefinitionNode[];
  expect(operation && affordable.has({ document: parsedAgain, operation, variables: {} })).toBe(false);
});

it.each([
  { n: 6, deep: true, search: 'a' },
  { n: '5', deep: true, search: 'a' },
  { n: 5, deep: false, search: 'a' },
  { n: 5, search: 'a' },
  { deep: true, search: 'a' },
  { n: null, deep: true, search: 'a' },
  { n: 5, deep: true, search: null },
  { n: 5, deep: true },
])('takes %j for another', (variables) => {
  expect(affordable.has(asked(variables))).toBe(false);
});

it('does not care what a variable holds that cost does not depend on', () => {
  expect(affordable.has(asked({ n: 5, deep: true, search: 'b', more: 1 }))).toBe(true);
});

it('remembers no values that are large', () => {
  const variables = { n: 'x'.repeat(100_000), deep: true, search: 'a' };
  affordable.add(asked(variables));
  expect(affordable.has(asked(variables))).toBe(false);
});

it('remembers a bounded number of variants', () => {
  for (let n = 0; n < 1_000; n++) affordable.add(asked({ n }));
  const known = Array.from({ length: 1_000 }, (_, n) => n).filter((n) => affordable.has(asked({ n })));
  expect(known.length).toBeGreaterThan(0);
  expect(known.length).toBeLessThanOrEqual(50);
});
