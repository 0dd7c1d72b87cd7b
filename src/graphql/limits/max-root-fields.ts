import {
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { maxRootFields } from './limits.js';

/** Refuses operations with more root fields than `maxRootFields`, counted through fragments. */
export const maxRootFieldsRule: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    const count = countFields(operation.selectionSet, context, new Map());
    if (count > maxRootFields) {
      const message = `Root fields limit of ${maxRootFields} exceeded, found ${count}.`;
      context.reportError(new GraphQLError(message, { nodes: operation }));
    }
  },
});

/** `counted` makes each fragment be walked once; while that lasts it counts 0, so that cycles end. */
function countFields(
  set: SelectionSetNode,
  context: ValidationContext,
  counted: Map<string, number>,
): number {
  let count = 0;
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) count += 1;
    else if (selection.kind === Kind.INLINE_FRAGMENT) {
      count += countFields(selection.selectionSet, context, counted);
    } else count += countFragment(selection.name.value, context, counted);
  }
  return count;
}

function countFragment(name: string, context: ValidationContext, counted: Map<string, number>): number {
  const known = counted.get(name);
  if (known !== undefined) return known;
  counted.set(name, 0);
  const fragment = context.getFragment(name);
  const count = fragment ? countFields(fragment.selectionSet, context, counted) : 0;
  counted.set(name, count);
  return count;
}
