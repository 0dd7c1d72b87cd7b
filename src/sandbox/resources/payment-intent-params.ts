import {
  amount,
  filledText,
  flag,
  ignored,
  metadata,
  oneOf,
  type Params,
  type Reader,
  requiredAmount,
  requiredText,
  shape,
  text,
  textList,
} from '../http/params.js';
import { shipping } from './fields.js';
import { methodData } from './payment-method-objects.js';

/** `off_session` is a flag or the kind of off-session payment. */
const offSession: Reader<boolean | undefined> = (value, path) =>
  value === 'one_off' || value === 'recurring' ? true : flag(value, path);

export const cancellationReason = oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer');
const futureUsage = oneOf('off_session', 'on_session', '');

const methodFields = { payment_method: filledText, payment_method_data: methodData };

/** What both creating and updating take. */
const intentFields = {
  ...methodFields,
  customer: filledText,
  description: text,
  metadata,
  receipt_email: text,
  setup_future_usage: futureUsage,
  shipping,
  statement_descriptor: text,
  statement_descriptor_suffix: text,
  payment_method_options: ignored,
  allowed_payment_method_types: textList,
  excluded_payment_method_types: textList,
  payment_method_types: textList,
};

/** What confirming takes, also as a part of creating. */
const confirmFields = {
  return_url: filledText,
  use_stripe_sdk: flag,
  mandate: ignored,
  mandate_data: ignored,
  radar_options: ignored,
};
const serverConfirmFields = { off_session: offSession, error_on_requires_action: flag };

export const createFields = {
  ...intentFields,
  ...confirmFields,
  ...serverConfirmFields,
  amount: requiredAmount,
  currency: requiredText,
  automatic_payment_methods: shape({ enabled: flag, allow_redirects: oneOf('always', 'never') }),
  capture_method: oneOf('automatic', 'automatic_async', 'manual'),
  confirm: flag,
  confirmation_method: oneOf('automatic', 'manual'),
};

export const updateFields = { ...intentFields, amount, currency: filledText };

/** What Stripe.js may send with a publishable key; the rest needs the secret one. */
const publicConfirmFields = {
  ...methodFields,
  ...confirmFields,
  client_secret: filledText,
  receipt_email: text,
  setup_future_usage: futureUsage,
  shipping,
  payment_method_options: ignored,
};
export const confirmRouteFields = {
  ...publicConfirmFields,
  ...serverConfirmFields,
  capture_method: createFields.capture_method,
};

export type CreateParams = Params<typeof createFields>;
export type UpdateParams = Params<typeof updateFields>;
export type ConfirmParams = Params<typeof confirmRouteFields>;
