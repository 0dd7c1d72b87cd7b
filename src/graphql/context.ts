import { type Actor, actorFor } from '../platform/actor.js';
import { type Caller, unauthenticated } from '../platform/caller.js';
import type { Log } from '../platform/log.js';

/** What every resolver is given beside its arguments. */
export interface BillingContext {
  /** Null where the request carried no API key. A request with a wrong key never gets here. */
  readonly caller: Caller | null;
  /** Also on the response as X-Request-Id and in every log line of the request. */
  readonly requestId: string;
  readonly log: Log;
}

/** @throws DomainError UNAUTHENTICATED where the request carried no API key. */
export function callerOf(context: BillingContext): Caller {
  if (!context.caller) throw unauthenticated();
  return context.caller;
}

/**
 * The caller, as the audit log names it.
 * @throws DomainError UNAUTHENTICATED where the request carried no API key.
 */
export const actorOf = (context: BillingContext): Actor => actorFor(callerOf(context), context.requestId);
