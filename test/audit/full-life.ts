import { gql } from 'graphql-request';
import { disputeOf } from '../support/dispute.js';
import { debitCreditsMutation, grantCreditsMutation } from '../support/operations.js';
import { newCustomer, pay, purchase, startPurchase, type TestCustomer } from '../support/purchase.js';
import { refund } from '../support/refund.js';
import type { TestService } from '../support/service.js';
import { recordUsageMutation, sumUsage } from '../support/usage.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const holdCredits = gql`
  mutation ($input: HoldCreditsInput!) { holdCredits(input: $input) { hold { id } } }`;
const extendHold = gql`
  mutation ($input: ExtendHoldInput!) { extendHold(input: $input) { hold { id } } }`;
const captureHold = gql`
  mutation ($input: CaptureHoldInput!) { captureHold(input: $input) { hold { id } } }`;
const releaseHold = gql`
  mutation ($input: ReleaseHoldInput!) { releaseHold(input: $input) { hold { id } } }`;

/**
 * Everything that can happen to an account, over HTTP: it ends with credits available, held and scheduled, with lots
 * of every kind and holds of every status.
 */
export async function liveFully(service: TestService): Promise<TestCustomer> {
  const customer = await newCustomer(service);
  const { accountId } = customer;
  const { clients, clock, sandbox } = service;
  let calls = 0;
  const keyed = (input: object) => ({ accountId, idempotencyKey: `call ${++calls}`, ...input });
  const gateway = (document: string, input: object) =>
    clients.service.request<Record<string, { hold: { id: string } }>>(document, { input: keyed(input) });
  const holdOf = async (credits: string, expiresInSeconds = 600) =>
    (await gateway(holdCredits, { credits, expiresInSeconds })).holdCredits?.hold.id;
  const after = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();
  const grant = (input: object) =>
    clients.admin.request(grantCreditsMutation, { input: keyed(input) as never });
  const debit = (input: object) =>
    clients.service.request(debitCreditsMutation, { input: keyed(input) as never });

  await pay(service, await startPurchase(customer, 100), 'pm_card_chargeDeclined');
  const first = await purchase(service, customer, 500);
  clock.advance(minuteMs);
  await grant({ credits: '20', priority: 5, expiresAt: after(hourMs), note: 'Welcome' });
  await grant({ credits: '7', source: 'ADJUSTMENT' });
  await grant({
    credits: '3',
    source: 'SUBSCRIPTION',
    effectiveAt: after(2 * hourMs),
    expiresAt: after(90 * hourMs),
  });
  await grant({ credits: '4', effectiveAt: after(24 * hourMs) });
  await debit({ credits: '5.25', description: 'über 🙂\n', metadata: { model: 'x', n: [1, { a: 'b' }] } });
  await clients.service.request(recordUsageMutation, {
    input: { records: [keyed({ credits: '1', occurredAt: clock.now().toISOString() })] },
  });

  // Two that lie partly in what expires within the hour: one is captured after that, one expires itself.
  const late = await holdOf('10', 7_200);
  const extended = await holdOf('6');
  await gateway(extendHold, { holdId: extended, addCredits: '2', addSeconds: 60 });
  await gateway(captureHold, { holdId: extended, credits: '3', finalCapture: false });
  await gateway(captureHold, { holdId: extended, credits: '9' });
  const released = await holdOf('12');
  await clients.service.request(releaseHold, { input: { accountId, holdId: released } });
  await holdOf('2', 60);
  const charged = await holdOf('1.5', 60);
  clock.advance(hourMs);
  await gateway(captureHold, { holdId: charged, credits: '1' });
  await gateway(captureHold, { holdId: late, credits: '1' });
  clock.advance(hourMs);

  await refund(service, first, { amount: 900 });
  const made = (await refund(service, first, { amount: 450 })).refund;
  sandbox.failRefund(made.stripeRefundId ?? '');
  await service.settle();

  // Into debt, out of it by a purchase, and back: what paid the debt returns as a lot of its own.
  const second = await purchase(service, customer, 100);
  const { balance } = await customer.client.request<{ balance: { available: string } }>(
    'query { balance { available } }',
  );
  await debit({ credits: balance.available });
  const indebted = (await refund(service, second, { spentCredits: 'CREATE_DEBT' })).refund;
  const third = await purchase(service, customer, 1_000);
  sandbox.failRefund(indebted.stripeRefundId ?? '');
  await service.settle();

  await sumUsage(service);

  // Frozen and returned, frozen and lost.
  const won = await disputeOf(service, first);
  await service.settle();
  sandbox.winDispute(won.id);
  const lost = await disputeOf(service, third);
  await service.settle();
  sandbox.loseDispute(lost.id);
  await service.settle();

  await purchase(service, customer, 500);
  await grant({ credits: '30', priority: 1, expiresAt: after(200 * hourMs) });
  await holdOf('40', 3_600);
  await debit({ credits: '0.000001' });
  return customer;
}
