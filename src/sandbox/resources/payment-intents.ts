import type Stripe from 'stripe';
import { checkChargeAmount, checkCurrency } from '../currencies.js';
import { type KeyKind, secretKeyRequired } from '../http/auth.js';
import { invalidRequest, unexpectedState } from '../http/errors.js';
import { page } from '../http/lists.js';
import {
  amount,
  filledText,
  ignored,
  inRange,
  mergeMetadata,
  missingParameter,
  pageParams,
  timeRange,
} from '../http/params.js';
import { publicIntent } from '../http/publishable.js';
import { type Route, route } from '../http/router.js';
import type { World } from '../world.js';
import { changed, checkEmail, fullShipping } from './fields.js';
import {
  type Confirmation,
  cancelIntent,
  captureIntent,
  checkConfirmable,
  checkUsable,
  confirmIntent,
} from './payment-flow.js';
import {
  type ConfirmParams,
  type CreateParams,
  cancellationReason,
  confirmRouteFields,
  createFields,
  type UpdateParams,
  updateFields,
} from './payment-intent-params.js';
import { createPaymentMethod, type ResolvedMethod, resolvePaymentMethod } from './payment-method-objects.js';
import { automaticMethods, refuseRemovedTypes, typeChanges, typesFor } from './payment-method-types.js';

function buildIntent(world: World, body: CreateParams): Stripe.PaymentIntent {
  const currency = checkCurrency(body.currency);
  checkChargeAmount(body.amount, currency);
  checkEmail(body.receipt_email, 'receipt_email');
  const customer = body.customer === undefined ? null : world.findCustomer(body.customer, 'customer').id;
  const id = world.id('pi');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: body.allowed_payment_method_types ?? null,
    amount: body.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: automaticMethods(body),
    canceled_at: null,
    cancellation_reason: null,
    capture_method: body.capture_method ?? 'automatic_async',
    client_secret: `${id}_secret_${world.random.token(25)}`,
    confirmation_method: body.confirmation_method ?? 'automatic',
    created: world.now(),
    currency,
    customer,
    customer_account: null,
    description: body.description || null,
    excluded_payment_method_types: body.excluded_payment_method_types ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: mergeMetadata({}, body.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: typesFor(currency, body),
    payment_record: null,
    processing: null,
    receipt_email: body.receipt_email || null,
    review: null,
    setup_future_usage: body.setup_future_usage || null,
    shipping: fullShipping(body.shipping ?? ''),
    source: null,
    statement_descriptor: body.statement_descriptor || null,
    statement_descriptor_suffix: body.statement_descriptor_suffix || null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  };
}

/** Creates a payment intent (https://docs.stripe.com/api/payment_intents/create). */
function create(world: World, body: CreateParams): Stripe.PaymentIntent {
  const built = buildIntent(world, body);
  const confirmation = confirmationOf(body);
  if (body.confirm) checkReturnUrl(built, confirmation);
  else refuseWithoutConfirm(body);
  const resolved = givenMethod(world, body);
  if (resolved) checkUsable(built, resolved);
  else if (body.confirm) throw missingMethod(built);
  const stored = world.store.put('payment_intent', {
    ...built,
    payment_method: resolved?.method.id ?? null,
    status: resolved ? 'requires_confirmation' : 'requires_payment_method',
  });
  world.emit('payment_intent.created', stored);
  return body.confirm && resolved ? confirmIntent(world, stored, resolved, confirmation) : stored;
}

function refuseWithoutConfirm(body: CreateParams): void {
  const present = (['off_session', 'error_on_requires_action', 'return_url'] as const).find(
    (name) => body[name] !== undefined,
  );
  if (!present) return;
  throw invalidRequest(`You can only set \`${present}\` when \`confirm\` is true.`, { param: present });
}

