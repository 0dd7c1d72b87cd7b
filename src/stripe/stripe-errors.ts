import Stripe from 'stripe';
import { CustomerGoneError, StuckKeyError } from '../payments/payment-gateway.js';
import { DomainError, retryAfter } from '../platform/errors.js';

/** Stripe's codes for a refund of more than is left: https://docs.stripe.com/error-codes */
const overRefundCodes = new Set(['charge_already_refunded', 'refund_exceeds_charge']);
/** What Stripe answers where an object does not exist, for us or at all. */
const missingCode = 'resource_missing';

export const isMissing = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeInvalidRequestError && error.code === missingCode;

/** A call that was given up, whatever may come of it yet. */
export class CallTimedOut extends Error {
  override readonly name = 'CallTimedOut';

  constructor(afterMs: number) {
    super(`Stripe did not answer within ${afterMs} ms.`);
  }
}

/** An answer that is no answer of Stripe's. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';

  constructor(expected: string) {
    super(`An answer of Stripe is not the ${expected} that was asked for.`);
  }
}

/** Then Stripe has done nothing: https://docs.stripe.com/rate-limits */
export const isRateLimited = (error: unknown): boolean => error instanceof Stripe.errors.StripeRateLimitError;

/**
 * Whether Stripe, or the way to it, fails for everybody. A refusal is an answer, and so is a failure that Stripe
 * repeats, or a conflict with another request of the same key.
 */
export const isOutage = (error: unknown): boolean =>
  error instanceof CallTimedOut ||
  error instanceof UnreadableAnswer ||
  isRateLimited(error) ||
  error instanceof Stripe.errors.StripeConnectionError ||
  (error instanceof Stripe.errors.StripeAPIError && !isReplayed(error) && !isConflict(error));

/** The outcome is not known, or nothing was done: either way the same call may be repeated with the same key. */
export const unavailable = (why: string, retryAfterMs: number, options?: ErrorOptions): DomainError =>
  new DomainError(
    'STRIPE_UNAVAILABLE',
    `${why} Nothing was done twice; try again with the same idempotency key.`,
    retryAfter(retryAfterMs),
    options,
  );

/**
 * Stripe's failures in our words (https://docs.stripe.com/error-handling). STRIPE_UNAVAILABLE means that the
 * outcome is unknown and that the same call, with the same key, may be repeated; STRIPE_DECLINED, that nothing
 * was done and repeating it is of no use. What only an operator can mend (a bad key) is not translated and
 * will be masked.
 */
export function translateStripeError(error: unknown, retryAfterMs: number): unknown {
  if (error instanceof Stripe.errors.StripeAPIError && isReplayed(error)) {
    return new StuckKeyError(retryAfterMs, { cause: error });
  }
  if (isOutage(error) || isConflict(error)) {
    return unavailable('Stripe did not answer.', retryAfterMs, { cause: error });
  }
  if (error instanceof Stripe.errors.StripeCardError) {
    return declined(error.message, error, error.decline_code ?? error.code ?? 'card_declined');
  }
  if (error instanceof Stripe.errors.StripeInvalidRequestError) {
    if (overRefundCodes.has(error.code ?? '') || isOverRefund(error)) {
      return new DomainError(
        'REFUND_EXCEEDS_PAYMENT',
        'Stripe has less left of this payment than that.',
        {},
        { cause: error },
      );
    }
    if (isMissing(error) && error.param === 'customer') return new CustomerGoneError({ cause: error });
    // Its own words are for developers, and only those of card errors for users: https://docs.stripe.com/api/errors
    return declined('Stripe refused this request.', error, error.code ?? 'invalid_request');
  }
  return error;
}

const declined = (message: string, cause: Error, declineCode: string): DomainError =>
  new DomainError('STRIPE_DECLINED', message, { declineCode }, { cause });

/** Stripe saved this failure under the request's key: https://docs.stripe.com/api/idempotent_requests */
const isReplayed = (error: Stripe.errors.StripeAPIError): boolean =>
  error.headers?.['idempotent-replayed'] === 'true';

/** Another request with the same idempotency key is still running: https://docs.stripe.com/api/idempotent_requests */
const isConflict = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && error.statusCode === 409;

/** Stripe gives this failure no code of its own, only a parameter and a sentence. */
const isOverRefund = (error: Stripe.errors.StripeInvalidRequestError): boolean =>
  error.param === 'amount' && /greater than (?:the )?(?:unrefunded|charge) amount/i.test(error.message);
