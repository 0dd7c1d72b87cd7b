import type { Request } from 'express';
import type { Caller } from '../platform/caller.js';
import { currentRequest, type RequestScope } from '../platform/http/request-scope.js';
import type { Log } from '../platform/log.js';
import type { Admission } from './admission.js';
import type { BillingContext } from './context.js';

/** Loggers of callers that are kept; beyond it they are made anew. */
const maxKeptLogs = 1_000;

/** Makes the context of each request; see `Admission.callerOf` for how it may fail. */
export function contextFactory(admission: Admission) {
  const logs = new CallerLogs();
  return async ({ req }: { readonly req: Request }): Promise<BillingContext> => {
    const scope = currentRequest();
    if (!scope) throw new Error('GraphQL is mounted outside of the request scope.');
    const caller = await admission.callerOf(req);
    return new RequestContext(caller, scope, logs);
  };
}

/** Apollo copies the fields of a context, and not what its class adds: so only those who log pay for a logger. */
class RequestContext implements BillingContext {
  constructor(
    readonly caller: Caller | null,
    private readonly scope: RequestScope,
    private readonly logs: CallerLogs,
  ) {}

  get requestId(): string {
    return this.scope.requestId;
  }

  get log(): Log {
    return this.caller ? this.logs.of(this.caller, this.scope.log) : this.scope.log;
  }
}

/** A child logger for each key: to make one costs more than to write a line. */
class CallerLogs {
  readonly #logs = new Map<string, Log>();

  of({ role, keyId }: Caller, parent: Log): Log {
    const known = this.#logs.get(keyId);
    if (known) return known;
    if (this.#logs.size >= maxKeptLogs) this.#logs.clear();
    const log = parent.child({ role, keyId });
    this.#logs.set(keyId, log);
    return log;
  }
}
