import type Stripe from 'stripe';
import { idOf, type World } from '../world.js';

/** The card network's warning that a payment may be fraudulent (https://docs.stripe.com/radar/early-fraud-warnings). */
export function warnOfFraud(world: World, chargeId: string): Stripe.Radar.EarlyFraudWarning {
  const charge = world.find('charge', chargeId);
  const warning = world.store.put('early_fraud_warning', {
    id: world.id('issfr'),
    object: 'radar.early_fraud_warning',
    actionable: isActionable(charge),
    charge: charge.id,
    created: world.now(),
    fraud_type: 'made_with_stolen_card',
    livemode: false,
    ...(charge.payment_intent === null ? {} : { payment_intent: idOf(charge.payment_intent) }),
  });
  world.emit('radar.early_fraud_warning.created', warning);
  return warning;
}

/** To be called once a charge is refunded or disputed: then there may be nothing left that a refund would prevent. */
export function closeFraudWarnings(world: World, charge: Stripe.Charge): void {
  if (isActionable(charge)) return;
  for (const warning of world.store.all('early_fraud_warning')) {
    if (warning.charge !== charge.id || !warning.actionable) continue;
    const closed = world.store.put('early_fraud_warning', { ...warning, actionable: false });
    world.emit('radar.early_fraud_warning.updated', closed, { actionable: true });
  }
}

/** https://docs.stripe.com/api/radar/early_fraud_warnings/object */
const isActionable = ({ refunded, disputed }: Stripe.Charge): boolean => !refunded && !disputed;
