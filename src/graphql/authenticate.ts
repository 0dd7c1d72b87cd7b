import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { type Caller, unauthenticated } from '../platform/caller.js';

/** The caller that an API key belongs to; null where there is no such key. */
export type Authenticate = (token: string) => Promise<Caller | null>;

/** RFC 6750's b68token, with a bound on its length. */
const bearer = /^Bearer +([A-Za-z0-9._~+/-]{1,256}=*) *$/i;

/** The API key in an Authorization header; undefined where the header is malformed. */
export const tokenFrom = (header: string): string | undefined => bearer.exec(header)?.[1];

/** UNAUTHENTICATED, answered with HTTP 401. */
export function wrongKey(): GraphQLError {
  const error = unauthenticated();
  const http = { status: 401, headers: new HeaderMap([['www-authenticate', 'Bearer']]) };
  return new GraphQLError(error.message, { originalError: error, extensions: { http } });
}
