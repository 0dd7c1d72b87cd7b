import type Stripe from 'stripe';
import {
  type BankAccountName,
  bankAccountByMagicId,
  bankAccountByNumber,
  testBankAccount,
  testRoutingNumber,
} from '../bank-accounts.js';
import { type CardDetails, cardByMagicId, fingerprint, magicCardDetails } from '../cards.js';
import { invalidRequest } from '../http/errors.js';
import {
  filledText,
  ignored,
  mergeMetadata,
  metadata,
  missingParameter,
  oneOf,
  type Params,
  shape,
} from '../http/params.js';
import type { PaymentMethodTraits } from '../traits.js';
import type { World } from '../world.js';
import { cardShape, readCard } from './card-details.js';
import { billingDetails, fullBillingDetails } from './fields.js';

export interface ResolvedMethod {
  method: Stripe.PaymentMethod;
  traits: PaymentMethodTraits;
}

export const redisplay = oneOf('always', 'limited', 'unspecified');
export const methodFields = {
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
