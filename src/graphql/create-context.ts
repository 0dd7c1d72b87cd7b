import type { Request } from 'express';
import type { Caller } from '../platform/caller.js';
import { currentRequest, type RequestScope } from '../platform/http/request-scope.js';
import type { Log } from '../platform/log.js';
import { type Authenticate, callerFrom } from './authenticate.js';
import type { BillingContext } from './context.js';

/** Makes the context of each request; see `callerFrom` for how it may fail. */
export function contextFactory(authenticate: Authenticate) {
  return async ({ req }: { readonly req: Request }): Promise<BillingContext> => {
    const scope = currentRequest();
    if (!scope) throw new Error('GraphQL is mounted outside of the request scope.');
    const caller = await callerFrom(req.get('authorization'), authenticate);
    return new RequestContext(caller, scope);
  };
}

/** Apollo copies the fields of a context, and not what its class adds: so only those who log pay for a child logger. */
class RequestContext implements BillingContext {
  constructor(
    readonly caller: Caller | null,
    private readonly scope: RequestScope,
  ) {}

  get requestId(): string {
    return this.scope.requestId;
  }

  get log(): Log {
    const { caller, scope } = this;
    return caller ? scope.log.child({ role: caller.role, keyId: caller.keyId }) : scope.log;
  }
}
