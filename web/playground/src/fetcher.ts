import type { Fetcher, FetcherParams } from '@graphiql/toolkit';
import type { ExecutionResult } from 'graphql';
import { requestHeaders } from './keys/api-keys.js';

const endpoint = '/graphql';
const introspectionName = 'IntrospectionQuery';

/**
 * Sends operations with the key that `currentKey` names, and shows each answer's data to `onData`.
 * The schema is read without a key, so that a wrong one does not take the documentation away.
 */
export function createFetcher(currentKey: () => string | null, onData: (data: unknown) => void): Fetcher {
  return async (params, options) => {
    const introspecting = params.operationName === introspectionName;
    const headers = introspecting ? {} : requestHeaders(options?.headers ?? {}, currentKey());
    const result = await post(params, headers);
    onData(result.data);
    return result;
  };
}

async function post(params: FetcherParams, headers: Record<string, string>): Promise<ExecutionResult> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...headers,
      'content-type': 'application/json',
    },
    body: JSON.stringify(params),
  });
  const text = await response.text();
  try {
    return JSON.parse(text) as ExecutionResult;
  } catch {
    throw new Error(
      `The server answered ${response.status} ${response.statusText}, which is not JSON: ${text}`,
    );
  }
}
