import { badInput, DomainError } from './errors.js';

export const roles = ['CUSTOMER', 'SERVICE', 'ADMIN'] as const;
export type Role = (typeof roles)[number];

/** Who sent a request, as its API key says. A customer's key belongs to one account; the others to none. */
export type Caller =
  | { readonly role: 'CUSTOMER'; readonly keyId: string; readonly accountId: string }
  | { readonly role: 'SERVICE' | 'ADMIN'; readonly keyId: string; readonly accountId: null };

export const unauthenticated = (): DomainError =>
  new DomainError('UNAUTHENTICATED', 'Send a valid API key as "Authorization: Bearer <API key>".');

export const forbidden = (message = 'This API key may not do that.'): DomainError =>
  new DomainError('FORBIDDEN', message);

/**
 * The account a request is about. Customers name none and get their own; service and admin keys must name one.
 * @throws DomainError FORBIDDEN when a customer names another account, BAD_USER_INPUT when the others name none.
 */
export function accountOf(caller: Caller, accountId: string | null | undefined): string {
  if (caller.role === 'CUSTOMER') {
    if (accountId != null && accountId !== caller.accountId)
      throw forbidden('A customer key sees its own account only.');
    return caller.accountId;
  }
  if (accountId == null) throw badInput('Name the account: this API key belongs to none. Pass accountId.');
  return accountId;
}
