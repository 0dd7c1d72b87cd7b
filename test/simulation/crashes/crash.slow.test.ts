import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Break } from '../../support/breakable-network.js';
import { expectSoundBooks } from '../../support/invariants.js';
import {
  confirmPaymentMutation,
  createPaymentIntentMutation,
  debitCreditsMutation,
  grantCreditsMutation,
  refundMutation,
} from '../../support/operations.js';
import { BreakableService, type Customer } from './breakable-service.js';
import { outcomeOf } from './outcome.js';

const hourMs = 3_600_000;
/** Far more exchanges than any operation has. */
const maxExchanges = 100;
const testTimeoutMs = 120_000;

/** At how many exchanges each operation is cut off: all with CRASH_EVERY=1, by default one of so many. */
const crashEvery = Number(process.env.CRASH_EVERY ?? 9);

let service: BreakableService;
beforeAll(async () => {
  service = await BreakableService.start();
});
afterAll(() => service.close());

interface Started {
  readonly customer: Customer;
  /** The operation under test. Its client repeats it, exactly so. */
  act(): Promise<unknown>;
  /** What happens once the operation is through. */
  after?(): Promise<unknown>;
}

interface Scenario {
  readonly name: string;
  start(customer: Customer): Promise<Started>;
  /** Whether its client, cut off, asks again, or leaves the rest to webhooks and jobs. */
  readonly repeated: boolean;
  /** Left alone, it may also be found not to have happened at all. */
  readonly orNothing?: boolean;
  /** What happens after the break before anything is delivered. */
  readonly meanwhile?: () => Promise<unknown>;
}

async function createIntent({ client }: Customer, idempotencyKey = 'buy') {
  const input = { creditAmount: 500, idempotencyKey };
  return (await client.request(createPaymentIntentMutation, { input })).createPaymentIntent;
}

/** An intent that was paid, of which the service has not heard yet. */
async function paidIntent(customer: Customer, card = 'pm_card_visa'): Promise<string> {
  const { clientSecret, paymentIntentId } = await createIntent(customer);
  await service.pay(clientSecret, card);
  return paymentIntentId;
}

/** An intent that was paid and credited, and whose webhooks do not matter any more. */
async function creditedIntent(customer: Customer, card?: string): Promise<string> {
  const paymentIntentId = await paidIntent(customer, card);
  await customer.client.request(confirmPaymentMutation, { input: { paymentIntentId } });
  service.loseEvents();
  return paymentIntentId;
}

const refund = (paymentIntentId: string) =>
  service.clients.admin.request(refundMutation, {
    input: { paymentIntentId, amount: 1_234, idempotencyKey: 'refund' },
  });

const deliverNewest = (type: string) => {
  const newest = service.events(type).at(-1);
  if (!newest) throw new Error(`There is no ${type}.`);
  return service.deliver(newest.id);
};

const startConfirming = async (customer: Customer): Promise<Started> => {
  const paymentIntentId = await paidIntent(customer);
  return {
    customer,
    act: () => customer.client.request(confirmPaymentMutation, { input: { paymentIntentId } }),
  };
};

const startRefunding = async (customer: Customer): Promise<Started> => {
  const paymentIntentId = await creditedIntent(customer);
  return { customer, act: () => refund(paymentIntentId) };
};

