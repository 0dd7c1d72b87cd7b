import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BillingClient, refusalOf } from './billing-client.js';
import type { Browser } from './browser.js';
import { DemoFailure, type Narrator } from './narrator.js';

export interface Stage {
  readonly billingUrl: string;
  readonly adminKey: string;
  readonly serviceKey: string;
  readonly browser: Browser;
  readonly narrator: Narrator;
}

const webhookPatienceMs = 15_000;
const pollEveryMs = 50;

/** The whole life of a customer's credits, each step checked. @throws DemoFailure at the first that differs */
export async function tellStory({
  billingUrl,
  adminKey,
  serviceKey,
  browser,
  narrator,
}: Stage): Promise<void> {
  const admin = new BillingClient(billingUrl, adminKey);
  const gateway = new BillingClient(billingUrl, serviceKey);
  const accountId = `tour-${randomUUID().slice(0, 8)}`;

  narrator.step('Anyone lists the packages');
  const packages = await new BillingClient(billingUrl, null).packages();
  for (const { name, price, pricePerCredit, discountPercent } of packages) {
    narrator.say(`${name} for ${price.formatted}: ${pricePerCredit} each, ${discountPercent}% off`);
  }
  narrator.expect(
    'amounts and prices',
    packages.map(({ credits, price }) => `${credits} for ${price.formatted}`).join(', '),
    '100 for $10.00, 500 for $45.00, 1000 for $80.00, 2000 for $150.00, 5000 for $350.00',
  );

  narrator.step('Support opens an account and gives its browser a key');
  await admin.createAccount({ id: accountId, name: 'Ada Lovelace', email: 'ada@example.com' });
  const customer = new BillingClient(billingUrl, await admin.createCustomerKey(accountId));
  narrator.expect('balance', await customer.balance(), { available: '0', owed: '0' });

  narrator.step('The customer buys 500 credits with 4242 4242 4242 4242');
  const purchase = await customer.buy(500, 'first-purchase');
  narrator.say(`payment intent ${purchase.paymentIntentId}`);
  const again = await customer.buy(500, 'first-purchase');
  narrator.expect(
    'the same key gives the same intent',
    again.paymentIntentId === purchase.paymentIntentId,
    true,
  );
  narrator.expect('Stripe says', await browser.pay(purchase, 'pm_card_visa'), {
    status: 'succeeded',
    declineCode: null,
  });

  narrator.step("Stripe's webhook credits it");
  await until('the webhook', async () => (await customer.balance()).available === '500');
  narrator.expect('balance', await customer.balance(), { available: '500', owed: '0' });

  narrator.step('The browser confirms as well, and nothing is added twice');
  const confirmed = await customer.confirm(purchase.paymentIntentId);
  narrator.expect('credits added', confirmed.creditsAdded, '0');
  narrator.expect('balance', confirmed.balance, { available: '500', owed: '0' });

  narrator.step('A card is declined');
  const unlucky = await customer.buy(100);
  narrator.expect('Stripe says', await browser.pay(unlucky, 'pm_card_chargeDeclinedInsufficientFunds'), {
    status: null,
    declineCode: 'insufficient_funds',
  });
  const notPaid = await refusalOf(customer.confirm(unlucky.paymentIntentId));
  narrator.expect('confirming it', notPaid.code, 'PAYMENT_NOT_SUCCEEDED');
  narrator.expect('its status', notPaid.extensions.status, 'FAILED');

  narrator.step('A card asks for 3-D Secure');
  const secured = await customer.buy(100);
  const asked = await browser.pay(secured, 'pm_card_authenticationRequired');
  narrator.expect('Stripe says', asked.status, 'requires_action');
  await browser.authenticate(secured);
  await customer.confirm(secured.paymentIntentId);
  narrator.expect('balance', await customer.balance(), { available: '600', owed: '0' });

  narrator.step('The gateway spends credits on a call to a model');
  const debit = await gateway.debit(accountId, '12.5', 'call-1');
  narrator.expect('debited', debit.debited, '12.5');
  const replay = await gateway.debit(accountId, '12.5', 'call-1');
  narrator.expect('the same call again is replayed', replay.replayed, true);
  narrator.expect('balance', replay.balance, { available: '587.5', owed: '0' });

  narrator.step('Support refunds half of the first purchase');
  const half = await admin.refund(purchase.paymentIntentId, 2250);
  narrator.expect(
    'refunded',
    `${half.refund.amount.formatted} for ${half.refund.credits} credits`,
    '$22.50 for 250 credits',
  );
  narrator.expect('the payment', half.payment.status, 'PARTIALLY_REFUNDED');
  narrator.expect('balance', half.balance, { available: '337.5', owed: '0' });

  narrator.step('Support asks for the rest, but some of it is spent');
  const spent = await refusalOf(admin.refund(purchase.paymentIntentId, null));
  narrator.expect('the answer', spent.code, 'CREDITS_ALREADY_SPENT');
  narrator.expect('still refundable, in cents', spent.extensions.refundable, 2137);

  narrator.step("The customer's history, newest first");
  // The failed payment reaches the history by webhook or by the confirmation, whichever came first.
  const history = await customer.history();
  for (const { type, description, credits, money } of history) {
    narrator.say(
      `${type.padEnd(14)} ${credits.padStart(6)}  ${money?.formatted.padStart(8) ?? ''.padStart(8)}  ${description}`,
    );
  }
  narrator.expect(
    'entries',
    history.map(({ type }) => type).join(', '),
    'REFUND, USAGE, PURCHASE, PAYMENT_FAILED, PURCHASE',
  );
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + webhookPatienceMs;
  while (!(await isSo())) {
    if (performance.now() > deadline)
      throw new DemoFailure(`Waited ${webhookPatienceMs / 1000} s for ${what} in vain.`);
    await sleep(pollEveryMs);
  }
}
