import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import type { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { CallSlots, type FreeSlot } from './call-slots.js';
import { type Admission, admit, type Circuit, closedCircuit, judge, retryAfterMsOf } from './circuit.js';
import {
  CallTimedOut,
  isMissing,
  isOutage,
  isRateLimited,
  translateStripeError,
  unavailable,
} from './stripe-errors.js';
import type { StripeMetrics } from './stripe-metrics.js';

/** A quarter of what Stripe takes from a live account in a second: https://docs.stripe.com/rate-limits */
export const maxCallsAtOnce = 25;
export const maxWaitingCalls = 100;
export const maxWaitMs = 2_000;
/** With all its attempts and the pauses between them. */
export const maxCallMs = 15_000;

/** The SDK leaves 429 to us: https://docs.stripe.com/rate-limits#handling-limiting-gracefully */
const maxRateLimitedRetries = 2;
const rateLimitedPauseMs = 400;

export interface StripeCallsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: StripeMetrics;
}

/**
 * Everything we ask of Stripe goes through here: so many calls at once, each for so long, and none for a while where
 * the last ones were not answered. Whoever needs a Stripe that is down is told so at once, and does not hold a place
 * in this process until it times out.
 */
export class StripeCalls {
  #circuit: Circuit = closedCircuit;
  readonly #slots = new CallSlots({ maxAtOnce: maxCallsAtOnce, maxWaiting: maxWaitingCalls, maxWaitMs });

  constructor(private readonly deps: StripeCallsDeps) {
    deps.metrics.circuit(this.#circuit.state);
  }

  /**
   * @param operation names it in the metrics
   * @param request must bear being made again: it only reads, or it has an idempotency key
   * @throws DomainError as `translateStripeError` says; STRIPE_UNAVAILABLE also where the call was not made
   */
  async call<T>(operation: string, request: () => Promise<T>): Promise<T> {
    // Nobody waits for room only to be refused.
    this.#admitted(operation, admit(this.#circuit, this.#nowMs()).admission);
    const free = await this.#enter(operation);
    let as: 'CALL' | 'PROBE';
    try {
      as = this.#begin(operation);
    } catch (error) {
      free();
      throw error;
    }
    const startedMs = performance.now();
    const work = patiently(request);
    // A call that was given up goes on, and keeps its place for as long; its key makes that harmless.
    work.then(free, free);
    const result = await inTime(work).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const failed = 'error' in result && isOutage(result.error);
    this.#become(judge(this.#circuit, as, failed, this.#nowMs(), Math.random()));
    const error = 'error' in result ? translateStripeError(result.error, this.#retryAfterMs()) : null;
    this.deps.metrics.called(operation, outcomeOf(error), performance.now() - startedMs);
    if ('value' in result) return result.value;
    if (result.error instanceof Stripe.errors.StripeInvalidRequestError) this.#tell(operation, result.error);
    throw error;
  }

  /** The same; null where Stripe has no such object. */
  find<T>(operation: string, request: () => Promise<T>): Promise<T | null> {
    return this.call(operation, async () => {
      try {
        return await request();
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    });
  }

  /** What we asked was wrong. The words stay at Stripe, under the request's id: they may hold personal data. */
  #tell(operation: string, error: Stripe.errors.StripeInvalidRequestError): void {
    const { code: stripeCode, param, requestId: stripeRequestId } = error;
    this.deps.log.warn({ operation, stripeCode, param, stripeRequestId }, 'Stripe refused a request');
  }

  async #enter(operation: string): Promise<FreeSlot> {
    const taking = this.#slots.take();
    this.#showLoad();
    const free = await taking;
    this.#showLoad();
    if (!free) {
      this.deps.metrics.refused(operation, 'TOO_MANY');
      throw unavailable('Too much is being asked of Stripe already.', this.#retryAfterMs());
    }
    return () => {
      free();
      this.#showLoad();
    };
  }

  #begin(operation: string): 'CALL' | 'PROBE' {
    const { circuit, admission } = admit(this.#circuit, this.#nowMs());
    this.#become(circuit);
    return this.#admitted(operation, admission);
  }

  #admitted(operation: string, admission: Admission): 'CALL' | 'PROBE' {
    if (admission.as !== 'REFUSED') return admission.as;
    this.deps.metrics.refused(operation, 'CIRCUIT_OPEN');
    throw unavailable('Stripe has not answered for a while, so it was not asked.', admission.retryAfterMs);
  }

  #become(circuit: Circuit): void {
    const before = this.#circuit.state;
    this.#circuit = circuit;
    if (circuit.state === before) return;
    this.deps.metrics.circuit(circuit.state);
    if (circuit.state === 'OPEN')
      this.deps.log.warn(
        { pauseMs: Math.round(circuit.pauseMs) },
        'Stripe does not answer; not asking it for a while',
      );
    else if (circuit.state === 'CLOSED') this.deps.log.info('Stripe answers again');
  }

  #showLoad(): void {
    this.deps.metrics.load({ underWay: this.#slots.taken, waiting: this.#slots.waiting });
  }

  #retryAfterMs(): number {
    return retryAfterMsOf(this.#circuit, this.#nowMs());
  }

  #nowMs(): number {
    return this.deps.clock.now().getTime();
  }
}

/** Again, after a pause, where Stripe says that it is asked too much; then it has done nothing. */
async function patiently<T>(request: () => Promise<T>): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await request();
    } catch (error) {
      if (retry >= maxRateLimitedRetries || !isRateLimited(error)) throw error;
      await sleep(rateLimitedPauseMs * 2 ** retry * (0.5 + Math.random() / 2));
    }
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new CallTimedOut(maxCallMs)), maxCallMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

const outcomeOf = (error: unknown): string => {
  if (error === null) return 'OK';
  return error instanceof DomainError ? error.code : 'ERROR';
};
