import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { Request, RequestHandler } from 'express';
import type { Admission } from './admission.js';
import type { BillingContext } from './context.js';
import { contextFactory } from './create-context.js';

/**
 * Hands requests with a parsed body to a started server, and its answers back. What `@as-integrations/express5` does
 * on top is of no use here and costs as much as a small query: it parses the whole URL anew, and lets Express hash
 * each answer for an ETag, though none may be cached.
 */
export function apolloHandler(server: ApolloServer<BillingContext>, admission: Admission): RequestHandler {
  const contextOf = contextFactory(admission);
  return async (req, res) => {
    const { status, headers, body } = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: req.method,
        headers: headersOf(req),
        search: searchOf(req.url),
        body: req.body,
      },
      context: () => contextOf({ req }),
    });
    if (body.kind !== 'complete')
      throw new Error('Apollo answered in parts, which only @defer and @stream do.');
    for (const [name, value] of headers) res.setHeader(name, value);
    res.statusCode = status ?? 200;
    res.end(body.string);
  };
}

function headersOf(req: Request): HeaderMap {
  const headers = new HeaderMap();
  for (const name in req.headers) {
    const value = req.headers[name];
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}
