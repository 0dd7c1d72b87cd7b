import type Stripe from 'stripe';

/** Stripe's largest pages; the SDK asks for one after the other. */
const pages = { limit: 100 } as const;

/** All that there is at Stripe, listed by its API. */
export interface StripeSide {
  readonly intents: ReadonlyMap<string, Stripe.PaymentIntent>;
  readonly refunds: readonly Stripe.Refund[];
  readonly disputes: readonly Stripe.Dispute[];
  readonly warnings: readonly Stripe.Radar.EarlyFraudWarning[];
  readonly movements: readonly Stripe.BalanceTransaction[];
}

export async function readStripe(stripe: Stripe): Promise<StripeSide> {
  const [intents, refunds, disputes, warnings, movements] = await Promise.all([
    all(stripe.paymentIntents.list(pages)),
    all(stripe.refunds.list(pages)),
    all(stripe.disputes.list(pages)),
    all(stripe.radar.earlyFraudWarnings.list(pages)),
    all(stripe.balanceTransactions.list(pages)),
  ]);
  const byId = new Map(intents.map((intent) => [intent.id, intent]));
  return { intents: byId, refunds, disputes, warnings, movements };
}

async function all<T>(listed: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of listed) items.push(item);
  return items;
}

/** Whether the money of a refund left, or is about to. */
export const stands = ({ status }: Stripe.Refund): boolean => status !== 'failed' && status !== 'canceled';

/** What a dispute holds of us, in minor units. */
export const withdrawn = ({ balance_transactions }: Stripe.Dispute): bigint =>
  balance_transactions.reduce((sum, { amount }) => sum - BigInt(amount), 0n);
