import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestHandler } from 'express';
import type { Clock } from '../clock.js';
import { newId } from '../ids.js';
import type { Log } from '../log.js';

export interface RequestScope {
  readonly requestId: string;
  readonly log: Log;
}

/** Ids of callers are kept only if they are safe in headers, logs and error messages. */
const saneRequestId = /^[A-Za-z0-9._-]{1,64}$/;

const scopes = new AsyncLocalStorage<RequestScope>();

/** The request being served, for places that are handed no request, such as Apollo's formatError. */
export const currentRequest = (): RequestScope | undefined => scopes.getStore();

/** Runs `work` as part of the request that `scope` is of, when the request's own turns are over. */
export const asPartOf = (scope: RequestScope | undefined, work: () => void): void =>
  scope ? scopes.run(scope, work) : work();

/** Gives each request an id, the caller's X-Request-Id if it is sane, and answers with it. */
export function requestScope(clock: Clock, log: Log): RequestHandler {
  return (req, res, next) => {
    const given = req.get('x-request-id');
    const requestId = given && saneRequestId.test(given) ? given : newId(clock);
    res.set('X-Request-Id', requestId);
    scopes.run({ requestId, log }, next);
  };
}
