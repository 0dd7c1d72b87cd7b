import type Stripe from 'stripe';
import { invalidRequest } from '../http/errors.js';
import { address, type Params, shape, text } from '../http/params.js';

type AddressChange = Exclude<ReturnType<typeof address>, undefined>;

/** An address with every field present, as Stripe answers. */
export function fullAddress(change: AddressChange): Stripe.Address | null {
  if (change === '') return null;
  return {
    city: change.city || null,
    country: change.country || null,
    line1: change.line1 || null,
    line2: change.line2 || null,
    postal_code: change.postal_code || null,
    state: change.state || null,
  };
}

const blankAddress: Stripe.Address = {
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
};

/** A text field after a change: '' unsets it, nothing keeps it. */
export function changed(current: string | null | undefined, change: string | undefined): string | null {
  if (change === undefined) return current ?? null;
  return change === '' ? null : change;
}

export function checkEmail(email: string | undefined, param: string): void {
  if (email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw invalidRequest(`Invalid email address: ${email}`, { code: 'email_invalid', param });
  }
}

const billingFields = { address, email: text, name: text, phone: text, tax_id: text };
export const billingDetails = shape(billingFields);

/** Billing details with every field present. */
export function fullBillingDetails(
  details: Params<typeof billingFields> | undefined,
): Stripe.PaymentMethod.BillingDetails {
  return {
    address: details?.address ? fullAddress(details.address) : blankAddress,
    email: details?.email || null,
    name: details?.name || null,
    phone: details?.phone || null,
    tax_id: details?.tax_id || null,
  };
}

const shippingFields = { address, carrier: text, name: text, phone: text, tracking_number: text };
const shippingShape = shape(shippingFields);

/** Where goods go, or '' to unset it. */
export function shipping(
  ...[value, path]: Parameters<typeof address>
): Params<typeof shippingFields> | '' | undefined {
  return value === '' ? '' : shippingShape(value, path);
}

export interface FullShipping {
  address: Stripe.Address;
  carrier: string | null;
  name: string;
  phone: string | null;
  tracking_number: string | null;
}

export function fullShipping(change: Params<typeof shippingFields> | ''): FullShipping | null {
  if (change === '') return null;
  const place = fullAddress(change.address ?? '');
  return {
    address: place ?? blankAddress,
    carrier: change.carrier || null,
    name: change.name ?? '',
    phone: change.phone || null,
    tracking_number: change.tracking_number || null,
  };
}

/** The old values of what differs, as `previous_attributes` reports them. */
export function previousOf<T extends object>(before: T, after: T): Partial<T> {
  const previous: Partial<T> = {};
  for (const name in before) {
    if (JSON.stringify(before[name]) !== JSON.stringify(after[name])) previous[name] = before[name];
  }
  return previous;
}
