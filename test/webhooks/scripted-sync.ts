import type { PaymentSync, SyncOutcome } from '../../src/payments/payment-sync.js';

type Step = SyncOutcome | Error | ((paymentIntentId: string) => Promise<SyncOutcome>);

/** A PaymentSync that does as it is told, step by step, the last step from then on, and notes what it was asked. */
export class ScriptedSync implements PaymentSync {
  readonly calls: string[] = [];
  #steps: readonly Step[];

  constructor(...steps: readonly [Step, ...Step[]]) {
    this.#steps = steps;
  }

  syncIntent(paymentIntentId: string): Promise<SyncOutcome> {
    return this.#next('intent', paymentIntentId);
  }

  syncRefunds(paymentIntentId: string): Promise<SyncOutcome> {
    return this.#next('refunds', paymentIntentId);
  }

  syncDisputes(paymentIntentId: string): Promise<SyncOutcome> {
    return this.#next('disputes', paymentIntentId);
  }

  syncFraudWarnings(paymentIntentId: string): Promise<SyncOutcome> {
    return this.#next('fraud warnings', paymentIntentId);
  }

  async #next(what: string, paymentIntentId: string): Promise<SyncOutcome> {
    this.calls.push(`${what} ${paymentIntentId}`);
    const [step, ...rest] = this.#steps;
    if (rest.length > 0) this.#steps = rest;
    if (step === undefined) throw new Error('The script is empty.');
    if (step instanceof Error) throw step;
    return typeof step === 'function' ? step(paymentIntentId) : step;
  }
}
