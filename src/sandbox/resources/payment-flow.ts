import type Stripe from 'stripe';
import { authenticationRequired, type CardBehaviour, type Decline, testCard } from '../cards.js';
import { ApiError, cardError, docUrl, invalidRequest, unexpectedState } from '../http/errors.js';
import { idOf, type World } from '../world.js';
import { behaviourOf, bookCharge, captureCharge, latestCharge, settleCharge } from './charge-flow.js';
import { type ChargeResult, issuerAnswer } from './charge-objects.js';
import { startDebit } from './debit-flow.js';
import { afterCharge } from './disputes.js';
import { createCharge, failIntent, keepMethod, replaceIntent, succeedIntent } from './intent-changes.js';
import { type ResolvedMethod, resolvePaymentMethod } from './payment-method-objects.js';
import { checkReusable } from './payment-methods.js';

/** How a confirmation is made. */
export interface Confirmation {
  offSession: boolean;
  returnUrl: string | null;
  useStripeSdk: boolean;
  /** `error_on_requires_action`: an authentication that would be needed is a failure. */
  refuseAction: boolean;
}

const confirmable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** Confirms a payment intent (https://docs.stripe.com/payments/paymentintents/lifecycle). */
export function confirmIntent(
  world: World,
  intent: Stripe.PaymentIntent,
  resolved: ResolvedMethod,
  confirmation: Confirmation,
): Stripe.PaymentIntent {
  const { traits } = resolved;
  const ready = replaceIntent(world, intent, { payment_method: resolved.method.id, next_action: null });
  if ('bankAccount' in traits.source) return startDebit(world, ready, resolved);
  const card = testCard(traits.source.card);
  if (needsAuthentication(card, traits.setUp, confirmation.offSession)) {
    if (confirmation.offSession || confirmation.refuseAction) {
      return declineIntent(world, ready, resolved, authenticationRequired, false);
    }
    return askForAuthentication(world, ready, confirmation);
  }
  return chargeIntent(world, ready, resolved, false);
}

/** Refuses a confirmation that the intent's state does not allow. */
export function checkConfirmable(intent: Stripe.PaymentIntent): void {
  if (confirmable.includes(intent.status)) return;
  throw unexpectedState(
    intent.status === 'succeeded'
      ? 'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.'
      : `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with ` +
          'one of the following statuses may be confirmed: requires_confirmation, requires_action.',
    intent,
  );
}

/** Refuses a payment method that the intent cannot be paid with. */
export function checkUsable(intent: Stripe.PaymentIntent, { method, traits }: ResolvedMethod): void {
  if (!intent.payment_method_types.includes(method.type)) {
    throw invalidRequest(
      `The PaymentMethod provided (${method.type}) is not allowed for this PaymentIntent. Please attach a PaymentMethod ` +
        `of one of the following types: ${intent.payment_method_types.join(', ')}. Alternatively update the allowed ` +
        'payment_method_types for this PaymentIntent to include it.',
      { code: 'payment_intent_incompatible_payment_method', param: 'payment_method' },
    );
  }
  checkReusable(traits);
  if (method.customer !== null && method.customer !== intent.customer) {
    throw invalidRequest(
      intent.customer === null
        ? `The PaymentMethod ${method.id} belongs to a customer. Please include the Customer in the \`customer\` ` +
            'parameter on the PaymentIntent.'
        : 'The payment method supplied belongs to a different Customer than the PaymentIntent.',
      { param: 'payment_method' },
    );
  }
}

function needsAuthentication(card: CardBehaviour, setUp: boolean, offSession: boolean): boolean {
  if (card.authentication === 'always') return true;
  if (card.authentication !== 'unless_set_up') return false;
  return !(setUp || (offSession && card.alreadySetUp));
}

function askForAuthentication(
  world: World,
  intent: Stripe.PaymentIntent,
  { returnUrl, useStripeSdk }: Confirmation,
): Stripe.PaymentIntent {
  const url = `${world.baseUrl()}/_sandbox/authenticate/${intent.id}`;
  const waiting = replaceIntent(world, intent, {
    status: 'requires_action',
    next_action:
      returnUrl !== null && !useStripeSdk
        ? { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } }
        : {
            type: 'use_stripe_sdk',
            use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url, source: world.id('src') },
          },
  });
  world.emit('payment_intent.requires_action', waiting);
  return waiting;
}

/** The customer passed or failed 3-D Secure. A decline that follows is a state, not an error: nobody waits for it. */
export function finishAuthentication(world: World, id: string, passed: boolean): Stripe.PaymentIntent {
  const intent = world.find('payment_intent', id);
  if (intent.status !== 'requires_action' || intent.payment_method === null) {
    throw unexpectedState(
      `The PaymentIntent ${id} does not wait for authentication: its status is ${intent.status}.`,
      intent,
    );
  }
  const resolved = resolvePaymentMethod(world, idOf(intent.payment_method));
  if (!passed) {
    return failIntent(world, intent, {
      code: 'payment_intent_authentication_failure',
      doc_url: docUrl('payment_intent_authentication_failure'),
      message:
        'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new ' +
        'PaymentMethod to attempt to fulfill this PaymentIntent again.',
      payment_method: resolved.method,
      type: 'invalid_request_error',
    });
  }
  try {
    return chargeIntent(world, intent, resolved, true);
  } catch (error) {
    if (error instanceof ApiError && error.body.type === 'card_error')
      return world.find('payment_intent', id);
    throw error;
  }
}

