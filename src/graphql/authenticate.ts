import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { type Caller, unauthenticated } from '../platform/caller.js';

/** The caller that an API key belongs to; null where there is no such key. */
export type Authenticate = (token: string) => Promise<Caller | null>;

/** RFC 6750's b68token, with a bound on its length. */
const bearer = /^Bearer +([A-Za-z0-9._~+/-]{1,256}=*) *$/i;

/**
 * The caller that an Authorization header names; null without a header.
 * @throws GraphQLError UNAUTHENTICATED, answered with HTTP 401, for a malformed header or a wrong key.
 */
export async function callerFrom(
  header: string | undefined,
  authenticate: Authenticate,
): Promise<Caller | null> {
  if (header === undefined) return null;
  const token = bearer.exec(header)?.[1];
  const caller = token === undefined ? null : await authenticate(token);
  if (caller) return caller;
  const error = unauthenticated();
  const http = { status: 401, headers: new HeaderMap([['www-authenticate', 'Bearer']]) };
  throw new GraphQLError(error.message, { originalError: error, extensions: { http } });
}
