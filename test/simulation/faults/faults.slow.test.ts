import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ClientError } from 'graphql-request';
import type { ApiFault } from '../../../src/sandbox/faults.js';
import { expectSoundBooks } from '../../support/invariants.js';
import {
  confirmPaymentMutation,
  createPaymentIntentMutation,
  refundMutation,
} from '../../support/operations.js';
import { BreakableService, type Customer } from '../crashes/breakable-service.js';
import { outcomeOf } from '../crashes/outcome.js';

const testTimeoutMs = 60_000;
/** Longer than the circuit remembers, so that one case does not refuse the calls of the next. */
const betweenCasesMs = 120_000;
/** How often one call of ours is tried. */
const attempts = 3;
/** Long enough to be noticed; the whole patience of a call is tested elsewhere. */
const hangMs = 100;

let service: BreakableService;
let struck = 0;
beforeAll(async () => {
  service = await BreakableService.start();
});
beforeEach(() => service.advance(betweenCasesMs));
afterEach(() => expectSoundBooks(service.database));
afterAll(async () => {
  process.stdout.write(`Faults injected at Stripe: ${struck}; differences left: 0.\n`);
  await service.close();
});

type Act = () => Promise<unknown>;

interface MoneyOperation {
  readonly name: string;
  /** What it asks of Stripe, each of which goes wrong in turn. */
  readonly requests: readonly Pick<ApiFault, 'method' | 'path'>[];
  start(customer: Customer): Promise<Act>;
}

const intents = '/v1/payment_intents';
const createIntent = async ({ client }: Customer) => {
  const input = { creditAmount: 500, idempotencyKey: 'buy' };
  return (await client.request(createPaymentIntentMutation, { input })).createPaymentIntent;
};
const paidIntent = async (customer: Customer) => {
  const { clientSecret, paymentIntentId } = await createIntent(customer);
  await service.pay(clientSecret, 'pm_card_visa');
  return paymentIntentId;
};
const confirm = ({ client }: Customer, paymentIntentId: string) =>
  client.request(confirmPaymentMutation, { input: { paymentIntentId } });
const refund = (paymentIntentId: string) =>
  service.clients.admin.request(refundMutation, {
    input: { paymentIntentId, amount: 1_234, idempotencyKey: 'refund' },
  });
const creditedIntent = async (customer: Customer) => {
  const paymentIntentId = await paidIntent(customer);
  await confirm(customer, paymentIntentId);
  service.loseEvents();
  return paymentIntentId;
};

const operations: readonly MoneyOperation[] = [
  {
    name: 'createPaymentIntent',
    requests: [
      { method: 'POST', path: '/v1/customers' },
      { method: 'POST', path: intents },
    ],
    start: async (customer) => () => createIntent(customer),
  },
  {
    name: 'confirmPayment',
    requests: [{ method: 'GET', path: `${intents}/*` }],
    start: async (customer) => {
      const paymentIntentId = await paidIntent(customer);
      return () => confirm(customer, paymentIntentId);
    },
  },
  {
    name: 'refund',
    requests: [{ method: 'POST', path: '/v1/refunds' }],
    start: async (customer) => {
      const paymentIntentId = await creditedIntent(customer);
      return () => refund(paymentIntentId);
    },
  },
  {
    name: 'the processing of webhooks of a payment',
    requests: [{ method: 'GET', path: `${intents}/*` }],
    start: async (customer) => {
      await paidIntent(customer);
      await service.deliverEvents();
      return () => service.runJobs();
    },
  },
  {
    name: 'the processing of webhooks of a refund',
    requests: [
      { method: 'GET', path: `${intents}/*` },
      { method: 'GET', path: '/v1/refunds' },
    ],
    start: async (customer) => {
      await refund(await creditedIntent(customer));
      await service.deliverEvents();
      return () => service.runJobs();
    },
  },
];

const before = { when: 'before' } as const;
const after = { when: 'after' } as const;
const faults: readonly (Pick<ApiFault, 'fault' | 'when' | 'delayMs'> & { readonly name: string })[] = [
  { name: '429', fault: 'rate_limit' },
  { name: '409', fault: 'conflict' },
  { name: '500', fault: 'server_error', ...before },
  { name: '500 once the work is done', fault: 'server_error', ...after },
  { name: 'no JSON', fault: 'garbage', ...before },
  { name: 'no JSON once the work is done', fault: 'garbage', ...after },
  { name: "JSON that is not Stripe's", fault: 'foreign_json', ...before },
  { name: "JSON that is not Stripe's once the work is done", fault: 'foreign_json', ...after },
  { name: 'a closed connection', fault: 'disconnect', ...before },
  { name: 'a closed connection once the work is done', fault: 'disconnect', ...after },
  { name: 'no answer', fault: 'timeout', ...before, delayMs: hangMs },
  { name: 'no answer once the work is done', fault: 'timeout', ...after, delayMs: hangMs },
];

/** What is left of an operation that meets a fault, or none; it is asked for again where it was not answered. */
async function run(operation: MoneyOperation, fault: ApiFault | null) {
  const customer = await service.newCustomer();
  const act = await operation.start(customer);
  const rule = fault && service.sandbox.faults.api(fault);
  try {
    await act().catch((error: unknown) => {
      expect(codeOf(error)).toBe('STRIPE_UNAVAILABLE');
    });
  } finally {
    rule?.remove();
  }
  struck += rule?.hits() ?? 0;
  await act();
  await service.comeToRest();
  const { atStripe, ...books } = await outcomeOf(service, customer.accountId);
  const { customers, ...moved } = atStripe;
  return { hits: rule?.hits() ?? 0, customers, outcome: { ...books, atStripe: moved } };
}

const codeOf = (error: unknown): unknown =>
  error instanceof ClientError ? error.response.errors?.[0]?.extensions?.code : error;

describe.each(operations)('$name', (operation) => {
  let unharmed: ReturnType<typeof run> | null = null;
  const cases = operation.requests.flatMap((request) =>
    faults.flatMap(({ name, ...fault }) =>
      [1, attempts].map((count) => ({
        name,
        at: `${request.method} ${request.path}`,
        count,
        request,
        fault,
      })),
    ),
  );

  it.each(cases)(
    'leaves our books and Stripe the same after $name at $at, $count times at most',
    async ({ request, fault, count }) => {
      unharmed ??= run(operation, null);
      await unharmed;
      const { hits, customers, outcome } = await run(operation, { ...request, ...fault, count });
      expect(hits).toBeGreaterThan(0);
      expect(outcome).toEqual((await unharmed).outcome);
      // Those that Stripe made and said it had not stay unused.
      expect(customers).toBeLessThanOrEqual(1 + count);
    },
    testTimeoutMs,
  );
});

it(
  'gives an attempt up that takes too long, and has done it once all the same',
  async () => {
    const customer = await service.newCustomer();
    const rule = service.sandbox.faults.api({
      fault: 'timeout',
      ...after,
      method: 'POST',
      path: intents,
      count: 1,
    });
    await createIntent(customer);
    expect(rule.hits()).toBe(1);
    rule.remove();
    expect((await outcomeOf(service, customer.accountId)).atStripe.intents).toEqual([4_500]);
  },
  testTimeoutMs,
);
