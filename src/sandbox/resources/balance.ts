import type Stripe from 'stripe';
import { page } from '../http/lists.js';
import { filledText, inRange, pageParams, text, timeRange } from '../http/params.js';
import { type Route, route } from '../http/router.js';
import type { World } from '../world.js';

const pendingSeconds = 2 * 24 * 60 * 60;

/** A movement of the account's balance. */
export interface Movement {
  type:
    | 'charge'
    | 'payment'
    | 'payment_failure_refund'
    | 'payment_reversal'
    | 'refund'
    | 'payment_refund'
    | 'refund_failure'
    | 'adjustment';
  reportingCategory: string;
  amount: number;
  fee: number;
  currency: string;
  source: string;
  description: string | null;
  availableNow?: boolean;
}

/** Books a movement (https://docs.stripe.com/reports/balance-transaction-types). */
export function book(world: World, movement: Movement): Stripe.BalanceTransaction {
  const { amount, fee, currency } = movement;
  const created = world.now();
  return world.store.put('balance_transaction', {
    id: world.id('txn'),
    object: 'balance_transaction',
    amount,
    available_on: movement.availableNow ? created : created + pendingSeconds,
    balance_type: 'payments',
    created,
    currency,
    description: movement.description,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [{ amount: fee, application: null, currency, description: feeName(movement), type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: movement.reportingCategory,
    source: movement.source,
    status: movement.availableNow ? 'available' : 'pending',
    type: movement.type,
  });
}

function feeName(movement: Movement): string {
  return movement.type === 'adjustment' ? 'Dispute fee' : 'Stripe processing fees';
}

/** A transaction as it stands now: funds become available as time passes. */
export function asOfNow(world: World, transaction: Stripe.BalanceTransaction): Stripe.BalanceTransaction {
  return { ...transaction, status: world.now() >= transaction.available_on ? 'available' : 'pending' };
}

function balance(world: World): Stripe.Balance {
  const sums = new Map<string, { available: number; pending: number }>();
  for (const stored of world.store.all('balance_transaction')) {
    const { currency, net, status } = asOfNow(world, stored);
    const sum = sums.get(currency) ?? { available: 0, pending: 0 };
    sum[status === 'available' ? 'available' : 'pending'] += net;
    sums.set(currency, sum);
  }
  if (sums.size === 0) sums.set('usd', { available: 0, pending: 0 });
  const side = (name: 'available' | 'pending') =>
    [...sums].map(([currency, sum]) => ({ amount: sum[name], currency, source_types: { card: sum[name] } }));
  return { object: 'balance', available: side('available'), livemode: false, pending: side('pending') };
}

export function balanceRoutes(world: World): Route[] {
  return [
    route('GET', '/v1/balance', { returns: 'none', params: {}, handle: () => balance(world) }),
    route('GET', '/v1/balance_transactions', {
      returns: 'list of balance_transaction',
      params: {
        ...pageParams,
        created: timeRange,
        currency: text,
        payout: filledText,
        source: filledText,
        type: filledText,
      },
      handle: (query) => {
        const found = world.store
          .all('balance_transaction')
          .filter(
            (transaction) =>
              inRange(transaction.created, query.created) &&
              query.payout === undefined &&
              (query.currency === undefined || transaction.currency === query.currency) &&
              (query.source === undefined || transaction.source === query.source) &&
              (query.type === undefined || transaction.type === query.type),
          )
          .map((transaction) => asOfNow(world, transaction));
        return page('/v1/balance_transactions', 'balance transaction', found, query);
      },
    }),
    route('GET', '/v1/balance_transactions/:', {
      returns: 'balance_transaction',
      params: {},
      handle: (_, { id }) => asOfNow(world, world.find('balance_transaction', id)),
    }),
  ];
}
