import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { BillingContext } from '../context.js';
import { assertAffordable } from './cost.js';
import { assertStorable } from './input-values.js';

/** Refuses variables that could not be stored, and operations that cost too much, before any resolver runs. */
export const limitsPlugin: ApolloServerPlugin<BillingContext> = {
  async requestDidStart() {
    return listener;
  },
};

/** Keeps nothing of a request, so that one does for all. */
const listener: Awaited<ReturnType<NonNullable<typeof limitsPlugin.requestDidStart>>> = {
  async didResolveOperation({ schema, document, operation, request: { variables = {} } }) {
    if (!operation) return;
    try {
      assertStorable(variables);
      assertAffordable({ schema, document, operation, variables });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new GraphQLError(error.message, { originalError: error, extensions: { http: { status: 400 } } });
    }
  },
};
