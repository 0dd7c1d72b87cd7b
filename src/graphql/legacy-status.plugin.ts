import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { BillingContext } from './context.js';

const documentErrorCodes = new Set<unknown>([
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.BAD_USER_INPUT,
]);

/**
 * Clients that ask for application/json by name, and not for application/graphql-response+json, are
 * answered 200 where Apollo says 400 to a document or variables that cannot be run: by the GraphQL over
 * HTTP specification such clients take any other status for an answer that is not GraphQL's.
 * https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
export const legacyStatusPlugin: ApolloServerPlugin<BillingContext> = {
  async requestDidStart({ request }) {
    const accept = request.http?.headers.get('accept') ?? '';
    if (!accept.includes('application/json') || accept.includes('application/graphql-response+json')) return;
    return {
      async willSendResponse({ response }) {
        if (response.http.status !== 400 || response.body.kind !== 'single') return;
        const { errors = [] } = response.body.singleResult;
        if (errors.every(({ extensions }) => documentErrorCodes.has(extensions?.code)))
          response.http.status = 200;
      },
    };
  },
};
