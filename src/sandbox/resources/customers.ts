import type Stripe from 'stripe';
import { resourceMissing } from '../http/errors.js';
import { page } from '../http/lists.js';
import {
  address,
  filledText,
  ignored,
  inRange,
  integer,
  list,
  mergeMetadata,
  metadata,
  oneOf,
  type Params,
  pageParams,
  shape,
  text,
  timeRange,
} from '../http/params.js';
import { type Route, route } from '../http/router.js';
import type { World } from '../world.js';
import { changed, checkEmail, fullAddress, fullShipping, previousOf, shipping } from './fields.js';
import { resolvePaymentMethod } from './payment-method-objects.js';
import { attach, detach } from './payment-methods.js';

const customerFields = {
  address,
  balance: integer,
  description: text,
  email: text,
  invoice_prefix: text,
  invoice_settings: shape({ default_payment_method: text, footer: text }),
  metadata,
  name: text,
  phone: text,
  preferred_locales: list(text),
  shipping,
  tax: ignored,
  tax_exempt: oneOf('exempt', 'none', 'reverse', ''),
};
type Changes = Params<typeof customerFields>;

function blankCustomer(world: World): Stripe.Customer {
  return {
    id: world.id('cus'),
    object: 'customer',
    address: null,
    balance: 0,
    created: world.now(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: world.random.token(8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
}

function withChanges(customer: Stripe.Customer, changes: Changes): Stripe.Customer {
  const { invoice_settings: settings } = changes;
  return {
    ...customer,
    address: changes.address === undefined ? (customer.address ?? null) : fullAddress(changes.address),
    balance: changes.balance ?? customer.balance,
    description: changed(customer.description, changes.description),
    email: changed(customer.email, changes.email),
    invoice_prefix: changed(customer.invoice_prefix, changes.invoice_prefix),
    invoice_settings: {
      ...customer.invoice_settings,
      footer: changed(customer.invoice_settings.footer, settings?.footer),
      default_payment_method:
        settings?.default_payment_method === undefined
          ? customer.invoice_settings.default_payment_method
          : settings.default_payment_method || null,
    },
    metadata: mergeMetadata(customer.metadata, changes.metadata),
    name: changed(customer.name, changes.name),
    phone: changed(customer.phone, changes.phone),
    preferred_locales: changes.preferred_locales ?? customer.preferred_locales ?? [],
    shipping: changes.shipping === undefined ? customer.shipping : fullShipping(changes.shipping),
    tax_exempt: changes.tax_exempt || (customer.tax_exempt ?? 'none'),
  };
}

/** Creates a customer (https://docs.stripe.com/api/customers/create). */
function create(world: World, changes: Changes & { payment_method: string | undefined }): Stripe.Customer {
  checkEmail(changes.email, 'email');
  const customer = withChanges(blankCustomer(world), changes);
  const methodId = changes.payment_method;
  const method =
    methodId === undefined ? undefined : resolvePaymentMethod(world, methodId, 'payment_method').method;
  const settings = customer.invoice_settings;
  const usesMethod = methodId !== undefined && settings.default_payment_method === methodId;
  const stored: Stripe.Customer = {
    ...customer,
    invoice_settings: usesMethod && method ? { ...settings, default_payment_method: method.id } : settings,
  };
  world.store.put('customer', stored);
  if (method) attach(world, method, stored.id);
  world.emit('customer.created', stored);
  return stored;
}

function update(world: World, id: string, changes: Changes): Stripe.Customer {
  const before = world.findCustomer(id);
  checkEmail(changes.email, 'email');
  const method = changes.invoice_settings?.default_payment_method;
  if (method) world.find('payment_method', method, 'invoice_settings[default_payment_method]');
  const after = withChanges(before, changes);
  const previous = previousOf(before, after);
  if (Object.keys(previous).length === 0) return before;
  world.store.put('customer', after);
  world.emit('customer.updated', after, previous);
  return after;
}

function remove(world: World, id: string): Stripe.DeletedCustomer {
  const customer = world.findCustomer(id);
  for (const method of world.store.all('payment_method')) {
    if (method.customer === id) detach(world, method);
  }
  const deleted: Stripe.DeletedCustomer = { id, object: 'customer', deleted: true };
  world.store.put('customer', deleted);
  world.emit('customer.deleted', customer);
  return deleted;
}

function isPresent(customer: Stripe.Customer | Stripe.DeletedCustomer): customer is Stripe.Customer {
  return !customer.deleted;
}

export function customerRoutes(world: World): Route[] {
  return [
    route('POST', '/v1/customers', {
      returns: 'customer',
      params: { ...customerFields, payment_method: filledText },
      handle: (body) => create(world, body),
    }),
    route('GET', '/v1/customers', {
      returns: 'list of customer',
      params: { ...pageParams, created: timeRange, email: text },
      handle: (query) => {
        const found = world.store
          .all('customer')
          .filter(isPresent)
          .filter((customer) => inRange(customer.created, query.created))
          .filter((customer) => query.email === undefined || customer.email === query.email);
        return page('/v1/customers', 'customer', found, query);
      },
    }),
    route('GET', '/v1/customers/:', {
      returns: 'customer',
      params: {},
      handle: (_, { id }) => world.find('customer', id),
    }),
    route('POST', '/v1/customers/:', {
      returns: 'customer',
      params: customerFields,
      handle: (body, { id }) => update(world, id, body),
    }),
    route('DELETE', '/v1/customers/:', {
      returns: 'none',
      params: {},
      handle: (_, { id }) => remove(world, id),
    }),
    route('GET', '/v1/customers/:/payment_methods', {
      returns: 'list of payment_method',
      params: { ...pageParams, type: filledText, allow_redisplay: filledText },
      handle: (query, { id }) => {
        world.findCustomer(id);
        const found = world.store
          .all('payment_method')
          .filter((method) => method.customer === id)
          .filter((method) => query.type === undefined || method.type === query.type);
        return page(`/v1/customers/${id}/payment_methods`, 'PaymentMethod', found, query);
      },
    }),
    route('GET', '/v1/customers/:/payment_methods/:', {
      returns: 'payment_method',
      params: {},
      handle: (_, { id, subId }) => {
        const method = world.find('payment_method', subId);
        if (method.customer === id) return method;
        throw resourceMissing(404, 'PaymentMethod', subId, 'payment_method');
      },
    }),
  ];
}
