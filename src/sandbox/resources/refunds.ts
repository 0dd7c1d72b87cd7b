import type Stripe from 'stripe';
import { formatAmount } from '../currencies.js';
import { invalidRequest } from '../http/errors.js';
import { page } from '../http/lists.js';
import {
  amount,
  filledText,
  inRange,
  mergeMetadata,
  metadata,
  oneOf,
  type Params,
  pageParams,
  timeRange,
} from '../http/params.js';
import { type Route, route } from '../http/router.js';
import { idOf, type World } from '../world.js';
import { book } from './balance.js';
import { behaviourOf, latestCharge } from './charge-flow.js';
import { previousOf } from './fields.js';
import { closeFraudWarnings } from './fraud-warnings.js';

const createFields = {
  amount,
  charge: filledText,
  currency: filledText,
  metadata,
  payment_intent: filledText,
  reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
};

/** Refunds a charge (https://docs.stripe.com/api/refunds/create). */
function create(world: World, body: Params<typeof createFields>): Stripe.Refund {
  const charge = chargeToRefund(world, body);
  const rest = refundable(charge);
  checkRefundable(world, charge, rest);
  const refunded = body.amount ?? rest;
  if (refunded > rest) {
    throw invalidRequest(
      `Refund amount (${formatAmount(refunded, charge.currency)}) is greater than unrefunded amount on charge ` +
        `(${formatAmount(rest, charge.currency)})`,
      { param: 'amount' },
    );
  }
  const behaviour = behaviourOf(world, charge).refund;
  const id = world.id('re');
  const transaction = book(world, {
    type: refundType(charge),
    reportingCategory: 'refund',
    amount: -refunded,
    fee: 0,
    currency: charge.currency,
    source: id,
    description: charge.description,
  });
  const refund: Stripe.Refund = {
    id,
    object: 'refund',
    amount: refunded,
    balance_transaction: transaction.id,
    charge: charge.id,
    created: world.now(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: destination(charge),
    metadata: mergeMetadata({}, body.metadata),
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_intent === null ? null : charge.payment_method,
    reason: body.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: behaviour === 'pending_then_succeeded' ? 'pending' : 'succeeded',
    transfer_reversal: null,
    ...(behaviour === 'pending_then_succeeded' ? { pending_reason: 'processing' } : {}),
  };
  world.store.put('refund', refund);
  const after = countRefunded(world, charge, charge.amount_refunded + refunded);
  world.emit('refund.created', refund);
  world.emit('charge.refunded', after, {
    amount_refunded: charge.amount_refunded,
    refunded: charge.refunded,
  });
  closeFraudWarnings(world, after);
  if (behaviour === 'pending_then_succeeded')
    world.expectOutcome({ id, outcome: 'succeed', failureCode: '' });
  if (behaviour === 'succeeded_then_failed') {
    world.expectOutcome({ id, outcome: 'fail', failureCode: 'expired_or_canceled_card' });
  }
  return refund;
}

function chargeToRefund(
  world: World,
  body: { charge: string | undefined; payment_intent: string | undefined },
): Stripe.Charge {
  if (body.charge !== undefined && body.payment_intent === undefined)
    return world.find('charge', body.charge, 'charge');
  if (body.payment_intent === undefined) {
    throw invalidRequest(
      'One of the following params should be provided for this request: payment_intent or charge.',
      {
        code: 'parameter_missing',
      },
    );
  }
  const intent = world.find('payment_intent', body.payment_intent, 'payment_intent');
  const charge = latestCharge(world, intent);
  if (!charge || charge.status === 'failed') {
    throw invalidRequest('This PaymentIntent does not have a successful charge to refund.', {
      code: 'charge_not_refundable',
      param: 'payment_intent',
    });
  }
  if (body.charge !== undefined && body.charge !== charge.id) {
    throw invalidRequest('The charge and the payment_intent you provided do not belong together.', {
      param: 'charge',
    });
  }
  return charge;
}

function refundable(charge: Stripe.Charge): number {
  return charge.amount_captured - charge.amount_refunded;
}

function checkRefundable(world: World, charge: Stripe.Charge, rest: number): void {
  const lost = world.store
    .all('dispute')
    .find((dispute) => dispute.charge === charge.id && !dispute.is_charge_refundable);
  if (lost) {
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
      charge: charge.id,
    });
  }
  if (charge.status !== 'succeeded' || !charge.captured) {
    throw invalidRequest(`Charge ${charge.id} has not been paid and captured, so it cannot be refunded.`, {
      code: 'charge_not_refundable',
    });
  }
  if (rest === 0) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  }
}

function refundType(charge: Stripe.Charge): 'refund' | 'payment_refund' {
  return charge.payment_method_details?.type === 'card' ? 'refund' : 'payment_refund';
}

function destination(charge: Stripe.Charge): Stripe.Refund.DestinationDetails {
  return charge.payment_method_details?.type === 'card'
    ? {
        card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
        type: 'card',
      }
    : { type: 'us_bank_transfer', us_bank_transfer: { reference: null, reference_status: 'pending' } };
}