function givenMethod(
  world: World,
  body: Pick<CreateParams, 'payment_method' | 'payment_method_data'>,
): ResolvedMethod | undefined {
  if (body.payment_method !== undefined)
    return resolvePaymentMethod(world, body.payment_method, 'payment_method');
  return body.payment_method_data ? createPaymentMethod(world, body.payment_method_data) : undefined;
}

function confirmationOf(body: {
  return_url: string | undefined;
  use_stripe_sdk: boolean | undefined;
  off_session: boolean | undefined;
  error_on_requires_action: boolean | undefined;
}): Confirmation {
  return {
    offSession: body.off_session ?? false,
    returnUrl: body.return_url ?? null,
    useStripeSdk: body.use_stripe_sdk ?? false,
    refuseAction: body.error_on_requires_action ?? false,
  };
}

function checkReturnUrl(intent: Stripe.PaymentIntent, { returnUrl, useStripeSdk }: Confirmation): void {
  const redirects =
    intent.automatic_payment_methods?.enabled && intent.automatic_payment_methods.allow_redirects !== 'never';
  if (!redirects || returnUrl !== null || useStripeSdk) return;
  throw invalidRequest(
    'This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these ' +
      "payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't " +
      'want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and ' +
      '`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.',
    { param: 'return_url' },
  );
}

function missingMethod(intent: Stripe.PaymentIntent) {
  return unexpectedState(
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the " +
      'PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment ' +
      'method or ConfirmationToken.',
    intent,
  );
}

function confirm(world: World, id: string, body: ConfirmParams, keyKind: KeyKind): Stripe.PaymentIntent {
  const found = intentFor(world, id, body.client_secret, keyKind);
  const serverOnly = body.off_session ?? body.error_on_requires_action ?? body.capture_method;
  if (keyKind === 'publishable' && serverOnly !== undefined) throw secretKeyRequired();
  checkEmail(body.receipt_email, 'receipt_email');
  checkConfirmable(found);
  const intent: Stripe.PaymentIntent = {
    ...found,
    capture_method: body.capture_method ?? found.capture_method,
    receipt_email: changed(found.receipt_email, body.receipt_email),
    setup_future_usage: body.setup_future_usage || found.setup_future_usage,
    shipping: body.shipping === undefined ? found.shipping : fullShipping(body.shipping),
  };
  const confirmation = confirmationOf(body);
  checkReturnUrl(intent, confirmation);
  const resolved = givenMethod(world, body) ?? presentMethod(world, intent);
  if (!resolved) throw missingMethod(found);
  checkUsable(intent, resolved);
  return confirmIntent(world, intent, resolved, confirmation);
}

function presentMethod(world: World, intent: Stripe.PaymentIntent): ResolvedMethod | undefined {
  return typeof intent.payment_method === 'string'
    ? resolvePaymentMethod(world, intent.payment_method)
    : undefined;
}

/** A publishable key must come with the intent's client secret. */
function intentFor(
  world: World,
  id: string,
  clientSecret: string | undefined,
  keyKind: KeyKind,
): Stripe.PaymentIntent {
  if (keyKind === 'publishable' && clientSecret === undefined) throw missingParameter('client_secret');
  const intent = world.find('payment_intent', id);
  if (clientSecret !== undefined && clientSecret !== intent.client_secret) {
    throw invalidRequest(
      'The client_secret provided does not match any associated PaymentIntent on this account.',
      {
        code: 'payment_intent_invalid_parameter',
        param: 'client_secret',
      },
    );
  }
  return intent;
}

