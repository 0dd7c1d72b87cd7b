import { createHash } from 'node:crypto';

/** Accounts, keys and payments are told apart by their numbers, from 0, so that no process has to ask another. */

export const accountId = (account: number): string => `account-${account}`;

/** As long as a real one, and with a prefix of its own in its first 12 characters. */
const tokenOf = (number: number): string => `ubk_${String(number).padStart(8, '0')}_${'bench'.repeat(6)}`;

export const customerToken = (account: number): string => tokenOf(account);
export const serviceToken = tokenOf(99_999_999);

export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

export const paymentIntentId = (payment: number): string => `pi_bench${payment}`;

/** The payment with an intent; NaN for another's. */
export const paymentOf = (intentId: string): number => Number(/^pi_bench(\d+)$/.exec(intentId)?.[1]);

export const paymentId = (payment: number): string =>
  `00000000-0000-7000-8000-${String(payment).padStart(12, '0')}`;

export const customerId = (account: number): string => `cus_bench${account}`;
