import type Stripe from 'stripe';
import type { CardDetails, Decline, TestCard } from '../cards.js';
import type { World } from '../world.js';
import { fullBillingDetails } from './fields.js';

/** What a new charge is for. */
export interface ChargeSpec {
  amount: number;
  currency: string;
  customer: string | null;
  description: string | null;
  metadata: Stripe.Metadata;
  receiptEmail: string | null;
  statementDescriptor: string | null;
  statementDescriptorSuffix: string | null;
  shipping: Stripe.Charge['shipping'];
  paymentIntent: string | null;
  capture: boolean;
}

/** What a new charge is paid with. */
export interface Instrument {
  /** The payment method's id, or the card's for a charge by token. */
  id: string;
  details: Stripe.Charge.PaymentMethodDetails;
  billing: Stripe.Charge.BillingDetails;
  source: Stripe.Card | null;
}

export type ChargeResult =
  | { status: 'succeeded' }
  | { status: 'pending' }
  | { status: 'failed'; decline: Decline; blocked: boolean };

/** Builds a charge (https://docs.stripe.com/api/charges/object); its balance transaction comes later. */
export function buildCharge(
  world: World,
  spec: ChargeSpec,
  instrument: Instrument,
  result: ChargeResult,
): Stripe.Charge {
  const id = world.id('ch');
  const succeeded = result.status === 'succeeded';
  const captured = spec.capture && result.status !== 'failed';
  return {
    id,
    object: 'charge',
    amount: spec.amount,
    amount_captured: captured && succeeded ? spec.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: instrument.billing,
    calculated_statement_descriptor: spec.statementDescriptor ?? 'SANDBOX',
    captured,
    created: world.now(),
    currency: spec.currency,
    customer: spec.customer,
    description: spec.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: result.status === 'failed' ? result.decline.code : null,
    failure_message: result.status === 'failed' ? result.decline.message : null,
    fraud_details: {},
    livemode: false,
    metadata: spec.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(result),
    paid: succeeded,
    payment_intent: spec.paymentIntent,
    payment_method: instrument.id,
    payment_method_details: instrument.details,
    radar_options: {},
    receipt_email: spec.receiptEmail,
    receipt_number: null,
    receipt_url: succeeded ? `${world.baseUrl()}/_sandbox/receipts/${id}` : null,
    refunded: false,
    review: null,
    shipping: spec.shipping,
    source: instrument.source,
    source_transfer: null,
    statement_descriptor: spec.statementDescriptor,
    statement_descriptor_suffix: spec.statementDescriptorSuffix,
    status: result.status,
    transfer_data: null,
    transfer_group: null,
  };
}

/** https://docs.stripe.com/api/charges/object#charge_object-outcome */
function outcomeOf(result: ChargeResult): Stripe.Charge.Outcome {
  const normal = {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    risk_level: 'normal',
    risk_score: 20,
  };
  if (result.status !== 'failed') {
    return {
      ...normal,
      network_status: 'approved_by_network',
      reason: null,
      seller_message: 'Payment complete.',
      type: 'authorized',
    };
  }
  if (result.blocked) {
    return {
      ...normal,
      network_status: 'not_sent_to_network',
      reason: 'highest_risk_level',
      risk_level: 'highest',
      risk_score: 92,
      seller_message: 'Stripe blocked this payment as too risky.',
      type: 'blocked',
    };
  }
  return {
    ...normal,
    network_decline_code: result.decline.networkDeclineCode,
    network_status: 'declined_by_network',
    reason: result.decline.declineCode,
    seller_message: 'The bank returned the decline code `'.concat(result.decline.declineCode, '`.'),
    type: 'issuer_declined',
  };
}

/** A payment method as what a charge is paid with. */
export function methodInstrument(
  method: Stripe.PaymentMethod,
  amount: number,
  authenticated: boolean,
): Instrument {
  const base = { id: method.id, billing: method.billing_details, source: null };
  if (method.card) return { ...base, details: cardDetails(method.card, amount, authenticated) };
  const account = method.us_bank_account;
  return {
    ...base,
    details: {
      type: 'us_bank_account',
      us_bank_account: {
        account_holder_type: account?.account_holder_type ?? null,
        account_type: account?.account_type ?? null,
        bank_name: account?.bank_name ?? null,
        fingerprint: account?.fingerprint ?? null,
        last4: account?.last4 ?? null,
        payment_reference: null,
        routing_number: account?.routing_number ?? null,
      },
    },
  };
}

type CardFacts = Pick<
  Stripe.PaymentMethod.Card,
  'brand' | 'country' | 'exp_month' | 'exp_year' | 'fingerprint' | 'funding' | 'last4'
>;

function cardDetails(
  card: CardFacts,
  amount: number,
  authenticated: boolean,
): Stripe.Charge.PaymentMethodDetails {
  return {
    type: 'card',
    card: {
      amount_authorized: amount,
      authorization_code: null,
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: card.country,
      electronic_commerce_indicator: authenticated ? '05' : null,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      installments: null,
      last4: card.last4,
      mandate: null,
      network: card.brand,
      network_transaction_id: null,
      regulated_status: 'unregulated',
      three_d_secure: authenticated
        ? {
            authentication_flow: 'challenge',
            electronic_commerce_indicator: '05',
            exemption_indicator: null,
            result: 'authenticated',
            result_reason: null,
            transaction_id: null,
            version: '2.2.0',
          }
        : null,
      transaction_link_id: null,
      wallet: null,
    },
  };
}

/** The legacy card object, which tokens and charges by token hold. */
export function buildCard(world: World, card: CardDetails, name: string | null): Stripe.Card {
  return {
    id: world.id('card'),
    object: 'card',
    address_city: null,
    address_country: null,
    address_line1: null,
    address_line1_check: null,
    address_line2: null,
    address_state: null,
    address_zip: null,
    address_zip_check: null,
    brand: brandNames[card.brand] ?? 'Unknown',
    country: 'US',
    cvc_check: 'pass',
    dynamic_last4: null,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    fingerprint: card.fingerprint,
    funding: card.funding,
    last4: card.last4,
    metadata: {},
    name,
    regulated_status: 'unregulated',
    tokenization_method: null,
  };
}

const brandNames: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'MasterCard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
};

/** A card behind a token as what a charge is paid with. */
export function tokenInstrument(world: World, card: CardDetails, amount: number): Instrument {
  const source = buildCard(world, card, null);
  const facts = {
    brand: card.brand,
    country: 'US',
    exp_month: card.expMonth,
    exp_year: card.expYear,
    fingerprint: card.fingerprint,
    funding: card.funding,
    last4: card.last4,
  };
  return {
    id: source.id,
    details: cardDetails(facts, amount, false),
    billing: fullBillingDetails(undefined),
    source,
  };
}

/** How the issuer answers when it is asked for money. */
export function issuerAnswer(card: TestCard | undefined): ChargeResult {
  if (!card?.decline) return { status: 'succeeded' };
  return { status: 'failed', decline: card.decline, blocked: card.blocked ?? false };
}
