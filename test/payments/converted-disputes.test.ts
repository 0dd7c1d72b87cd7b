import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { Payment } from '../../src/payments/payment.entity.js';
import { createLog } from '../../src/platform/log.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { toDisputeSnapshot } from '../../src/stripe/translate.js';
import { disputeOf } from '../support/dispute.js';
import { expectSoundBooks } from '../support/invariants.js';
import { paymentServicesOf } from '../support/payment-services.js';
import { newCustomer, purchase, type TestCustomer } from '../support/purchase.js';
import { readsOf } from '../support/reads.js';
import { startTestService, type TestService } from '../support/service.js';

/** What the dispute of a charge in dollars looks like to a seller who is paid out in euros, at each movement's rate. */
const inEuros = (dispute: Stripe.Dispute, rates: readonly number[]): Stripe.Dispute => ({
  ...dispute,
  balance_transactions: dispute.balance_transactions.map((move, i) => ({
    ...move,
    amount: Math.round(move.amount * (rates[i] ?? 1)),
    currency: 'eur',
    exchange_rate: rates[i] ?? 1,
  })),
});

describe('a dispute whose money moves in another currency than its charge', () => {
  let service: TestService;
  let customer: TestCustomer;
  beforeAll(async () => {
    service = await startTestService();
    // What this sandbox says of a dispute, whose seller is paid out in dollars, must not come in between.
    service.sandbox.faults.delivery({ fault: 'drop' });
  });
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));
  const { balance, payment } = readsOf(() => customer);

  const report = async (stripePaymentIntentId: string, dispute: Stripe.Dispute) => {
    const uow = new UnitOfWork(service.orm, createLog('silent'));
    const { disputes } = paymentServicesOf(service);
    await uow.run(async (em) =>
      disputes.report(em, await em.findOneOrFail(Payment, { stripePaymentIntentId }), [
        toDisputeSnapshot(dispute),
      ]),
    );
  };

  it.each([
    ['fell', [0.92, 0.9]],
    ['did not change', [0.92, 0.92]],
    ['rose', [0.9, 0.92]],
  ])('freezes its credits and returns them where the rate %s meanwhile', async (_, rates) => {
    customer = await newCustomer(service);
    const id = await purchase(service, customer, 500);
    const opened = await disputeOf(service, id);
    await report(id, inEuros(opened, rates));
    expect(await payment(id)).toMatchObject({ status: 'DISPUTED', disputed: { amount: 4500 } });
    expect(await balance()).toMatchObject({ available: '0', owed: '0' });

    await report(id, inEuros(service.sandbox.winDispute(opened.id), rates));
    expect(await payment(id)).toMatchObject({
      status: 'SUCCEEDED',
      disputed: { amount: 0 },
      disputes: [{ status: 'WON', withdrawn: { amount: 0 }, credits: '0' }],
    });
    expect(await balance()).toMatchObject({ available: '500', owed: '0' });
  });

  it('freezes them again where it is withdrawn once more, at whatever rates', async () => {
    customer = await newCustomer(service);
    const id = await purchase(service, customer, 500);
    const opened = await disputeOf(service, id);
    const won = service.sandbox.winDispute(opened.id);
    const again = {
      ...won,
      balance_transactions: [...won.balance_transactions, ...opened.balance_transactions],
    };
    await report(id, inEuros(again, [0.5, 1.1, 0.55]));
    expect(await payment(id)).toMatchObject({ status: 'DISPUTED', disputed: { amount: 4500 } });
    expect(await balance()).toMatchObject({ available: '0', owed: '0' });
  });
});
