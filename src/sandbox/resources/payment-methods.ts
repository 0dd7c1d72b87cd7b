import type Stripe from 'stripe';
import {
  type BankAccountName,
  bankAccountByMagicId,
  bankAccountByNumber,
  testBankAccount,
  testRoutingNumber,
} from '../bank-accounts.js';
import {
  brandOf,
  type CardDetails,
  cardByMagicId,
  cardByNumber,
  fingerprint,
  magicCardDetails,
  testCard,
} from '../cards.js';
import { cardError, invalidRequest } from '../http/errors.js';
import { page } from '../http/lists.js';
import {
  filledText,
  ignored,
  integer,
  mergeMetadata,
  metadata,
  missingParameter,
  oneOf,
  type Params,
  pageParams,
  required,
  requiredText,
  shape,
  text,
} from '../http/params.js';
import { publicPaymentMethod } from '../http/publishable.js';
import { type Route, route } from '../http/router.js';
import type { PaymentMethodTraits } from '../traits.js';
import type { World } from '../world.js';
import { billingDetails, fullBillingDetails } from './fields.js';

export interface ResolvedMethod {
  method: Stripe.PaymentMethod;
  traits: PaymentMethodTraits;
}

const cardFields = {
  number: filledText,
  exp_month: integer,
  exp_year: integer,
  cvc: text,
  token: filledText,
  networks: ignored,
};
export const cardShape = shape(cardFields);
export type CardParams = Params<typeof cardFields>;

const redisplay = oneOf('always', 'limited', 'unspecified');
const methodFields = {
  type: oneOf('card', 'us_bank_account'),
  card: cardShape,
  us_bank_account: shape({
    account_holder_type: oneOf('individual', 'company'),
    account_number: filledText,
    account_type: oneOf('checking', 'savings'),
    routing_number: filledText,
  }),
  billing_details: billingDetails,
  metadata,
  allow_redisplay: redisplay,
  radar_options: ignored,
};
/** The details of a new payment method, also as `payment_method_data` of a payment intent. */
export const methodData = shape(methodFields);
export type MethodData = Params<typeof methodFields>;

/** Creates a payment method (https://docs.stripe.com/api/payment_methods/create). */
export function createPaymentMethod(world: World, data: MethodData): ResolvedMethod {
  const type = data.type ?? (data.us_bank_account ? 'us_bank_account' : 'card');
  const base = {
    allow_redisplay: data.allow_redisplay ?? 'unspecified',
    billing_details: fullBillingDetails(data.billing_details),
    metadata: mergeMetadata({}, data.metadata),
  };
  if (type === 'card') {
    if (!data.card) throw missingParameter('card');
    return storeCard(world, readCard(world, data.card), base);
  }
  const account = data.us_bank_account;
  if (!account?.account_number) throw missingParameter('us_bank_account[account_number]');
  const name = bankAccountByNumber(account.account_number);
  if (!name || account.routing_number !== testRoutingNumber) {
    throw invalidRequest('You must use a test bank account number and routing number in test mode.', {
      code: 'account_number_invalid',
      param: 'us_bank_account[account_number]',
    });
  }
  return storeBankAccount(world, name, { ...base, holder: account.account_holder_type ?? 'individual' });
}

/** Checks card details as Stripe does when it sees them (https://docs.stripe.com/testing#invalid-data). */
export function readCard(world: World, card: CardParams): CardDetails {
  if (card.token !== undefined) return cardOfToken(world, card.token, 'card[token]');
  const number = card.number?.replaceAll(/[\s-]/g, '');
  if (!number) throw missingParameter('card[number]');
  const brand = brandOf(number);
  if (!brand)
    throw cardError('Your card number is incorrect.', { code: 'incorrect_number', param: 'number' });
  const expMonth = required(integer)(String(card.exp_month ?? ''), 'card[exp_month]');
  const expYear = fullYear(required(integer)(String(card.exp_year ?? ''), 'card[exp_year]'));
  const today = world.date();
  if (expMonth < 1 || expMonth > 12) {
    throw cardError("Your card's expiration month is invalid.", {
      code: 'invalid_expiry_month',
      param: 'exp_month',
    });
  }
  if (expYear < today.getUTCFullYear() || expYear > today.getUTCFullYear() + 50) {
    throw cardError("Your card's expiration year is invalid.", {
      code: 'invalid_expiry_year',
      param: 'exp_year',
    });
  }
  if (expYear === today.getUTCFullYear() && expMonth <= today.getUTCMonth()) {
    throw cardError("Your card's expiration month is invalid.", {
      code: 'invalid_expiry_month',
      param: 'exp_month',
    });
  }
  if (card.cvc && !(brand === 'amex' ? /^\d{3,4}$/ : /^\d{3}$/).test(card.cvc)) {
    throw cardError("Your card's security code is invalid.", { code: 'invalid_cvc', param: 'cvc' });
  }
  const name = cardByNumber(number);
  return {
    name,
    brand,
    funding: testCard(name).number === number ? testCard(name).funding : 'credit',
    last4: number.slice(-4),
    expMonth,
    expYear,
    fingerprint: fingerprint(number),
  };
}

