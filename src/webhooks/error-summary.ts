import { DomainError } from '../platform/errors.js';

/**
 * An error in words that may be stored and shown. A failed statement's message quotes the statement and its
 * values, so of anything but a DomainError only the name and, where there is one, the code (a SQLSTATE) remain.
 */
export function errorSummary(error: unknown): string {
  if (error instanceof DomainError) {
    const details = Object.keys(error.details).length > 0 ? ` ${JSON.stringify(error.details)}` : '';
    return `${error.code}: ${error.message}${details}`;
  }
  if (!(error instanceof Error)) return `Unexpected ${typeof error}`;
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return `Unexpected ${error.name}${code}`;
}
