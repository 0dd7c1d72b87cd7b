import type Stripe from 'stripe';
import { testCard } from '../cards.js';
import { checkChargeAmount, checkCurrency } from '../currencies.js';
import { cardError, invalidRequest } from '../http/errors.js';
import { page } from '../http/lists.js';
import {
  amount,
  filledText,
  flag,
  ignored,
  inRange,
  mergeMetadata,
  metadata,
  type Params,
  pageParams,
  requiredAmount,
  requiredText,
  text,
  timeRange,
} from '../http/params.js';
import { type Route, route } from '../http/router.js';
import type { World } from '../world.js';
import { cardOfToken } from './card-details.js';
import { bookCharge, captureCharge } from './charge-flow.js';
import { buildCharge, issuerAnswer, tokenInstrument } from './charge-objects.js';
import { afterCharge } from './disputes.js';
import { changed, checkEmail, fullShipping, shipping } from './fields.js';

const createFields = {
  amount: requiredAmount,
  currency: requiredText,
  source: requiredText,
  capture: flag,
  customer: filledText,
  description: text,
  metadata,
  receipt_email: text,
  shipping,
  statement_descriptor: text,
  statement_descriptor_suffix: text,
};

/** Charges a token (https://docs.stripe.com/api/charges/create). */
function create(world: World, body: Params<typeof createFields>): Stripe.Charge {
  const currency = checkCurrency(body.currency);
  checkChargeAmount(body.amount, currency);
  checkEmail(body.receipt_email, 'receipt_email');
  const customer = body.customer === undefined ? null : world.findCustomer(body.customer, 'customer').id;
  const card = cardOfToken(world, body.source, 'source');
  const result = issuerAnswer(testCard(card.name));
  const spec = {
    amount: body.amount,
    currency,
    customer,
    description: body.description || null,
    metadata: mergeMetadata({}, body.metadata),
    receiptEmail: body.receipt_email || null,
    statementDescriptor: body.statement_descriptor || null,
    statementDescriptorSuffix: body.statement_descriptor_suffix || null,
    shipping: fullShipping(body.shipping ?? ''),
    paymentIntent: null,
    capture: body.capture ?? true,
  };
  const charge = world.store.put(
    'charge',
    buildCharge(world, spec, tokenInstrument(world, card, body.amount), result),
  );
  world.store.put('charge_traits', { id: charge.id, source: { card: card.name } });
  if (result.status === 'failed') {
    world.emit('charge.failed', charge);
    const { code, declineCode, message, networkDeclineCode } = result.decline;
    throw cardError(message, {
      code,
      decline_code: declineCode,
      network_decline_code: networkDeclineCode,
      charge: charge.id,
    });
  }
  if (!charge.captured) {
    world.emit('charge.succeeded', charge);
    return charge;
  }
  const booked = bookCharge(world, charge);
  world.emit('charge.succeeded', booked);
  afterCharge(world, booked.id, testCard(card.name).afterCharge);
  return world.find('charge', booked.id);
}

function capture(world: World, id: string, requested: number | undefined): Stripe.Charge {
  const charge = world.find('charge', id);
  if (charge.payment_intent !== null) {
    throw invalidRequest('This Charge belongs to a PaymentIntent: capture the PaymentIntent instead.', {
      param: 'charge',
    });
  }
  if (charge.captured) {
    throw invalidRequest(`Charge ${id} has already been captured.`, { code: 'charge_already_captured' });
  }
  const captured = requested ?? charge.amount;
  if (captured > charge.amount) {
    throw invalidRequest('You cannot capture a charge for an amount greater than it already has.', {
      param: 'amount',
    });
  }
  return bookCharge(world, captureCharge(world, charge, captured));
}

const updateFields = {
  customer: filledText,
  description: text,
  fraud_details: ignored,
  metadata,
  receipt_email: text,
  shipping,
};

function update(world: World, id: string, body: Params<typeof updateFields>): Stripe.Charge {
  const charge = world.find('charge', id);
  checkEmail(body.receipt_email, 'receipt_email');
  const updated = world.store.put('charge', {
    ...charge,
    customer:
      body.customer === undefined ? charge.customer : world.findCustomer(body.customer, 'customer').id,
    description: changed(charge.description, body.description),
    metadata: mergeMetadata(charge.metadata, body.metadata),
    receipt_email: changed(charge.receipt_email, body.receipt_email),
    shipping: body.shipping === undefined ? charge.shipping : fullShipping(body.shipping),
  });
  world.emit('charge.updated', updated, { description: charge.description, metadata: charge.metadata });
  return updated;
}

export function chargeRoutes(world: World): Route[] {
  return [
    route('POST', '/v1/charges', {
      returns: 'charge',
      params: createFields,
      handle: (body) => create(world, body),
    }),
    route('GET', '/v1/charges', {
      returns: 'list of charge',
      params: { ...pageParams, created: timeRange, customer: filledText, payment_intent: filledText },
      handle: (query) => {
        const found = world.store
          .all('charge')
          .filter((charge) => inRange(charge.created, query.created))
          .filter((charge) => query.customer === undefined || charge.customer === query.customer)
          .filter(
            (charge) => query.payment_intent === undefined || charge.payment_intent === query.payment_intent,
          );
        return page('/v1/charges', 'charge', found, query);
      },
    }),
    route('GET', '/v1/charges/:', {
      returns: 'charge',
      params: {},
      handle: (_, { id }) => world.find('charge', id),
    }),
    route('POST', '/v1/charges/:', {
      returns: 'charge',
      params: updateFields,
      handle: (body, { id }) => update(world, id, body),
    }),
    route('POST', '/v1/charges/:/capture', {
      returns: 'charge',
      params: { amount, statement_descriptor: ignored, receipt_email: ignored },
      handle: (body, { id }) => capture(world, id, body.amount),
    }),
    route('GET', '/v1/charges/:/refunds', {
      returns: 'list of refund',
      params: pageParams,
      handle: (query, { id }) => {
        world.find('charge', id);
        const found = world.store.all('refund').filter((refund) => refund.charge === id);
        return page(`/v1/charges/${id}/refunds`, 'refund', found, query);
      },
    }),
  ];
}
