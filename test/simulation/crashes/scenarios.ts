import { disputeOf } from '../../support/dispute.js';
import { captureHoldMutation, holdCreditsMutation } from '../../support/holds.js';
import {
  confirmPaymentMutation,
  createPaymentIntentMutation,
  debitCreditsMutation,
  grantCreditsMutation,
  refundMutation,
} from '../../support/operations.js';
import { reconcileMutation } from '../../support/reconciliation.js';
import { recordUsageMutation } from '../../support/usage.js';
import type { BreakableService, Customer } from './breakable-service.js';

const hourMs = 3_600_000;

type Act = () => Promise<unknown>;

/** A money operation, and what goes before and comes after. */
export interface Scenario {
  readonly name: string;
  /** Does what goes before. Returns the operation; its client repeats it exactly so. */
  start(service: BreakableService, customer: Customer): Promise<Act>;
  /** Whether its client, cut off, asks again, or leaves the rest to webhooks and jobs. */
  readonly repeated: boolean;
  /** Left alone, it may also be found not to have happened at all. */
  readonly orNothing?: boolean;
  /** What happens after the break before anything is delivered. */
  meanwhile?(service: BreakableService): Promise<unknown>;
  /** What happens once the operation is through. */
  after?(service: BreakableService, customer: Customer): Promise<unknown>;
}

export async function createIntent({ client }: Customer, idempotencyKey = 'buy') {
  const input = { creditAmount: 500, idempotencyKey };
  return (await client.request(createPaymentIntentMutation, { input })).createPaymentIntent;
}

/** An intent that was paid, of which the service has not heard yet. */
export async function paidIntent(
  service: BreakableService,
  customer: Customer,
  card = 'pm_card_visa',
): Promise<string> {
  const { clientSecret, paymentIntentId } = await createIntent(customer);
  await service.pay(clientSecret, card);
  return paymentIntentId;
}

export const confirm = ({ client }: Customer, paymentIntentId: string) =>
  client.request(confirmPaymentMutation, { input: { paymentIntentId } });

/** An intent that was paid and credited, and whose webhooks do not matter any more. */
export async function creditedIntent(
  service: BreakableService,
  customer: Customer,
  card?: string,
): Promise<string> {
  const paymentIntentId = await paidIntent(service, customer, card);
  await confirm(customer, paymentIntentId);
  service.loseEvents();
  return paymentIntentId;
}

export const refund = ({ clients }: BreakableService, paymentIntentId: string) =>
  clients.admin.request(refundMutation, {
    input: { paymentIntentId, amount: 1_234, idempotencyKey: 'refund' },
  });

export const grant = ({ clients }: BreakableService, { accountId }: Customer) =>
  clients.admin.request(grantCreditsMutation, {
    input: { accountId, credits: '10', idempotencyKey: 'grant' },
  });

export const debit = ({ clients }: BreakableService, { accountId }: Customer, idempotencyKey = 'debit') =>
  clients.service.request(debitCreditsMutation, { input: { accountId, credits: '2.5', idempotencyKey } });

/** A call to a model: as much as it may cost is held, and what it did cost is charged. */
async function holdAndCapture({ clients }: BreakableService, { accountId }: Customer) {
  const held = await clients.service.request(holdCreditsMutation, {
    input: { accountId, credits: '4', expiresInSeconds: 600, idempotencyKey: 'hold' },
  });
  const { id: holdId } = held.holdCredits.hold;
  await clients.service.request(captureHoldMutation, {
    input: { accountId, holdId, credits: '3.25', idempotencyKey: 'capture' },
  });
}

const recordUsage = ({ clients }: BreakableService, { accountId }: Customer) =>
  clients.service.request(recordUsageMutation, {
    input: { records: ['1', '2', '3'].map((credits) => ({ accountId, credits, idempotencyKey: credits })) },
  });

const startConfirming: Scenario['start'] = async (service, customer) => {
  const paymentIntentId = await paidIntent(service, customer);
  return () => confirm(customer, paymentIntentId);
};

const startRefunding: Scenario['start'] = async (service, customer) => {
  const paymentIntentId = await creditedIntent(service, customer);
  return () => refund(service, paymentIntentId);
};

const startSpending =
  (spend: (service: BreakableService, customer: Customer) => Promise<unknown>): Scenario['start'] =>
  async (service, customer) => {
    await grant(service, customer);
    return () => spend(service, customer);
  };

export const scenarios: readonly Scenario[] = [
  // It looks at all that there is: it comes before the others have left much.
  {
    name: 'the reconciliation, which finds a payment of which no webhook told',
    start: async (service, customer) => {
      await paidIntent(service, customer);
      service.loseEvents();
      await service.advance(2 * hourMs);
      await service.clients.admin.request(reconcileMutation);
      return () => service.runJobs();
    },
    repeated: false,
  },
  {
    name: 'createPaymentIntent, the first of an account',
    start: async (_service, customer) => () => createIntent(customer),
    after: async (service, customer) =>
      service.pay((await createIntent(customer)).clientSecret, 'pm_card_visa'),
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
    meanwhile: async (service) => {
      await service.advance(25 * hourMs);
      await service.runJobs();
    },
  },
  {
    name: 'the receipt of a webhook',
    start: async (service, customer) => {
      await paidIntent(service, customer);
      return () => service.deliverNewest('payment_intent.succeeded');
    },
    repeated: false,
  },
  {
    name: 'the processing of payment_intent.succeeded',
    start: async (service, customer) => {
      await paidIntent(service, customer);
      await service.deliverNewest('payment_intent.succeeded');
      return () => service.runJobs();
    },
    repeated: false,
  },
  {
    name: 'the processing of refund.failed',
    start: async (service, customer) => {
      const paymentIntentId = await creditedIntent(service, customer, 'pm_card_pendingRefund');
      const { refund: made } = await refund(service, paymentIntentId);
      service.loseEvents();
      await service.runJobs();
      service.sandbox.failRefund(made.refund.stripeRefundId ?? '');
      await service.deliverNewest('refund.failed');
      return () => service.runJobs();
    },
    repeated: false,
  },
  {
    name: 'the processing of charge.dispute.funds_withdrawn',
    start: async (service, customer) => {
      await disputeOf(service, await creditedIntent(service, customer));
      await service.deliverNewest('charge.dispute.funds_withdrawn');
      return () => service.runJobs();
    },
    repeated: false,
  },
  {
    name: 'the processing of charge.dispute.funds_reinstated',
    start: async (service, customer) => {
      const { id } = await disputeOf(service, await creditedIntent(service, customer));
      await service.comeToRest();
      service.sandbox.winDispute(id);
      await service.deliverNewest('charge.dispute.funds_reinstated');
      return () => service.runJobs();
    },
    repeated: false,
  },
  {
    name: 'grantCredits',
    start:
      async (...by) =>
      () =>
        grant(...by),
    repeated: true,
  },
  { name: 'debitCredits', start: startSpending(debit), repeated: true },
  { name: 'recordUsage', start: startSpending(recordUsage), repeated: true },
  { name: 'a hold and its capture', start: startSpending(holdAndCapture), repeated: true },
];

/** After a break: who does the rest. */
export const restOf = ({ repeated }: Scenario): string => (repeated ? 'asked for again' : 'left alone');
