import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Random } from '../simulation/random.js';
import { expectCode } from '../support/client.js';
import { FakeClock } from '../support/clock.js';
import { chargeOf, disputeOf } from '../support/dispute.js';
import { expectSoundBooks } from '../support/invariants.js';
import { debitCreditsMutation, disputesQuery } from '../support/operations.js';
import { newCustomer, pay, purchase, startPurchase, type TestCustomer } from '../support/purchase.js';
import { readsOf } from '../support/reads.js';
import { refund } from '../support/refund.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';

describe('a dispute', () => {
  let service: TestService;
  let customer: TestCustomer;
  beforeAll(async () => {
    service = await startTestService({ clock: new FakeClock(new Date()) });
  });
  beforeEach(async () => {
    customer = await newCustomer(service);
  });
  afterEach(() => service.sandbox.faults.clear());
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

  const stripe = () => dashboard(service.sandbox);
  const { balance, payment, history, historyTypes } = readsOf(() => customer);
  const disputes = async (filter: { openOnly?: boolean; statuses?: ('LOST' | 'WON')[] } = {}) =>
    (await service.clients.admin.request(disputesQuery, { accountId: customer.accountId, ...filter }))
      .disputes.nodes;
  const debit = (credits: string) =>
    service.clients.service.request(debitCreditsMutation, {
      input: { accountId: customer.accountId, credits, idempotencyKey: credits },
    });

  it('freezes what is unspent and makes debt of the rest; lost, both are written off', async () => {
    const id = await purchase(service, customer, 500);
    await debit('200');
    const { id: stripeDisputeId, evidence_details } = await disputeOf(service, id);
    await service.settle();
    expect(await balance()).toMatchObject({ available: '0', owed: '200' });
    expect(await payment(id)).toMatchObject({
      status: 'DISPUTED',
      refunded: { amount: 0 },
      disputed: { amount: 4500 },
      disputes: [{ status: 'NEEDS_RESPONSE', withdrawn: { amount: 4500 }, credits: '500' }],
    });
    expect((await history())[0]).toMatchObject({
      type: 'DISPUTE',
      credits: '-500',
      money: { amount: -4500, currency: 'USD' },
      stripePaymentIntentId: id,
    });
    expect(await disputes({ openOnly: true })).toMatchObject([
      {
        status: 'NEEDS_RESPONSE',
        reason: 'fraudulent',
        amount: { amount: 4500, currency: 'USD' },
        evidenceDueBy: new Date((evidence_details.due_by ?? 0) * 1000).toISOString(),
        accountId: customer.accountId,
        stripePaymentIntentId: id,
        stripeDisputeId,
        closedAt: null,
      },
    ]);
    await expectCode(debit('1'), 'ACCOUNT_IN_DEBT');

    service.sandbox.loseDispute(stripeDisputeId);
    await service.settle();
    expect(await balance()).toMatchObject({ available: '0', owed: '200' });
    expect(await payment(id)).toMatchObject({ status: 'DISPUTED', disputes: [{ status: 'LOST' }] });
    expect(await historyTypes()).toEqual(['DISPUTE_LOST', 'DISPUTE', 'USAGE', 'PURCHASE']);
    expect((await history())[0]).toMatchObject({ credits: '0', money: null });
    expect(await disputes({ openOnly: true })).toEqual([]);
    expect(await disputes({ statuses: ['WON'] })).toEqual([]);
    expect(await disputes({ statuses: ['LOST', 'WON'] })).toMatchObject([{ closedAt: expect.any(String) }]);
  });

  it('that is won returns exactly what it took, once', async () => {
    const id = await purchase(service, customer, 500);
    await debit('200');
    const { id: disputeId } = await disputeOf(service, id);
    await service.settle();
    service.sandbox.winDispute(disputeId);
    await service.settle();
    for (const { id: eventId } of service.sandbox.events().slice(-5)) service.sandbox.resendEvent(eventId);
    await service.settle();
    expect(await balance()).toMatchObject({ available: '300', owed: '0' });
    expect(await payment(id)).toMatchObject({
      status: 'SUCCEEDED',
      disputed: { amount: 0 },
      disputes: [{ status: 'WON', withdrawn: { amount: 0 }, credits: '0' }],
    });
    expect(await historyTypes()).toEqual(['DISPUTE_REVERSED', 'DISPUTE', 'USAGE', 'PURCHASE']);
    expect((await history())[0]).toMatchObject({ credits: '500', money: { amount: 4500 } });
    expect(await refund(service, id, { amount: 900 })).toMatchObject({ refund: { credits: '100' } });
  });

  it('that is only an inquiry takes nothing, until it becomes one', async () => {
    const id = await purchase(service, customer, 500);
    const { id: disputeId } = service.sandbox.openInquiry(await chargeOf(service, id));
    await service.settle();
    expect(await payment(id)).toMatchObject({
      status: 'SUCCEEDED',
      disputes: [{ status: 'WARNING_NEEDS_RESPONSE', withdrawn: { amount: 0 }, credits: '0' }],
    });
    expect((await balance()).available).toBe('500');
    service.sandbox.escalateInquiry(disputeId);
    await service.settle();
    expect(await payment(id)).toMatchObject({ status: 'DISPUTED', disputes: [{ status: 'NEEDS_RESPONSE' }] });
    expect((await balance()).available).toBe('0');
  });

  it('that is an inquiry and comes to nothing changes nothing', async () => {
    const id = await purchase(service, customer, 500);
    const { id: disputeId } = service.sandbox.openInquiry(await chargeOf(service, id));
    service.sandbox.winDispute(disputeId);
    await service.settle();
    expect(await payment(id)).toMatchObject({
      status: 'SUCCEEDED',
      disputes: [{ status: 'WARNING_CLOSED' }],
    });
    expect(await historyTypes()).toEqual(['PURCHASE']);
  });

  it('is understood before its payment is', async () => {
    const intent = await startPurchase(customer, 500);
    const dropped = service.sandbox.faults.delivery({ fault: 'drop' });
    await pay(service, intent);
    dropped.remove();
    await disputeOf(service, intent.paymentIntentId);
    await service.settle();
    expect(await historyTypes()).toEqual(['DISPUTE', 'PURCHASE']);
    expect(await balance()).toMatchObject({ available: '0', owed: '0' });
  });

  it('follows the test card that disputes by itself, and evidence that wins', async () => {
    await purchase(service, customer, 500, 'pm_card_createDispute');
    await service.settle();
    expect((await balance()).available).toBe('0');
    const [open] = await disputes();
    await stripe().disputes.update(open?.stripeDisputeId ?? '', {
      evidence: { uncategorized_text: 'winning_evidence' },
      submit: true,
    });
    await service.settle();
    expect(await disputes()).toMatchObject([{ status: 'WON' }]);
    expect((await balance()).available).toBe('500');
  });

  it('holds only what is not refunded, and gives way to a refund that fails', async () => {
    const id = await purchase(service, customer, 500);
    const made = await refund(service, id, { amount: 900 });
    await disputeOf(service, id);
    await service.settle();
    expect(await payment(id)).toMatchObject({
      status: 'DISPUTED',
      refunded: { amount: 900 },
      disputed: { amount: 4500 },
      disputes: [{ credits: '400' }],
    });
    expect(await balance()).toMatchObject({ available: '0', owed: '0' });
    service.sandbox.failRefund(made.refund.stripeRefundId ?? '');
    await service.settle();
    expect(await payment(id)).toMatchObject({ refunded: { amount: 0 }, disputes: [{ credits: '500' }] });
    expect(await balance()).toMatchObject({ available: '0', owed: '0' });
  });

  it('leaves nothing to refund while it holds the money, which the refusal says', async () => {
    const id = await purchase(service, customer, 500);
    const { id: disputeId } = await disputeOf(service, id);
    await service.settle();
    for (const amount of [1, null]) {
      const refused = await expectCode(refund(service, id, { amount }), 'REFUND_EXCEEDS_PAYMENT');
      expect(refused.message).toMatch(
        'At most $0.00 of this payment can be refunded: a dispute has withdrawn $45.00.',
      );
      expect(refused.extensions).toMatchObject({ refundable: 0, currency: 'USD' });
    }
    service.sandbox.winDispute(disputeId);
    await service.settle();
    expect(await refund(service, id)).toMatchObject({ refund: { credits: '500' } });
  });

  describe('comes to the same, in whichever order and how often its webhooks come:', () => {
    type Fact =
      | 'declined'
      | 'paid'
      | 'refunded'
      | 'refund failed'
      | 'rest refunded'
      | 'disputed'
      | 'won'
      | 'lost';
    const histories: readonly (readonly [readonly Fact[], object, object])[] = [
      [
        ['declined', 'paid', 'refunded', 'disputed', 'refund failed', 'lost'],
        { status: 'DISPUTED', refunded: { amount: 0 }, disputed: { amount: 4500 } },
        { available: '0', owed: '0' },
      ],
      [
        ['paid', 'refunded', 'disputed', 'won', 'rest refunded', 'refund failed'],
        { status: 'PARTIALLY_REFUNDED', refunded: { amount: 3600 }, disputed: { amount: 0 } },
        { available: '100', owed: '0' },
      ],
      [
        ['declined', 'paid', 'disputed', 'won', 'refunded'],
        { status: 'PARTIALLY_REFUNDED', refunded: { amount: 900 }, disputed: { amount: 0 } },
        { available: '400', owed: '0' },
      ],
      [
        ['paid', 'refunded', 'rest refunded', 'refund failed', 'disputed', 'won'],
        { status: 'PARTIALLY_REFUNDED', refunded: { amount: 3600 }, disputed: { amount: 0 } },
        { available: '100', owed: '0' },
      ],
    ];
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    const random = new Random(seed);

    it.each(histories.map(([facts, ...books]) => [facts.join(', '), facts, ...books] as const))(
      `%s (seed ${seed})`,
      async (_, facts, books, left) => {
        const { sandbox } = service;
        const intent = await startPurchase(customer, 500);
        const payment_intent = intent.paymentIntentId;
        const before = sandbox.events().length;
        const unheard = sandbox.faults.delivery({ fault: 'drop' });
        let refundId = '';
        let disputeId = '';
        const happen: Readonly<Record<Fact, () => Promise<unknown> | unknown>> = {
          declined: () => pay(service, intent, 'pm_card_chargeDeclined'),
          paid: () => pay(service, intent),
          refunded: async () => {
            refundId = (await stripe().refunds.create({ payment_intent, amount: 900 })).id;
          },
          'refund failed': () => sandbox.failRefund(refundId),
          'rest refunded': () => stripe().refunds.create({ payment_intent }),
          disputed: async () => {
            disputeId = (await disputeOf(service, payment_intent)).id;
          },
          won: () => sandbox.winDispute(disputeId),
          lost: () => sandbox.loseDispute(disputeId),
        };
        for (const fact of facts) await happen[fact]();
        unheard.remove();
        const events = sandbox.events().slice(before);
        const twice = [...events, ...events];
        while (twice.length > 0) {
          const [event] = twice.splice(random.integer(0, twice.length - 1), 1);
          sandbox.resendEvent(event?.id ?? '');
        }
        await service.settle();
        expect(await payment(payment_intent)).toMatchObject(books);
        expect(await balance()).toMatchObject(left);
      },
    );
  });

  it('is listed page by page, newest first, for support', async () => {
    const opened: string[] = [];
    for (let i = 0; i < 3; i++) {
      const id = await purchase(service, customer, 100);
      opened.unshift((await disputeOf(service, id)).id);
      service.clock.advance(1_000);
    }
    await service.settle();
    const page = async (after: string | null) =>
      (
        await service.clients.admin.request(disputesQuery, {
          first: 2,
          after,
          accountId: customer.accountId,
        })
      ).disputes;
    const newest = await page(null);
    const oldest = await page(newest.pageInfo.endCursor ?? null);
    expect([newest.pageInfo.hasNextPage, oldest.pageInfo.hasNextPage]).toEqual([true, false]);
    const found = [...newest.nodes, ...oldest.nodes];
    expect(found.map(({ stripeDisputeId }) => stripeDisputeId)).toEqual(opened);
  });
});
