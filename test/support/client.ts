import { expect } from '@jest/globals';
import { ClientError, GraphQLClient } from 'graphql-request';
import type { ErrorCode } from '../../src/platform/errors.js';

export interface Clients {
  readonly customer: GraphQLClient;
  readonly service: GraphQLClient;
  readonly admin: GraphQLClient;
  readonly anonymous: GraphQLClient;
}

/** GraphQL clients of the server at `url` (without path), one for each demo key. */
export function clientsOf(url: string): Clients {
  return {
    customer: clientWithKey(url, 'demo_customer_key'),
    service: clientWithKey(url, 'demo_service_key'),
    admin: clientWithKey(url, 'demo_admin_key'),
    anonymous: new GraphQLClient(`${url}/graphql`),
  };
}

export const clientWithKey = (url: string, apiKey: string): GraphQLClient =>
  new GraphQLClient(`${url}/graphql`, { headers: { authorization: `Bearer ${apiKey}` } });

/**
 * Expects a GraphQL request to fail with exactly one error of this code, besides what GraphQL itself refuses.
 * @returns the error's message and extensions, for further expectations.
 */
export async function expectCode(
  request: Promise<unknown>,
  code: ErrorCode | 'GRAPHQL_VALIDATION_FAILED' | 'GRAPHQL_PARSE_FAILED' | 'INTERNAL_SERVER_ERROR',
): Promise<{ message: string; extensions: Record<string, unknown> }> {
  const error = await request.then(
    (data) => {
      throw new Error(`Expected ${code}, but the request succeeded: ${JSON.stringify(data)}`);
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof ClientError)) throw error;
  const errors = error.response.errors ?? [];
  expect(errors.map(({ extensions }) => extensions?.code)).toEqual([code]);
  const [first] = errors;
  return { message: first?.message ?? '', extensions: { ...first?.extensions } };
}
