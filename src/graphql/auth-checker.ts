import type { AuthCheckerFn } from 'type-graphql';
import { forbidden, type Role } from '../platform/caller.js';
import { type BillingContext, callerOf } from './context.js';

/**
 * Decides `@Authorized('ADMIN', 'SERVICE')`; without roles, any API key will do.
 * @throws DomainError UNAUTHENTICATED without a key, FORBIDDEN where the key has none of the roles.
 */
export const authChecker: AuthCheckerFn<BillingContext, Role> = ({ context }, roles) => {
  const caller = callerOf(context);
  if (roles.length > 0 && !roles.includes(caller.role)) {
    throw forbidden(`This needs an API key of role ${roles.join(' or ')}.`);
  }
  return true;
};
