import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { BillingContext } from '../context.js';
import { assertStorable } from './input-values.js';

/** Refuses variables that could not be stored, before any resolver runs. */
export const inputPlugin: ApolloServerPlugin<BillingContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ request }) {
        try {
          assertStorable(request.variables ?? {});
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
