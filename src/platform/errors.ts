/** Every code a client can meet in `extensions.code` of an expected failure. */
export const errorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'PACKAGE_NOT_FOUND',
  'PAYMENT_NOT_SUCCEEDED',
  'PAYMENT_MISMATCH',
  'REFUND_EXCEEDS_PAYMENT',
  'CREDITS_ALREADY_SPENT',
  'INSUFFICIENT_CREDITS',
  'CREDITS_HELD',
  'ACCOUNT_IN_DEBT',
  'HOLD_NOT_ACTIVE',
  'IDEMPOTENCY_KEY_REUSED',
  'STRIPE_UNAVAILABLE',
  'STRIPE_DECLINED',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** What a code carries besides its message; it reaches the client in `extensions`. */
export type ErrorDetails = Readonly<
  Record<string, string | number | boolean | null | readonly (string | number)[]>
>;

/**
 * A failure that callers are expected to meet and handle. Its message and details are shown to
 * clients, so neither may hold a secret or another account's data. Anything that is not a
 * DomainError is masked at the edge.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The details of a failure that may be over soon. */
export const retryAfter = (milliseconds: number): ErrorDetails => ({
  retryable: true,
  retryAfterSeconds: Math.max(1, Math.ceil(milliseconds / 1_000)),
});

export const badInput = (message: string): DomainError => new DomainError('BAD_USER_INPUT', message);
export const notFound = (what: string): DomainError => new DomainError('NOT_FOUND', `${what} not found.`);