function countRefunded(world: World, charge: Stripe.Charge, total: number): Stripe.Charge {
  return world.store.put('charge', {
    ...charge,
    amount_refunded: total,
    refunded: total === charge.amount_captured,
  });
}

const isUnderWay = ({ status }: Stripe.Refund): boolean =>
  status === 'pending' || status === 'requires_action';

/** A refund on its way stops until its recipient does something (https://docs.stripe.com/refunds#refunds-requires-action). */
export function holdUpRefund(world: World, id: string): Stripe.Refund {
  const refund = world.find('refund', id);
  if (refund.status !== 'pending') throw notChangeable(refund);
  const { pending_reason: _, ...rest } = refund;
  world.store.drop('pending_outcome', id);
  return report(world, refund, world.store.put('refund', { ...rest, status: 'requires_action' }));
}

/** A refund on its way arrives. */
export function settleRefund(world: World, id: string): Stripe.Refund {
  const refund = world.find('refund', id);
  if (!isUnderWay(refund)) throw notChangeable(refund);
  const { pending_reason: _, ...rest } = refund;
  world.store.drop('pending_outcome', id);
  return report(world, refund, world.store.put('refund', { ...rest, status: 'succeeded' }));
}

/** A refund is returned: the money is back in the balance (https://docs.stripe.com/refunds#failed-refunds). */
export function failRefund(world: World, id: string, reason: string): Stripe.Refund {
  return undoRefund(world, id, 'failed', reason);
}

function undoRefund(
  world: World,
  id: string,
  status: 'failed' | 'canceled',
  reason: string | null,
): Stripe.Refund {
  const refund = world.find('refund', id);
  if (!isUnderWay(refund) && refund.status !== 'succeeded') throw notChangeable(refund);
  const charge = world.find('charge', refund.charge === null ? '' : idOf(refund.charge));
  const returned = book(world, {
    type: 'refund_failure',
    reportingCategory: 'refund_failure',
    amount: refund.amount,
    fee: 0,
    currency: refund.currency,
    source: refund.id,
    description: `REFUND FAILURE (${charge.description ?? charge.id})`,
  });
  const { pending_reason: _, ...rest } = refund;
  world.store.drop('pending_outcome', id);
  const undone = world.store.put('refund', {
    ...rest,
    failure_balance_transaction: returned.id,
    ...(reason === null ? {} : { failure_reason: reason }),
    status,
  });
  const after = countRefunded(world, charge, charge.amount_refunded - refund.amount);
  if (status === 'failed') world.emit('refund.failed', undone, previousOf(refund, undone));
  report(world, refund, undone);
  world.emit('charge.updated', after, { amount_refunded: charge.amount_refunded, refunded: charge.refunded });
  return undone;
}

/** Both events that tell of a changed refund. */
function report(world: World, before: Stripe.Refund, after: Stripe.Refund): Stripe.Refund {
  const previous = previousOf(before, after);
  world.emit('refund.updated', after, previous);
  world.emit('charge.refund.updated', after, previous);
  return after;
}

function notChangeable(refund: Stripe.Refund) {
  return invalidRequest(`The refund ${refund.id} cannot change any more: its status is ${refund.status}.`);
}

function cancel(world: World, id: string): Stripe.Refund {
  const refund = world.find('refund', id);
  if (isUnderWay(refund)) return undoRefund(world, id, 'canceled', null);
  throw invalidRequest(`Refund ${id} cannot be canceled because it has a status of ${refund.status}.`);
}

export function refundRoutes(world: World): Route[] {
  return [
    route('POST', '/v1/refunds', {
      returns: 'refund',
      params: createFields,
      handle: (body) => create(world, body),
    }),
    route('GET', '/v1/refunds', {
      returns: 'list of refund',
      params: { ...pageParams, charge: filledText, created: timeRange, payment_intent: filledText },
      handle: (query) => {
        const found = world.store
          .all('refund')
          .filter((refund) => inRange(refund.created, query.created))
          .filter((refund) => query.charge === undefined || refund.charge === query.charge)
          .filter(
            (refund) => query.payment_intent === undefined || refund.payment_intent === query.payment_intent,
          );
        return page('/v1/refunds', 'refund', found, query);
      },
    }),
    route('GET', '/v1/refunds/:', {
      returns: 'refund',
      params: {},
      handle: (_, { id }) => world.find('refund', id),
    }),
    route('POST', '/v1/refunds/:', {
      returns: 'refund',
      params: { metadata },
      handle: (body, { id }) => {
        const refund = world.find('refund', id);
        const changed = { ...refund, metadata: mergeMetadata(refund.metadata ?? {}, body.metadata) };
        return report(world, refund, world.store.put('refund', changed));
      },
    }),
    route('POST', '/v1/refunds/:/cancel', {
      returns: 'refund',
      params: {},
      handle: (_, { id }) => cancel(world, id),
    }),
  ];
}