const scenarios: readonly Scenario[] = [
  {
    name: 'createPaymentIntent, the first of an account',
    start: async (customer) => ({
      customer,
      act: () => createIntent(customer),
      after: async () => service.pay((await createIntent(customer)).clientSecret, 'pm_card_visa'),
    }),
    repeated: true,
  },
  { name: 'confirmPayment', start: startConfirming, repeated: true },
  { name: 'confirmPayment', start: startConfirming, repeated: false },
  { name: 'refund', start: startRefunding, repeated: true },
  { name: 'refund', start: startRefunding, repeated: false, orNothing: true },
  {
    name: 'refund, whose job runs when Stripe has forgotten its idempotency key, and whose webhooks come last',
    start: startRefunding,
    repeated: false,
    orNothing: true,
    meanwhile: async () => {
      service.clock.advance(25 * hourMs);
      await service.runJobs();
    },
  },
  {
    name: 'the receipt of a webhook',
    start: async (customer) => {
      await paidIntent(customer);
      return { customer, act: () => deliverNewest('payment_intent.succeeded') };
    },
    repeated: false,
  },
  {
    name: 'the processing of payment_intent.succeeded',
    start: async (customer) => {
      await paidIntent(customer);
      await deliverNewest('payment_intent.succeeded');
      return { customer, act: () => service.runJobs() };
    },
    repeated: false,
  },
  {
    name: 'the processing of refund.failed',
    start: async (customer) => {
      const paymentIntentId = await creditedIntent(customer, 'pm_card_pendingRefund');
      const { refund: made } = await refund(paymentIntentId);
      service.loseEvents();
      await service.runJobs();
      service.sandbox.failRefund(made.refund.stripeRefundId ?? '');
      await deliverNewest('refund.failed');
      return { customer, act: () => service.runJobs() };
    },
    repeated: false,
  },
  {
    name: 'debitCredits',
    start: async (customer) => {
      const { accountId } = customer;
      await service.clients.admin.request(grantCreditsMutation, {
        input: { accountId, credits: '10', idempotencyKey: 'grant' },
      });
      const input = { accountId, credits: '2.5', idempotencyKey: 'debit' };
      return { customer, act: () => service.clients.service.request(debitCreditsMutation, { input }) };
    },
    repeated: true,
  },
  {
    name: 'grantCredits',
    start: async (customer) => {
      const input = { accountId: customer.accountId, credits: '10', idempotencyKey: 'grant' };
      return { customer, act: () => service.clients.admin.request(grantCreditsMutation, { input }) };
    },
    repeated: true,
  },
];

/** Runs a scenario on an account of its own; `at` null: without a break. */
async function run(scenario: Scenario, at: Break | null) {
  const started = await scenario.start(await service.newCustomer());
  const { accountId } = started.customer;
  const before = await outcomeOf(service, accountId);
  service.network.arm(at);
  await started.act().catch((error: unknown) => {
    if (!at) throw error;
  });
  const { broke, exchanges } = service.network.restore();
  if (broke) await scenario.meanwhile?.();
  if (broke && scenario.repeated) await started.act();
  await started.after?.();
  await service.comeToRest();
  return { broke, exchanges, before, outcome: await outcomeOf(service, accountId) };
}

/**
 * "After the n-th exchange" and "before the next one" leave the world the same, but not the process, which may
 * do something about it. So that each is met, those that ask again are cut off before, those that do not, after.
 */
describe.each(scenarios)('$name', (scenario) => {
  const when = scenario.repeated ? 'before' : 'after';
  const client = scenario.repeated ? 'asked for again' : 'left alone';
  it(
    `leaves the same wherever it is cut off, ${client}`,
    async () => {
      const uncut = await run(scenario, null);
      // Its last exchange is always among those chosen: there the work is done, and not yet known to be.
      let first = 1 + ((uncut.exchanges - 1) % crashEvery);
      for (let atExchange = first; ; atExchange += crashEvery) {
        const { broke, before, outcome } = await run(scenario, { atExchange, when });
        const nothing = scenario.orNothing === true && isDeepStrictEqual(outcome, before);
        expect({ atExchange, outcome }).toEqual({ atExchange, outcome: nothing ? before : uncut.outcome });
        // What is asked for while another answer is on its way makes one exchange with it, or two: by chance, one fewer.
        if (!broke && atExchange === first && first > 1) {
          first -= 1;
          atExchange = first - crashEvery;
          continue;
        }
        if (!broke) {
          expect(atExchange).toBeGreaterThan(first);
          break;
        }
        if (atExchange >= maxExchanges) throw new Error('The operation never ends.');
      }
      await expectSoundBooks(service.database);
    },
    testTimeoutMs,
  );
});
