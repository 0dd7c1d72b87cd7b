import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/platform/log.js';
import { expectCode } from '../support/client.js';
import { FakeClock } from '../support/clock.js';
import { expectSoundBooks } from '../support/invariants.js';
import { paymentQuery } from '../support/operations.js';
import {
  type CreatedIntent,
  confirm,
  newCustomer,
  pay,
  startPurchase,
  type TestCustomer,
} from '../support/purchase.js';
import { readsOf } from '../support/reads.js';
import { startTestService, type TestService } from '../support/service.js';
import { dashboard } from '../support/stripe-sdk.js';

const dayMs = 24 * 60 * 60 * 1_000;

/** The browser is closed: everything here is heard by webhook alone, or not at all. */
describe('a payment whose browser is closed', () => {
  let service: TestService;
  let customer: TestCustomer;
  beforeAll(async () => {
    // A payment that was changed at Stripe is logged as an error, as it must be.
    service = await startTestService({ clock: new FakeClock(new Date()), log: createLog('fatal') });
  });
  beforeEach(async () => {
    customer = await newCustomer(service);
  });
  afterEach(() => service.sandbox.faults.clear());
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

  const { available, historyTypes } = readsOf(() => customer);
  const payment = async ({ paymentIntentId }: CreatedIntent) =>
    (await customer.client.request(paymentQuery, { paymentIntentId })).payment;
  const expectStatus = async (intent: CreatedIntent, status: string, credits: string) => {
    await service.settle();
    expect({ status: (await payment(intent))?.status, available: await available() }).toEqual({
      status,
      available: credits,
    });
  };

  it('that waits for 3-D Secure is credited when the customer passes', async () => {
    const intent = await startPurchase(customer, 500);
    await pay(service, intent, 'pm_card_authenticationRequired');
    await expectStatus(intent, 'REQUIRES_PAYMENT', '0');
    service.sandbox.authenticate(intent.paymentIntentId, 'pass');
    await expectStatus(intent, 'SUCCEEDED', '500');
    expect(await historyTypes()).toEqual(['PURCHASE']);
  });

  it('that fails 3-D Secure is credited with another card', async () => {
    const intent = await startPurchase(customer, 500);
    await pay(service, intent, 'pm_card_authenticationRequired');
    service.sandbox.authenticate(intent.paymentIntentId, 'fail');
    await expectStatus(intent, 'FAILED', '0');
    expect(await payment(intent)).toMatchObject({ failureCode: 'payment_intent_authentication_failure' });
    await pay(service, intent, 'pm_card_mastercard');
    await expectStatus(intent, 'SUCCEEDED', '500');
    expect(await payment(intent)).toMatchObject({ failureCode: null, failureMessage: null });
    expect(await historyTypes()).toEqual(['PURCHASE', 'PAYMENT_FAILED']);
  });

  it('whose card is declined after 3-D Secure has failed', async () => {
    const intent = await startPurchase(customer, 500);
    await pay(service, intent, 'pm_card_threeDSecureRequiredChargeDeclined');
    await expectStatus(intent, 'REQUIRES_PAYMENT', '0');
    service.sandbox.authenticate(intent.paymentIntentId, 'pass');
    await expectStatus(intent, 'FAILED', '0');
  });

  it('whose bank debit is returned days later may be paid by card', async () => {
    const intent = await startPurchase(customer, 500);
    await pay(service, intent, 'pm_usBankAccount_success');
    await expectStatus(intent, 'PROCESSING', '0');
    service.clock.advance(4 * dayMs);
    service.sandbox.failPayment(intent.paymentIntentId, 'insufficient_funds');
    await expectStatus(intent, 'FAILED', '0');
    await pay(service, intent);
    await expectStatus(intent, 'SUCCEEDED', '500');
  });

  it('whose bank debit arrives days later is credited then', async () => {
    const intent = await startPurchase(customer, 500);
    await pay(service, intent, 'pm_usBankAccount_success');
    await expectStatus(intent, 'PROCESSING', '0');
    service.clock.advance(4 * dayMs);
    service.sandbox.settlePayment(intent.paymentIntentId);
    await expectStatus(intent, 'SUCCEEDED', '500');
    expect((await payment(intent))?.succeededAt).toBe(service.clock.now().toISOString());
  });

  it('that is canceled after a decline stays so, and takes no card', async () => {
    const intent = await startPurchase(customer, 500);
    await pay(service, intent, 'pm_card_chargeDeclined');
    await expectStatus(intent, 'FAILED', '0');
    await dashboard(service.sandbox).paymentIntents.cancel(intent.paymentIntentId);
    await expectStatus(intent, 'CANCELED', '0');
    await expect(pay(service, intent)).rejects.toThrow('canceled');
    await expectStatus(intent, 'CANCELED', '0');
  });

  it.each(['REQUIRES_PAYMENT', 'PROCESSING', 'FAILED', 'CANCELED'])(
    'that succeeds months after we took it for %s is credited, once',
    async (givenUp) => {
      const intent = await startPurchase(customer, 500);
      const dropped = service.sandbox.faults.delivery({ fault: 'drop' });
      await pay(service, intent);
      dropped.remove();
      // Only CANCELED cannot be lived through: Stripe reopens no intent, so it is what somebody wrote by mistake.
      await service.database.query('update payments set status = $2 where stripe_payment_intent_id = $1', [
        intent.paymentIntentId,
        givenUp,
      ]);
      service.clock.advance(90 * dayMs);
      const [event] = service.sandbox
        .events()
        .filter(({ type }) => type === 'payment_intent.succeeded')
        .filter(({ data }) => 'id' in data.object && data.object.id === intent.paymentIntentId);
      service.sandbox.resendEvent(event?.id ?? '');
      await expectStatus(intent, 'SUCCEEDED', '500');
      service.sandbox.resendEvent(event?.id ?? '');
      expect(await confirm(customer, intent)).toMatchObject({ creditsAdded: '0' });
      await expectStatus(intent, 'SUCCEEDED', '500');
      expect(await historyTypes()).toEqual(['PURCHASE']);
    },
  );

  it('whose amount was changed at Stripe grants nothing, whoever reports it', async () => {
    const intent = await startPurchase(customer, 500);
    await dashboard(service.sandbox).paymentIntents.update(intent.paymentIntentId, { amount: 100 });
    await pay(service, intent);
    await expectStatus(intent, 'REQUIRES_PAYMENT', '0');
    const { extensions } = await expectCode(confirm(customer, intent), 'PAYMENT_MISMATCH');
    expect(extensions.differing).toEqual(['amount', 'amount_received']);
    await expectStatus(intent, 'REQUIRES_PAYMENT', '0');
    expect(await historyTypes()).toEqual([]);
  });
});