function chargeIntent(
  world: World,
  intent: Stripe.PaymentIntent,
  resolved: ResolvedMethod,
  authenticated: boolean,
): Stripe.PaymentIntent {
  const card = 'card' in resolved.traits.source ? testCard(resolved.traits.source.card) : undefined;
  const result = issuerAnswer(card);
  if (result.status === 'failed') {
    return declineIntent(world, intent, resolved, result.decline, result.blocked);
  }
  const created = createCharge(world, intent, resolved, result, authenticated);
  // With asynchronous capture, the default, the balance transaction comes after `charge.succeeded`.
  const charge = intent.capture_method === 'automatic' ? bookCharge(world, created) : created;
  world.emit('charge.succeeded', charge);
  if (intent.capture_method === 'manual') {
    const held = replaceIntent(world, intent, {
      status: 'requires_capture',
      amount_capturable: intent.amount,
      latest_charge: charge.id,
      next_action: null,
      last_payment_error: null,
    });
    world.emit('payment_intent.amount_capturable_updated', held);
    keepMethod(world, held, resolved, authenticated);
    return held;
  }
  const succeeded = succeedIntent(world, intent, charge);
  keepMethod(world, succeeded, resolved, authenticated);
  if (charge.balance_transaction === null) settleCharge(world, charge);
  else afterCharge(world, charge.id, card?.afterCharge);
  return succeeded;
}

/** A failed attempt: a failed charge, the intent waiting for another payment method, and a 402 for the caller. */
function declineIntent(
  world: World,
  intent: Stripe.PaymentIntent,
  resolved: ResolvedMethod,
  decline: Decline,
  blocked: boolean,
): never {
  const result: ChargeResult = { status: 'failed', decline, blocked };
  const charge = createCharge(world, intent, resolved, result, false);
  world.emit('charge.failed', charge);
  const error = {
    charge: charge.id,
    code: decline.code,
    decline_code: decline.declineCode,
    ...(blocked ? {} : { network_decline_code: decline.networkDeclineCode }),
    payment_method: resolved.method,
  };
  const failed = failIntent(
    world,
    { ...intent, latest_charge: charge.id },
    { ...error, doc_url: docUrl(decline.code), message: decline.message, type: 'card_error' },
  );
  throw cardError(decline.message, { ...error, payment_intent: failed });
}

/** Takes the money of an authorized payment (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method). */
export function captureIntent(
  world: World,
  id: string,
  amountToCapture: number | undefined,
): Stripe.PaymentIntent {
  const intent = world.find('payment_intent', id);
  const charge = latestCharge(world, intent);
  if (intent.status !== 'requires_capture' || !charge) {
    throw unexpectedState(
      intent.status === 'succeeded'
        ? 'This PaymentIntent could not be captured because it has already been captured.'
        : `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent ` +
            'with one of the following statuses may be captured: requires_capture.',
      intent,
    );
  }
  const amount = amountToCapture ?? intent.amount_capturable;
  if (amount > intent.amount_capturable) {
    throw invalidRequest(
      `The amount_to_capture (${amount}) exceeds the amount capturable (${intent.amount_capturable}).`,
      { code: 'amount_too_large', param: 'amount_to_capture' },
    );
  }
  const captured = captureCharge(world, charge, amount);
  const booked = bookCharge(world, captured);
  const succeeded = succeedIntent(world, intent, booked);
  afterCharge(world, booked.id, behaviourOf(world, booked).afterCharge);
  return succeeded;
}

const cancelable = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
  'processing',
];

/** Cancels a payment intent. An authorization is released without a refund. */
export function cancelIntent(
  world: World,
  id: string,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): Stripe.PaymentIntent {
  const intent = world.find('payment_intent', id);
  if (!cancelable.includes(intent.status)) {
    throw unexpectedState(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one ` +
        `of the following statuses may be canceled: ${cancelable.join(', ')}.`,
      intent,
    );
  }
  const charge = latestCharge(world, intent);
  if (charge && intent.status === 'processing') {
    world.store.drop('pending_outcome', id);
    world.emit('charge.failed', world.store.put('charge', { ...charge, captured: false, status: 'failed' }));
  }
  const canceled = replaceIntent(world, intent, {
    status: 'canceled',
    amount_capturable: 0,
    canceled_at: world.now(),
    cancellation_reason: reason,
    next_action: null,
  });
  world.emit('payment_intent.canceled', canceled);
  return canceled;
}
