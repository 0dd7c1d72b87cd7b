import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { type ErrorCode, errorCodes } from '../../src/platform/errors.js';
import { expectCode } from '../support/client.js';
import { holdCreditsMutation, releaseHoldMutation } from '../support/holds.js';
import {
  balanceQuery,
  createPaymentIntentMutation,
  debitCreditsMutation,
  grantCreditsMutation,
  historyQuery,
  refundMutation,
} from '../support/operations.js';
import {
  confirm,
  newCustomer,
  pay,
  purchase,
  startPurchase,
  type TestCustomer,
} from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const debit = ({ accountId }: TestCustomer, credits: string, idempotencyKey: string) =>
  service.clients.service.request(debitCreditsMutation, { input: { accountId, credits, idempotencyKey } });
const hold = ({ accountId }: TestCustomer, credits: string, idempotencyKey: string) =>
  service.clients.service.request(holdCreditsMutation, { input: { accountId, credits, idempotencyKey } });
const release = ({ accountId }: TestCustomer, holdId: string) =>
  service.clients.service.request(releaseHoldMutation, { input: { accountId, holdId } });
const refund = (paymentIntentId: string, more: { amount?: number; spentCredits?: 'CREATE_DEBT' } = {}) =>
  service.clients.admin.request(refundMutation, { input: { paymentIntentId, ...more } });
const buy = (customer: TestCustomer, creditAmount: number, idempotencyKey: string) =>
  customer.client.request(createPaymentIntentMutation, { input: { creditAmount, idempotencyKey } });

/** Each causes its code over HTTP and returns the extensions besides it. */
const causes: Record<ErrorCode, () => Promise<Record<string, unknown>>> = {
  UNAUTHENTICATED: () => extensionsOf('UNAUTHENTICATED', service.clients.anonymous.request(balanceQuery, {})),

  FORBIDDEN: () => {
    const input = { accountId: 'demo', credits: '1', idempotencyKey: 'forbidden' };
    return extensionsOf('FORBIDDEN', service.clients.service.request(grantCreditsMutation, { input }));
  },

  BAD_USER_INPUT: () =>
    extensionsOf('BAD_USER_INPUT', service.clients.customer.request(historyQuery, { first: 0 })),

  NOT_FOUND: () =>
    extensionsOf('NOT_FOUND', service.clients.service.request(balanceQuery, { accountId: 'unknown' })),

  RATE_LIMITED: async () => {
    const crowd: Socket[] = [];
    while (crowd.length < maxRequestsInFlight) {
      crowd.push(...(await Promise.all(Array.from({ length: connectionsAtOnce }, halfSentRequest))));
    }
    try {
      const { status, headers, error } = await eventuallyRefused();
      expect(status).toBe(429);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      const { code, ...others } = error.extensions;
      expect(code).toBe('RATE_LIMITED');
      return others;
    } finally {
      for (const socket of crowd) socket.destroy();
    }
  },

  UNAVAILABLE: async () => {
    const customer = await newCustomer(service);
    const other = new Client({ connectionString: service.database.url });
    await other.connect();
    await other.query('begin');
    await other.query('select from credit_balances where account_id = $1 for update', [customer.accountId]);
    try {
      return await extensionsOf('UNAVAILABLE', debit(customer, '1', 'locked out'));
    } finally {
      await other.end();
    }
  },

  PACKAGE_NOT_FOUND: async () =>
    extensionsOf('PACKAGE_NOT_FOUND', startPurchase(await newCustomer(service), 499)),

  PAYMENT_NOT_SUCCEEDED: async () => {
    const customer = await newCustomer(service);
    return extensionsOf('PAYMENT_NOT_SUCCEEDED', confirm(customer, await startPurchase(customer, 100)));
  },

  PAYMENT_MISMATCH: async () => {
    const customer = await newCustomer(service);
    const intent = await startPurchase(customer, 500);
    await dashboard(service.sandbox).paymentIntents.update(intent.paymentIntentId, {
      metadata: { credits: '5000' },
    });
    // Its webhook would be given up and logged as an error, as it must be; that is tested with webhooks.
    const silenced = service.sandbox.faults.delivery({ fault: 'drop' });
    await pay(service, intent);
    const extensions = await extensionsOf('PAYMENT_MISMATCH', confirm(customer, intent));
    silenced.remove();
    const { balance } = await customer.client.request(balanceQuery, {});
    expect(balance.available).toBe('0');
    return extensions;
  },

  REFUND_EXCEEDS_PAYMENT: async () => {
    const paid = await purchase(service, await newCustomer(service), 100);
    await refund(paid, { amount: 1 });
    return extensionsOf('REFUND_EXCEEDS_PAYMENT', refund(paid, { amount: 1_000 }));
  },

  CREDITS_ALREADY_SPENT: async () => {
    const customer = await newCustomer(service);
    const paid = await purchase(service, customer, 100);
    await debit(customer, '25', 'spent');
    return extensionsOf('CREDITS_ALREADY_SPENT', refund(paid));
  },

  INSUFFICIENT_CREDITS: async () => {
    const customer = await newCustomer(service);
    await purchase(service, customer, 100);
    return extensionsOf('INSUFFICIENT_CREDITS', debit(customer, '100.000001', 'too many'));
  },

  CREDITS_HELD: async () => {
    const customer = await newCustomer(service);
    await purchase(service, customer, 100);
    await hold(customer, '60.5', 'first');
    return extensionsOf('CREDITS_HELD', hold(customer, '100', 'second'));
  },

  HOLD_NOT_ACTIVE: async () => {
    const customer = await newCustomer(service);
    await purchase(service, customer, 100);
    const { id } = (await hold(customer, '1', 'forgotten')).holdCredits.hold;
    service.clock.advance(600_000);
    return extensionsOf('HOLD_NOT_ACTIVE', release(customer, id));
  },

  ACCOUNT_IN_DEBT: async () => {
    const customer = await newCustomer(service);
    const paid = await purchase(service, customer, 100);
    await debit(customer, '12.5', 'spent');
    await refund(paid, { spentCredits: 'CREATE_DEBT' });
    return extensionsOf('ACCOUNT_IN_DEBT', debit(customer, '0.000001', 'in debt'));
  },

  IDEMPOTENCY_KEY_REUSED: async () => {
    const customer = await newCustomer(service);
    await buy(customer, 100, 'same');
    return extensionsOf('IDEMPOTENCY_KEY_REUSED', buy(customer, 500, 'same'));
  },

  STRIPE_UNAVAILABLE: async () => {
    const customer = await newCustomer(service);
    const down = service.sandbox.faults.api({ fault: 'disconnect', method: 'POST', when: 'after' });
    const extensions = await extensionsOf('STRIPE_UNAVAILABLE', buy(customer, 100, 'retried'));
    down.remove();
    // Safe to retry with the same key: what Stripe did unheard is found, and not done again.
    const first = (await buy(customer, 100, 'retried')).createPaymentIntent.paymentIntentId;
    expect((await buy(customer, 100, 'retried')).createPaymentIntent.paymentIntentId).toBe(first);
    return extensions;
  },

  STRIPE_DECLINED: async () => {
    const paid = await purchase(service, await newCustomer(service), 100);
    const { latest_charge: charge } = await dashboard(service.sandbox).paymentIntents.retrieve(paid);
    const unheard = service.sandbox.faults.delivery({ fault: 'drop' });
    service.sandbox.openDispute(String(charge));
    const extensions = await extensionsOf('STRIPE_DECLINED', refund(paid));
    unheard.remove();
    return extensions;
  },
};