/** `34` means 2034. */
function fullYear(year: number): number {
  return year < 100 ? 2000 + year : year;
}

/** The card behind a token, magic or created; a created one can be used once. */
export function cardOfToken(world: World, id: string, param: string): CardDetails {
  const magic = cardByMagicId(id);
  if (magic && id.startsWith('tok_')) return magicCardDetails(magic, world.date());
  const token = world.find('token', id, param);
  const traits = world.store.get('token_traits', id);
  if (!token.card || !traits) throw invalidRequest(`The token ${id} is not a card's.`, { param });
  if (token.used) {
    throw invalidRequest(`You cannot use a Stripe token more than once: ${id}.`, {
      code: 'token_already_used',
      param,
    });
  }
  world.store.put('token', { ...token, used: true });
  const { card } = token;
  return {
    name: traits.card,
    brand: card.brand.toLowerCase(),
    funding: card.funding,
    last4: card.last4,
    expMonth: card.exp_month,
    expYear: card.exp_year,
    fingerprint: card.fingerprint ?? '',
  };
}

interface MethodBase {
  allow_redisplay: Stripe.PaymentMethod.AllowRedisplay;
  billing_details: Stripe.PaymentMethod.BillingDetails;
  metadata: Stripe.Metadata;
}

function storeCard(world: World, card: CardDetails, base: MethodBase): ResolvedMethod {
  const method = world.store.put('payment_method', {
    id: world.id('pm'),
    object: 'payment_method',
    ...base,
    card: {
      brand: card.brand,
      checks: {
        address_line1_check: base.billing_details.address?.line1 ? 'pass' : null,
        address_postal_code_check: base.billing_details.address?.postal_code ? 'pass' : null,
        cvc_check: 'pass',
      },
      country: 'US',
      display_brand: card.brand,
      exp_month: card.expMonth,
      exp_year: card.expYear,
      fingerprint: card.fingerprint,
      funding: card.funding,
      generated_from: null,
      last4: card.last4,
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: world.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    type: 'card',
  });
  return { method, traits: storeTraits(world, method.id, { card: card.name }) };
}

function storeBankAccount(
  world: World,
  name: BankAccountName,
  base: MethodBase & { holder: 'individual' | 'company' },
): ResolvedMethod {
  const { holder, ...rest } = base;
  const account = testBankAccount(name);
  const method = world.store.put('payment_method', {
    id: world.id('pm'),
    object: 'payment_method',
    ...rest,
    created: world.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    type: 'us_bank_account',
    us_bank_account: {
      account_holder_type: holder,
      account_type: 'checking',
      bank_name: 'STRIPE TEST BANK',
      financial_connections_account: null,
      fingerprint: fingerprint(account.accountNumber),
      last4: account.accountNumber.slice(-4),
      networks: { preferred: 'ach', supported: ['ach'] },
      routing_number: testRoutingNumber,
      status_details: null,
    },
  });
  return { method, traits: storeTraits(world, method.id, { bankAccount: name }) };
}

function storeTraits(world: World, id: string, source: PaymentMethodTraits['source']): PaymentMethodTraits {
  return world.store.put('payment_method_traits', { id, source, setUp: false, spent: false });
}

/**
 * The payment method an id stands for. A magic id such as `pm_card_visa` makes a new one each time it is used
 * (https://docs.stripe.com/testing#cards).
 */
export function resolvePaymentMethod(world: World, id: string, param?: string): ResolvedMethod {
  const base = {
    allow_redisplay: 'unspecified',
    billing_details: fullBillingDetails(undefined),
    metadata: {},
  };
  const card = id.startsWith('pm_card_') ? cardByMagicId(id) : undefined;
  if (card) return storeCard(world, magicCardDetails(card, world.date()), base);
  const account = bankAccountByMagicId(id);
  if (account) return storeBankAccount(world, account, { ...base, holder: 'individual' });
  const method = world.find('payment_method', id, param);
  const traits = world.store.get('payment_method_traits', method.id);
  if (!traits) throw new Error(`The payment method ${id} has no traits.`);
  return { method, traits };
}

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
