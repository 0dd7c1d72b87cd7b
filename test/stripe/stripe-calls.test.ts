import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Registry } from 'prom-client';
import Stripe from 'stripe';
import { StuckKeyError } from '../../src/payments/payment-gateway.js';
import { DomainError } from '../../src/platform/errors.js';
import { createLog } from '../../src/platform/log.js';
import { maxCallMs, maxCallsAtOnce, maxWaitingCalls, StripeCalls } from '../../src/stripe/stripe-calls.js';
import { createStripeMetrics } from '../../src/stripe/stripe-metrics.js';
import { FakeClock } from '../support/clock.js';

const { StripeAPIError, StripeCardError, StripeConnectionError, StripeInvalidRequestError } = Stripe.errors;
const { StripeAuthenticationError, StripeRateLimitError } = Stripe.errors;

const logged: object[] = [];
const log = createLog('warn', { write: (line: string) => void logged.push(JSON.parse(line)) });
let clock: FakeClock;
let registry: Registry;
let calls: StripeCalls;
beforeEach(() => {
  clock = new FakeClock();
  registry = new Registry();
  calls = new StripeCalls({ clock, log, metrics: createStripeMetrics(registry) });
  logged.length = 0;
});
afterEach(() => {
  jest.useRealTimers();
});

const answer = () => calls.call('test', async () => 'answer');
const failing = (error: Error) =>
  calls.call('test', () => Promise.reject(error)).catch((reason: unknown) => reason);
const unanswered = () => new StripeConnectionError({ type: 'api_error', message: 'gone' });
const state = async () => (await registry.getSingleMetric('stripe_circuit_state')?.get())?.values[0]?.value;
const counted = async (outcome: string) => {
  const metric = await registry.getSingleMetric('stripe_calls_total')?.get();
  return metric?.values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
};

describe('calls that Stripe refuses', () => {
  it.each([
    ['a decline', new StripeCardError({ type: 'card_error', message: 'no' }), 'STRIPE_DECLINED'],
    [
      'a mistake',
      new StripeInvalidRequestError({ type: 'invalid_request_error', message: 'no' }),
      'STRIPE_DECLINED',
    ],
    [
      'a wrong key',
      new StripeAuthenticationError({ type: 'invalid_request_error', message: 'no' }),
      undefined,
    ],
    ['a running request with the key', conflict(), 'STRIPE_UNAVAILABLE'],
    ['a failure that is remembered', replayed(), 'STRIPE_UNAVAILABLE'],
    ['a fault of ours', new TypeError('no'), undefined],
  ])('were answered: %s does not open the circuit', async (_, error, code) => {
    for (let i = 0; i < 20; i++) {
      const reason = await failing(error);
      expect(reason instanceof DomainError ? reason.code : undefined).toBe(code);
    }
    expect(await answer()).toBe('answer');
    expect(await state()).toBe(0);
  });

  it('say in the words that Stripe has for cardholders why, and to nobody those for developers', async () => {
    const message = 'Your card was declined.';
    const card = new StripeCardError({ type: 'card_error', message, code: 'card_declined' });
    expect(await failing(card)).toMatchObject({ message });
    expect(logged).toEqual([]);
    const mistake = new StripeInvalidRequestError({
      type: 'invalid_request_error',
      message:
        'Activate payment methods at https://dashboard.stripe.com/settings?config_id=pmc_1, ada@example.com',
      code: 'payment_intent_invalid_parameter',
      param: 'currency',
      requestId: 'req_1',
    });
    expect(await failing(mistake)).toMatchObject({
      code: 'STRIPE_DECLINED',
      message: 'Stripe refused this request.',
      details: { declineCode: 'payment_intent_invalid_parameter' },
    });
    const [line, ...others] = logged;
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      level: 'warn',
      operation: 'test',
      stripeCode: 'payment_intent_invalid_parameter',
      param: 'currency',
      stripeRequestId: 'req_1',
    });
    expect(JSON.stringify(line)).not.toContain('ada@example.com');
  });

  it('say whether repeating them is of use', async () => {
    expect(await failing(unanswered())).toMatchObject({ details: { retryable: true, retryAfterSeconds: 1 } });
    const stuck = await failing(replayed());
    expect(stuck).toBeInstanceOf(StuckKeyError);
    expect(stuck).toMatchObject({ details: { retryable: true, retryAfterSeconds: 1 } });
    const refused = new StripeCardError({ type: 'card_error', message: 'no', decline_code: 'lost_card' });
    const declined = await failing(refused);
    expect(declined).toMatchObject({ details: { declineCode: 'lost_card' } });
  });
});