/** What clients are promised in `extensions` besides the code. */
const promised: Record<ErrorCode, Record<string, unknown>> = {
  UNAUTHENTICATED: {},
  FORBIDDEN: {},
  BAD_USER_INPUT: {},
  NOT_FOUND: {},
  RATE_LIMITED: {},
  UNAVAILABLE: { retryable: true, retryAfterSeconds: 1 },
  PACKAGE_NOT_FOUND: { availableCreditAmounts: [100, 500, 1000, 2000, 5000] },
  PAYMENT_NOT_SUCCEEDED: { status: 'REQUIRES_PAYMENT', stripeStatus: 'requires_payment_method' },
  PAYMENT_MISMATCH: { differing: ['metadata.credits'] },
  REFUND_EXCEEDS_PAYMENT: { refundable: 999, currency: 'USD' },
  CREDITS_ALREADY_SPENT: { refundable: 750, currency: 'USD' },
  INSUFFICIENT_CREDITS: { available: '100' },
  CREDITS_HELD: { available: '39.5', held: '60.5' },
  HOLD_NOT_ACTIVE: { status: 'EXPIRED' },
  ACCOUNT_IN_DEBT: { owed: '12.5' },
  IDEMPOTENCY_KEY_REUSED: {},
  STRIPE_UNAVAILABLE: { retryable: true, retryAfterSeconds: 1 },
  STRIPE_DECLINED: { declineCode: 'charge_disputed' },
};

describe('every code', () => {
  it.each(errorCodes)('%s occurs, with what it promises', async (code) => {
    expect(await causes[code]()).toEqual(promised[code]);
    await service.settle();
  });
});

it('says how much can be refunded also where only Stripe knew', async () => {
  const paid = await purchase(service, await newCustomer(service), 100);
  await service.settle();
  const unheard = service.sandbox.faults.delivery({ fault: 'drop' });
  await dashboard(service.sandbox).refunds.create({ payment_intent: paid, amount: 600 });
  unheard.remove();
  expect(await extensionsOf('REFUND_EXCEEDS_PAYMENT', refund(paid, { amount: 1_000 }))).toEqual({
    refundable: 400,
    currency: 'USD',
  });
  const asked = service.sandbox.requests().filter(({ path }) => path === '/v1/refunds');
  expect(asked.filter(({ method }) => method === 'POST').at(-1)?.status).toBe(400);
  await service.settle();
});

async function extensionsOf(code: ErrorCode, request: Promise<unknown>): Promise<Record<string, unknown>> {
  const { extensions, message } = await expectCode(request, code);
  expect(message).not.toBe('');
  const { code: _, ...others } = extensions;
  return others;
}

/** As many as the server takes before it refuses more. */
const maxRequestsInFlight = 2_000;
/** Fewer than wait to be accepted without being dropped: 511, which is Node's default. */
const connectionsAtOnce = 200;
const refusalTimeoutMs = 10_000;

/** A request whose body never comes, so that it stays unanswered. */
async function halfSentRequest(): Promise<Socket> {
  const socket = connect(service.config.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(
    'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  );
  return socket;
}

/** Asks until the server has read so many unfinished requests that it refuses this one. */
async function eventuallyRefused() {
  for (const end = performance.now() + refusalTimeoutMs; ; ) {
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ creditPackages { id } }' }),
    });
    const body: { errors?: { extensions: Record<string, unknown> }[] } = JSON.parse(await response.text());
    const [error] = body.errors ?? [];
    if (error) return { status: response.status, headers: response.headers, error };
    if (performance.now() > end) throw new Error('The server took every request.');
  }
}
