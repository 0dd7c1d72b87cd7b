import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { BillingContext } from '../context.js';
import { assertAffordable } from './cost.js';

/** Refuses operations that cost too much, before any resolver runs. */
export const costPlugin: ApolloServerPlugin<BillingContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, operation, request }) {
        if (!operation) return;
        try {
          assertAffordable({ schema, document, operation, variables: request.variables ?? {} });
        } catch (error) {
          if (!(error instanceof Error)) throw error;
          throw new GraphQLError(error.message, {
            originalError: error,
            extensions: { http: { status: 400 } },
          });
        }
      },
    };
  },
};
