import type Stripe from 'stripe';
import { testCard } from '../cards.js';
import { cardError, invalidRequest } from '../http/errors.js';
import { page } from '../http/lists.js';
import { filledText, mergeMetadata, metadata, pageParams, requiredText } from '../http/params.js';
import { publicPaymentMethod } from '../http/publishable.js';
import { type Route, route } from '../http/router.js';
import type { PaymentMethodTraits } from '../traits.js';
import type { World } from '../world.js';
import { type CardParams, cardShape, fullYear } from './card-details.js';
import { billingDetails, fullBillingDetails } from './fields.js';
import {
  createPaymentMethod,
  type MethodData,
  methodFields,
  redisplay,
  resolvePaymentMethod,
} from './payment-method-objects.js';

/** Ties a payment method to a customer. */
export function attach(world: World, method: Stripe.PaymentMethod, customer: string): Stripe.PaymentMethod {
  const attached = world.store.put('payment_method', { ...method, customer });
  world.emit('payment_method.attached', attached);
  return attached;
}

/** Unties a payment method from its customer, for good. */
export function detach(world: World, method: Stripe.PaymentMethod): Stripe.PaymentMethod {
  const detached = world.store.put('payment_method', { ...method, customer: null });
  const traits = world.store.get('payment_method_traits', method.id);
  if (traits) world.store.put('payment_method_traits', { ...traits, spent: true });
  for (const customer of world.store.all('customer')) {
    if (customer.deleted || customer.invoice_settings.default_payment_method !== method.id) continue;
    world.store.put('customer', {
      ...customer,
      invoice_settings: { ...customer.invoice_settings, default_payment_method: null },
    });
  }
  world.emit('payment_method.detached', detached, { customer: method.customer });
  return detached;
}

export function checkReusable(traits: PaymentMethodTraits): void {
  if (!traits.spent) return;
  throw invalidRequest(
    'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, ' +
      'and may not be used again.',
    { param: 'payment_method' },
  );
}

/** Attaches on request: the issuer is asked, so that a card that declines cannot be saved. */
function attachOnRequest(world: World, id: string, customerId: string): Stripe.PaymentMethod {
  const customer = world.findCustomer(customerId, 'customer');
  const { method, traits } = resolvePaymentMethod(world, id);
  if (method.customer === customer.id) return method;
  if (method.customer !== null) {
    throw invalidRequest('The payment method you provided has already been attached to a customer.', {
      param: 'payment_method',
    });
  }
  checkReusable(traits);
  const card = 'card' in traits.source ? testCard(traits.source.card) : undefined;
  if (card?.decline && !card.attachable) {
    const { code, declineCode, message, networkDeclineCode } = card.decline;
    throw cardError(message, { code, decline_code: declineCode, network_decline_code: networkDeclineCode });
  }
  return attach(world, method, customer.id);
}

function update(
  world: World,
  id: string,
  changes: Pick<MethodData, 'allow_redisplay' | 'billing_details' | 'metadata'> & {
    card: CardParams | undefined;
  },
): Stripe.PaymentMethod {
  const method = world.find('payment_method', id);
  if (method.customer === null) {
    throw invalidRequest('You must save this PaymentMethod to a customer before you can update it.', {
      param: 'payment_method',
    });
  }
  const card = method.card && {
    ...method.card,
    exp_month: changes.card?.exp_month ?? method.card.exp_month,
    exp_year: changes.card?.exp_year === undefined ? method.card.exp_year : fullYear(changes.card.exp_year),
  };
  const updated = world.store.put('payment_method', {
    ...method,
    ...(card ? { card } : {}),
    allow_redisplay: changes.allow_redisplay ?? method.allow_redisplay ?? 'unspecified',
    billing_details: changes.billing_details
      ? fullBillingDetails(changes.billing_details)
      : method.billing_details,
    metadata: mergeMetadata(method.metadata ?? {}, changes.metadata),
  });
  world.emit('payment_method.updated', updated);
  return updated;
}

export function paymentMethodRoutes(world: World): Route[] {
  return [
    route('POST', '/v1/payment_methods', {
      returns: 'payment_method',
      publishable: true,
      params: methodFields,
      handle: (body, { keyKind }) => {
        const { method } = createPaymentMethod(world, body);
        return keyKind === 'publishable' ? publicPaymentMethod(method) : method;
      },
    }),
    route('GET', '/v1/payment_methods', {
      returns: 'list of payment_method',
      params: { ...pageParams, customer: filledText, type: filledText, allow_redisplay: filledText },
      handle: (query) => {
        if (query.customer !== undefined) world.findCustomer(query.customer, 'customer');
        const found = world.store
          .all('payment_method')
          .filter((method) => method.customer !== null)
          .filter((method) => query.customer === undefined || method.customer === query.customer)
          .filter((method) => query.type === undefined || method.type === query.type);
        return page('/v1/payment_methods', 'PaymentMethod', found, query);
      },
    }),
    route('GET', '/v1/payment_methods/:', {
      returns: 'payment_method',
      params: {},
      handle: (_, { id }) => resolvePaymentMethod(world, id).method,
    }),
    route('POST', '/v1/payment_methods/:', {
      returns: 'payment_method',
      params: { allow_redisplay: redisplay, billing_details: billingDetails, card: cardShape, metadata },
      handle: (body, { id }) => update(world, id, body),
    }),
    route('POST', '/v1/payment_methods/:/attach', {
      returns: 'payment_method',
      params: { customer: requiredText },
      handle: (body, { id }) => attachOnRequest(world, id, body.customer),
    }),
    route('POST', '/v1/payment_methods/:/detach', {
      returns: 'payment_method',
      params: {},
      handle: (_, { id }) => {
        const method = world.find('payment_method', id);
        if (method.customer !== null) return detach(world, method);
        throw invalidRequest(
          'The payment method you provided is not attached to a customer so detachment is impossible.',
          { param: 'payment_method' },
        );
      },
    }),
  ];
}