const updatable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** Updates a payment intent; money can only be changed before it is paid. */
function update(world: World, id: string, body: UpdateParams): Stripe.PaymentIntent {
  const intent = world.find('payment_intent', id);
  for (const name of ['amount', 'currency', 'customer', 'payment_method', 'setup_future_usage'] as const) {
    if (body[name] === undefined || updatable.includes(intent.status)) continue;
    throw unexpectedState(
      `This PaymentIntent's ${name} could not be updated because it has a status of ${intent.status}. You may only ` +
        `update the ${name} of a PaymentIntent with one of the following statuses: ${updatable.join(', ')}.`,
      intent,
    );
  }
  const currency = body.currency === undefined ? intent.currency : checkCurrency(body.currency);
  checkChargeAmount(body.amount ?? intent.amount, currency);
  checkEmail(body.receipt_email, 'receipt_email');
  const customer =
    body.customer === undefined ? intent.customer : world.findCustomer(body.customer, 'customer').id;
  const updated: Stripe.PaymentIntent = {
    ...intent,
    amount: body.amount ?? intent.amount,
    currency,
    customer,
    description: changed(intent.description, body.description),
    metadata: mergeMetadata(intent.metadata, body.metadata),
    ...typeChanges(intent, currency, body),
    receipt_email: changed(intent.receipt_email, body.receipt_email),
    setup_future_usage:
      body.setup_future_usage === undefined ? intent.setup_future_usage : body.setup_future_usage || null,
    shipping: body.shipping === undefined ? intent.shipping : fullShipping(body.shipping),
    statement_descriptor: changed(intent.statement_descriptor, body.statement_descriptor),
    statement_descriptor_suffix: changed(
      intent.statement_descriptor_suffix,
      body.statement_descriptor_suffix,
    ),
  };
  const resolved = givenMethod(world, body);
  if (resolved) checkUsable(updated, resolved);
  return world.store.put('payment_intent', {
    ...updated,
    ...(resolved
      ? { payment_method: resolved.method.id, status: 'requires_confirmation', next_action: null }
      : {}),
  });
}

export function paymentIntentRoutes(world: World): Route[] {
  const shown = (intent: Stripe.PaymentIntent, keyKind: KeyKind) =>
    keyKind === 'publishable' ? publicIntent(intent) : intent;
  return [
    route('POST', '/v1/payment_intents', {
      returns: 'payment_intent',
      params: createFields,
      handle: (body, { version }) => {
        refuseRemovedTypes(body.payment_method_types, version);
        return create(world, body);
      },
    }),
    route('GET', '/v1/payment_intents', {
      returns: 'list of payment_intent',
      params: { ...pageParams, created: timeRange, customer: filledText },
      handle: (query) => {
        const found = world.store
          .all('payment_intent')
          .filter((intent) => inRange(intent.created, query.created))
          .filter((intent) => query.customer === undefined || intent.customer === query.customer);
        return page('/v1/payment_intents', 'payment_intent', found, query);
      },
    }),
    route('GET', '/v1/payment_intents/:', {
      returns: 'payment_intent',
      publishable: true,
      params: { client_secret: filledText, is_stripe_sdk: ignored },
      handle: (query, { id, keyKind }) => shown(intentFor(world, id, query.client_secret, keyKind), keyKind),
    }),
    route('POST', '/v1/payment_intents/:', {
      returns: 'payment_intent',
      params: updateFields,
      handle: (body, { id, version }) => {
        refuseRemovedTypes(body.payment_method_types, version);
        return update(world, id, body);
      },
    }),
    route('POST', '/v1/payment_intents/:/confirm', {
      returns: 'payment_intent',
      publishable: true,
      params: confirmRouteFields,
      handle: (body, { id, keyKind }) => shown(confirm(world, id, body, keyKind), keyKind),
    }),
    route('POST', '/v1/payment_intents/:/capture', {
      returns: 'payment_intent',
      params: { amount_to_capture: amount, statement_descriptor: ignored, final_capture: ignored },
      handle: (body, { id }) => captureIntent(world, id, body.amount_to_capture),
    }),
    route('POST', '/v1/payment_intents/:/cancel', {
      returns: 'payment_intent',
      params: { cancellation_reason: cancellationReason },
      handle: (body, { id }) => cancelIntent(world, id, body.cancellation_reason ?? null),
    }),
  ];
}
