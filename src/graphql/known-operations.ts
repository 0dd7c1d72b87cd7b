import { GraphQLError, type ValidationRule } from 'graphql';

/** graphql-js notices an operation whose root type does not exist only when executing, as if it were our failure. */
export const knownOperationsRule: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    if (context.getSchema().getRootType(operation.operation)) return;
    context.reportError(new GraphQLError(`This API has no ${operation.operation}s.`, { nodes: operation }));
  },
});
