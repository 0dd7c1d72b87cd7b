import { type GraphQLSchema, getNullableType, getVariableValues, isListType } from 'graphql';
// Its ESM build loads a second copy of graphql-js, whose types are strangers to our schema's.
import { type ComplexityEstimator, getComplexity } from 'graphql-query-complexity/cjs';
import { badInput, DomainError } from '../../platform/errors.js';
import { maxPageSize } from '../connections/page.js';
import { AffordableOperations, type OperationWithVariables } from './affordable-operations.js';
import { maxCoercionErrors, maxCostFields } from './limits.js';

/** How long a list without `first` is taken to be: packages on sale, lots of a balance, refunds of a payment. */
const assumedListLength = 10;

/** Fields of an expanded operation that are looked at before it is refused unread. */
const maxCountedNodes = 10_000;

/** What a field says that it costs, besides what is below it. Always the same number, whatever its arguments. */
const stated: ComplexityEstimator = ({ field, childComplexity }) => {
  const own = field.extensions.complexity;
  return typeof own === 'number' ? own + childComplexity : undefined;
};

/** One per field; what is below a list counts once per item it may have. */
const perItem: ComplexityEstimator = ({ args, childComplexity, field, type }) => {
  if (field.name.startsWith('__') || type.name.startsWith('__')) return 1 + childComplexity;
  return 1 + childComplexity * itemsOf(args.first, isListType(getNullableType(field.type)), type.name);
};

function itemsOf(first: unknown, isList: boolean, parentType: string): number {
  // Beyond the page size the resolver refuses, with a message that says so.
  if (typeof first === 'number') return Math.min(Math.max(first, 1), maxPageSize);
  // The lists inside a connection were counted at the connection's `first`.
  return isList && !parentType.endsWith('Connection') ? assumedListLength : 1;
}

const estimators = [stated, perItem];

/** All that the estimators go by: what else they should read, it must tell apart. */
const affordable = new AffordableOperations();

export interface CostedOperation extends OperationWithVariables {
  readonly schema: GraphQLSchema;
}

/**
 * Bounds what an operation may cost with the variables it comes with. A field's own `complexity` takes
 * precedence over the estimate.
 * @throws DomainError BAD_USER_INPUT beyond `maxCostFields`, or where arguments cannot be read.
 */
export function assertAffordable(asked: CostedOperation): void {
  if (affordable.has(asked)) return;
  const { schema, operation, variables } = asked;
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: maxCoercionErrors,
  });
  // Execution reports these better, each with its path.
  if (coerced.errors) return;
  const cost = estimate(asked);
  if (cost > maxCostFields) throw badInput(`Query cost limit of ${maxCostFields} exceeded, found ${cost}.`);
  affordable.add(asked);
}

function estimate({ schema, document, operation, variables }: CostedOperation): number {
  const name = operation.name?.value;
  try {
    return getComplexity({
      schema,
      query: document,
      estimators,
      variables: { ...variables },
      maxQueryNodes: maxCountedNodes,
      ...(name === undefined ? {} : { operationName: name }),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'Its cost cannot be estimated.';
    throw new DomainError('BAD_USER_INPUT', reason, {}, { cause: error });
  }
}
