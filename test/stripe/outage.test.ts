import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLClient } from 'graphql-request';
import { createLog } from '../../src/platform/log.js';
import { expectCode } from '../support/client.js';
import { expectSoundBooks } from '../support/invariants.js';
import { balanceQuery, debitCreditsMutation } from '../support/operations.js';
import { confirm, newCustomer, pay, purchase, startPurchase } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';

const failuresToOpen = 5;
/** Longer than the first pause. */
const pauseMs = 2_000;

describe('while only Stripe is down', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ log: createLog('silent') });
  });
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

  const metrics = async () => (await fetch(`${service.url}/metrics`)).text();
  const intentsOf = async (accountId: string) => {
    const all = await dashboard(service.sandbox).paymentIntents.list({ limit: 100 });
    return all.data.filter(({ metadata }) => metadata.account_id === accountId);
  };

  it('purchases are refused at once and can be repeated with their key; nothing else notices', async () => {
    const customer = await newCustomer(service);
    await purchase(service, customer, 100);
    const path = '/v1/payment_intents';
    const down = service.sandbox.faults.api({ fault: 'disconnect', when: 'after', method: 'POST', path });

    // The first of them is made at Stripe, whose answer is lost.
    await expectCode(startPurchase(customer, 500, 'in the outage'), 'STRIPE_UNAVAILABLE');
    const others = Array.from({ length: failuresToOpen - 1 }, (_, i) =>
      expectCode(startPurchase(customer, 1_000, `other ${i}`), 'STRIPE_UNAVAILABLE'),
    );
    await Promise.all(others);
    expect(await metrics()).toContain('stripe_circuit_state 2');

    service.sandbox.clearRequests();
    const { extensions } = await expectCode(
      startPurchase(customer, 500, 'in the outage'),
      'STRIPE_UNAVAILABLE',
    );
    expect(extensions).toEqual({
      code: 'STRIPE_UNAVAILABLE',
      retryable: true,
      retryAfterSeconds: expect.any(Number),
    });
    expect(extensions.retryAfterSeconds).toBeGreaterThanOrEqual(1);
    expect(extensions.retryAfterSeconds).toBeLessThanOrEqual(pauseMs / 1_000);
    // That quick: it was not asked.
    expect(service.sandbox.requests()).toEqual([]);

    const { accountId } = customer;
    const input = { accountId, credits: '1.5', idempotencyKey: 'spent in the outage' };
    await service.clients.service.request(debitCreditsMutation, { input });
    expect((await customer.client.request(balanceQuery, {})).balance.available).toBe('98.5');
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);

    down.remove();
    await expectCode(startPurchase(customer, 500, 'in the outage'), 'STRIPE_UNAVAILABLE');
    service.clock.advance(pauseMs);
    const created = await startPurchase(customer, 500, 'in the outage');
    expect(await metrics()).toContain('stripe_circuit_state 0');
    const intents = await intentsOf(accountId);
    expect(intents.filter(({ amount }) => amount === 4_500)).toMatchObject([{ id: created.paymentIntentId }]);
    await pay(service, created);
    // The webhook may have been first.
    await confirm(customer, created);
    expect((await customer.client.request(balanceQuery, {})).balance.available).toBe('598.5');
    await service.settle();
    expect((await customer.client.request(balanceQuery, {})).balance.available).toBe('598.5');
  });

  it('jobs fail like any other, and are done later', async () => {
    const customer = await newCustomer(service);
    const created = await startPurchase(customer, 100, 'paid in the outage');
    const down = service.sandbox.faults.api({ fault: 'disconnect', method: 'GET' });
    await pay(service, created);
    await service.sandbox.flush();
    const waiting = async () =>
      service.database.query<{ last_error: string | null }>(
        'select last_error from graphile_worker.jobs where locked_at is null',
      );
    for (let look = 0; look < 500 && !(await waiting()).some(({ last_error }) => last_error); look++) {
      await new Promise((wake) => setTimeout(wake, 20));
    }
    expect(await waiting()).toMatchObject([{ last_error: expect.stringContaining('Stripe did not answer') }]);
    down.remove();
    await service.database.query(
      `select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs), run_at => now(), attempts => 0)`,
    );
    const credited = async () => (await customer.client.request(balanceQuery, {})).balance.available;
    for (let look = 0; look < 500 && (await credited()) !== '100'; look++) {
      await new Promise((wake) => setTimeout(wake, 20));
    }
    expect(await credited()).toBe('100');
  });
});

it('with Stripe gone altogether, balances are answered and purchases are not', async () => {
  const service = await startTestService({ log: createLog('silent') });
  try {
    await service.sandbox.close();
    const anonymous = new GraphQLClient(`${service.url}/graphql`);
    await anonymous.request('{ creditPackages { credits } }');
    const { balance } = await service.clients.customer.request(balanceQuery, {});
    expect(balance.available).toBe('0');
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    const customer = { accountId: 'demo', apiKey: 'demo_customer_key', client: service.clients.customer };
    await expectCode(startPurchase(customer, 500, 'nobody there'), 'STRIPE_UNAVAILABLE');
  } finally {
    await service.close();
  }
});
