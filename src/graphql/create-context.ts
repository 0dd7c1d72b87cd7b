import type { Request } from 'express';
import { currentRequest } from '../platform/http/request-scope.js';
import { type Authenticate, callerFrom } from './authenticate.js';
import type { BillingContext } from './context.js';

/** Makes the context of each request; see `callerFrom` for how it may fail. */
export function contextFactory(authenticate: Authenticate) {
  return async ({ req }: { readonly req: Request }): Promise<BillingContext> => {
    const scope = currentRequest();
    if (!scope) throw new Error('GraphQL is mounted outside of the request scope.');
    const caller = await callerFrom(req.get('authorization'), authenticate);
    const log = caller ? scope.log.child({ role: caller.role, keyId: caller.keyId }) : scope.log;
    return { caller, requestId: scope.requestId, log };
  };
}