it('are not made any more once five of them had no answer; one finds out when that is over', async () => {
  for (let i = 0; i < 5; i++)
    expect(await failing(unanswered())).toMatchObject({ code: 'STRIPE_UNAVAILABLE' });
  expect(await state()).toBe(2);
  let made = 0;
  const probe = (result: Promise<string>) =>
    calls.call('test', () => {
      made += 1;
      return result;
    });
  const refusal = await probe(Promise.resolve('answer')).catch((reason: unknown) => reason);
  expect(refusal).toMatchObject({ code: 'STRIPE_UNAVAILABLE', details: { retryable: true } });
  expect(made).toBe(0);

  clock.advance(2_000);
  const { promise, reject } = Promise.withResolvers<string>();
  const first = probe(promise).catch((reason: unknown) => reason);
  await expect(probe(promise)).rejects.toMatchObject({ code: 'STRIPE_UNAVAILABLE' });
  expect([made, await state()]).toEqual([1, 1]);
  reject(unanswered());
  expect(await first).toMatchObject({ code: 'STRIPE_UNAVAILABLE' });
  expect(await state()).toBe(2);

  clock.advance(4_000);
  expect(await answer()).toBe('answer');
  expect(await state()).toBe(0);
  expect(await counted('CIRCUIT_OPEN')).toBe(2);
  expect(await counted('STRIPE_UNAVAILABLE')).toBe(6);
  expect(await counted('OK')).toBe(1);
});

it('are repeated a few times where Stripe says that it is asked too much', async () => {
  const limited = new StripeRateLimitError({ type: 'rate_limit_error', message: 'slow down' });
  let made = 0;
  const limitedTimes = (times: number) =>
    calls.call('test', async () => {
      made += 1;
      if (made <= times) throw limited;
      return 'answer';
    });
  expect(await limitedTimes(2)).toBe('answer');
  expect(made).toBe(3);
  made = 0;
  await expect(limitedTimes(10)).rejects.toMatchObject({ code: 'STRIPE_UNAVAILABLE' });
  expect(made).toBe(3);
});

it('wait for room, but not too many of them', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  let made = 0;
  const crowd = Array.from({ length: maxCallsAtOnce + maxWaitingCalls }, () =>
    calls.call('test', () => {
      made += 1;
      return promise;
    }),
  );
  await expect(answer()).rejects.toMatchObject({
    code: 'STRIPE_UNAVAILABLE',
    details: { retryable: true, retryAfterSeconds: 1 },
  });
  expect(made).toBe(maxCallsAtOnce);
  expect(await counted('TOO_MANY')).toBe(1);
  resolve('answer');
  expect(new Set(await Promise.all(crowd))).toEqual(new Set(['answer']));
  expect(made).toBe(maxCallsAtOnce + maxWaitingCalls);
  // Being asked too much by us is no failure of Stripe's.
  expect(await state()).toBe(0);
  expect(await answer()).toBe('answer');
});

it('are given up after a while, and keep their place until they are over', async () => {
  jest.useFakeTimers();
  const { promise, resolve } = Promise.withResolvers<string>();
  const crowd = Array.from({ length: maxCallsAtOnce }, () =>
    calls.call('test', () => promise).catch((reason: unknown) => reason),
  );
  await jest.advanceTimersByTimeAsync(maxCallMs);
  for (const reason of await Promise.all(crowd)) expect(reason).toMatchObject({ code: 'STRIPE_UNAVAILABLE' });
  const underWay = async () =>
    (await registry.getSingleMetric('stripe_calls_under_way')?.get())?.values[0]?.value;
  expect(await underWay()).toBe(maxCallsAtOnce);
  resolve('late');
  await jest.advanceTimersByTimeAsync(0);
  expect(await underWay()).toBe(0);
  // So many without an answer.
  expect(await state()).toBe(2);
});

it('that find nothing were answered', async () => {
  const missing = new StripeInvalidRequestError({
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: 'No such thing',
  });
  expect(await calls.find('test', () => Promise.reject(missing))).toBeNull();
  expect(await counted('OK')).toBe(1);
});

function conflict(): Error {
  return new StripeInvalidRequestError({
    type: 'invalid_request_error',
    message: 'in use',
    statusCode: 409,
  });
}

function replayed(): Error {
  return new StripeAPIError({
    type: 'api_error',
    message: 'as before',
    statusCode: 500,
    headers: { 'idempotent-replayed': 'true' },
  });
}
