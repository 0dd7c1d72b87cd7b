import type { DisputeSnapshot, RefundSnapshot } from '../../../src/payments/payment-gateway.js';

/** What can happen to a payment at Stripe once it has succeeded. */
export const facts = [
  'partial refund',
  'refund of the rest',
  'partial refund failed',
  'refund of the rest failed',
  'inquiry',
  'disputed',
  'reinstated',
  'lost',
  'appealed',
] as const;
export type Fact = (typeof facts)[number];

/** How much the partial refund and the dispute are of, in minor units. */
export interface Sizes {
  readonly amount: bigint;
  readonly partial: bigint;
  readonly disputed: bigint;
}

/** All of a payment's refunds and disputes at Stripe, at one moment. */
interface Moment {
  readonly refunds: readonly RefundSnapshot[];
  readonly disputes: readonly DisputeSnapshot[];
}

/** One order of facts that Stripe allows, and all that anybody could be told of it, oldest first. */
export interface History {
  readonly facts: readonly Fact[];
  readonly refunds: readonly (readonly RefundSnapshot[])[];
  readonly disputes: readonly (readonly DisputeSnapshot[])[];
}

const openedAt = new Date('2026-01-15T12:00:00.000Z');

const refundOf = (id: string, amount: bigint): RefundSnapshot => ({
  id,
  status: 'SUCCEEDED',
  amount,
  currency: 'USD',
  paymentIntentId: null,
  metadata: {},
  reason: null,
  failureReason: null,
});

const standing = ({ refunds }: Moment): bigint =>
  refunds.reduce((sum, { status, amount }) => sum + (status === 'FAILED' ? 0n : amount), 0n);

/** What is so after a fact; null where Stripe does not let it happen. */
function after(moment: Moment, fact: Fact, sizes: Sizes): Moment | null {
  const [dispute] = moment.disputes;
  const find = (id: string) => moment.refunds.find((refund) => refund.id === id);
  const make = (id: string, amount: bigint): Moment | null =>
    find(id) || amount <= 0n || (dispute?.fundsWithdrawn ?? 0n) > 0n
      ? null
      : { ...moment, refunds: [...moment.refunds, refundOf(id, amount)] };
  const fail = (id: string): Moment | null =>
    find(id)?.status !== 'SUCCEEDED'
      ? null
      : {
          ...moment,
          refunds: moment.refunds.map((refund) =>
            refund.id === id ? { ...refund, status: 'FAILED' } : refund,
          ),
        };
  const become = (change: Partial<DisputeSnapshot>): Moment => ({
    ...moment,
    disputes: [
      {
        id: 'du',
        status: 'NEEDS_RESPONSE',
        reason: 'fraudulent',
        amount: sizes.disputed,
        currency: 'USD',
        evidenceDueBy: null,
        fundMoves: 0,
        fundsWithdrawn: 0n,
        createdAt: openedAt,
        ...dispute,
        ...change,
      },
    ],
  });
  const left = sizes.amount - standing(moment);
  switch (fact) {
    case 'partial refund':
      return sizes.partial <= left ? make('partial', sizes.partial) : null;
    case 'refund of the rest':
      return make('rest', left);
    case 'partial refund failed':
      return fail('partial');
    case 'refund of the rest failed':
      return fail('rest');
    case 'inquiry':
      return dispute ? null : become({ status: 'WARNING_NEEDS_RESPONSE' });
    case 'disputed':
      return dispute && dispute.status !== 'WARNING_NEEDS_RESPONSE'
        ? null
        : become({ status: 'NEEDS_RESPONSE', fundMoves: 1, fundsWithdrawn: sizes.disputed });
    case 'reinstated':
      return (dispute?.fundsWithdrawn ?? 0n) > 0n
        ? become({ status: 'WON', fundMoves: 2, fundsWithdrawn: 0n })
        : null;
    case 'lost':
      return dispute?.status === 'NEEDS_RESPONSE' ? become({ status: 'LOST' }) : null;
    case 'appealed':
      return dispute?.status === 'LOST' ? become({ status: 'APPEAL_UNDER_REVIEW' }) : null;
  }
}

/** Every order of facts that Stripe allows, but those that are the beginning of another. */
function* ordersOf(
  moments: readonly Moment[],
  facts: readonly Fact[],
  sizes: Sizes,
  all: readonly Fact[],
): Generator<readonly [readonly Fact[], readonly Moment[]]> {
  const now = moments.at(-1);
  if (!now) return;
  let goesOn = false;
  for (const fact of all) {
    const next = after(now, fact, sizes);
    if (!next) continue;
    goesOn = true;
    yield* ordersOf([...moments, next], [...facts, fact], sizes, all);
  }
  if (!goesOn) yield [facts, moments];
}

/** What was distinct, in its order. */
const distinct = <T>(items: readonly T[]): T[] => items.filter((item, i) => i === 0 || item !== items[i - 1]);

/**
 * All of them that differ to somebody who asks for refunds and disputes apart, and does not hear which of the two
 * changed first.
 */
export function historiesOf(
  sizes: Sizes,
  all: readonly Fact[],
): { readonly orders: number; readonly histories: History[] } {
  const histories = new Map<string, History>();
  let orders = 0;
  for (const [facts, moments] of ordersOf([{ refunds: [], disputes: [] }], [], sizes, all)) {
    orders++;
    const refunds = distinct(moments.map((moment) => moment.refunds)).slice(1);
    const disputes = distinct(moments.map((moment) => moment.disputes)).slice(1);
    const key = JSON.stringify([refunds, disputes], (_, value) =>
      typeof value === 'bigint' ? `${value}` : value,
    );
    if (!histories.has(key)) histories.set(key, { facts, refunds, disputes });
  }
  return { orders, histories: [...histories.values()] };
}
