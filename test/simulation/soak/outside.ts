import type Stripe from 'stripe';
import type { Random } from '../random.js';
import { Deck } from './deck.js';
import { atStripe, type World } from './world.js';

/** Of the latest payments, refunds and disputes at Stripe. */
const latest = 40;
const pauseMs = { least: 50, most: 400 } as const;

/** Null where there was nothing to do it to. */
type Act = (world: World, random: Random) => Promise<object | null>;

/** What people do at Stripe past us, and what banks and cardholders decide. */
const acts = {
  'refunds in the dashboard': async ({ stripe }: World, random: Random) => {
    const charge = await oneOf(random, stripe.charges.list({ limit: latest }), ({ paid, captured }) =>
      Boolean(paid && captured),
    );
    if (!charge) return null;
    const amount = random.integer(1, Math.ceil(charge.amount / random.integer(1, 4)));
    return stripe.refunds.create({ payment_intent: String(charge.payment_intent), amount });
  },
  'refunds failed': async ({ stripe, sandbox }: World, random: Random) => {
    const refund = await oneOf(random, stripe.refunds.list({ limit: latest }), ({ status }) =>
      ['pending', 'requires_action', 'succeeded'].includes(status ?? ''),
    );
    return refund && sandbox.failRefund(refund.id);
  },
  'refunds held up': async ({ stripe, sandbox }: World, random: Random) => {
    const refund = await oneOf(
      random,
      stripe.refunds.list({ limit: latest }),
      ({ status }) => status === 'pending',
    );
    return refund && sandbox.holdUpRefund(refund.id);
  },
  'disputes opened': async ({ stripe, sandbox }: World, random: Random) => {
    const charge = await oneOf(random, stripe.charges.list({ limit: latest }), ({ disputed }) => !disputed);
    return charge && sandbox.openDispute(charge.id, 'fraudulent', somePartOf(random, charge));
  },
  'inquiries opened': async ({ stripe, sandbox }: World, random: Random) => {
    const charge = await oneOf(random, stripe.charges.list({ limit: latest }), ({ disputed }) => !disputed);
    return charge && sandbox.openInquiry(charge.id, somePartOf(random, charge));
  },
  'frauds warned of': async ({ stripe, sandbox }: World, random: Random) => {
    const charge = await oneOf(random, stripe.charges.list({ limit: latest }), ({ paid }) => paid);
    return charge && sandbox.warnOfFraud(charge.id);
  },
  'inquiries escalated': async ({ stripe, sandbox }: World, random: Random) => {
    const inquiry = await oneOf(
      random,
      stripe.disputes.list({ limit: latest }),
      ({ status }) => status === 'warning_needs_response',
    );
    return inquiry && sandbox.escalateInquiry(inquiry.id);
  },
  'disputes won': async ({ stripe, sandbox }: World, random: Random) => {
    const dispute = await oneOf(random, stripe.disputes.list({ limit: latest }), isOpen);
    return dispute && sandbox.winDispute(dispute.id);
  },
  'disputes lost': async ({ stripe, sandbox }: World, random: Random) => {
    const dispute = await oneOf(random, stripe.disputes.list({ limit: latest }), isOpen);
    return dispute && sandbox.loseDispute(dispute.id);
  },
  'bank debits settled': async ({ stripe, sandbox }: World, random: Random) => {
    const intent = await oneOf(random, stripe.paymentIntents.list({ limit: latest }), isProcessing);
    return intent && sandbox.settlePayment(intent.id);
  },
  'bank debits returned': async ({ stripe, sandbox }: World, random: Random) => {
    const intent = await oneOf(random, stripe.paymentIntents.list({ limit: latest }), isProcessing);
    return intent && sandbox.failPayment(intent.id);
  },
  'payments canceled': async ({ stripe }: World, random: Random) => {
    const intent = await oneOf(random, stripe.paymentIntents.list({ limit: latest }), ({ status }) =>
      status.startsWith('requires_'),
    );
    // Rarely, for what is canceled is no longer paid.
    return intent && random.chance(0.2) ? stripe.paymentIntents.cancel(intent.id) : null;
  },
} satisfies Record<string, Act>;

/** Now and then a cardholder wants back only some of it. */
const somePartOf = (random: Random, { amount }: Stripe.Charge): number =>
  random.chance(0.3) ? random.integer(1, amount) : amount;

const isOpen = ({ status }: Stripe.Dispute): boolean =>
  ['needs_response', 'under_review', 'warning_needs_response'].includes(status);
export const isProcessing = ({ status }: Stripe.PaymentIntent): boolean => status === 'processing';

/** Goes on until it is time to stop. */
export async function actAtStripe(world: World, random: Random): Promise<void> {
  const deck = new Deck(random, Object.keys(acts) as (keyof typeof acts)[]);
  while (!world.isOver) {
    await world.pause(random.integer(pauseMs.least, pauseMs.most));
    const kind = deck.deal();
    const act: Act = acts[kind];
    if ((await atStripe(() => act(world, random))) !== null) world.tally.add(`outside: ${kind}`);
  }
}

async function oneOf<T>(
  random: Random,
  page: Promise<{ readonly data: readonly T[] }>,
  fits: (item: T) => boolean,
): Promise<T | null> {
  return random.pickAny((await page).data.filter(fits)) ?? null;
}
