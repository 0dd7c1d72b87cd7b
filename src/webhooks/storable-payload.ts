/** What PostgreSQL's jsonb cannot hold (https://www.postgresql.org/docs/current/datatype-json.html) becomes U+FFFD. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

/** Opens a payment intent to whoever holds it and the publishable key, so it is kept nowhere. */
const clientSecretKey = 'client_secret';

/**
 * Who a person is and how to reach them. What we act on is fetched afresh, so the inbox can do without, and nothing of
 * it has to be found and erased later. (https://docs.stripe.com/api/charges/object names most of them.)
 */
const personalKeys = [
  'address',
  'billing_details',
  'customer_address',
  'customer_details',
  'customer_email',
  'customer_name',
  'customer_phone',
  'customer_shipping',
  'email',
  'evidence',
  'individual',
  'name',
  'owner',
  'phone',
  'receipt_email',
  'receipt_url',
  'shipping',
];

const leftOut: ReadonlySet<string> = new Set([clientSecretKey, ...personalKeys]);

/** An event's payload as the inbox keeps it: for people, without client secrets and personal data. */
export function storablePayload(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storablePayload);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !leftOut.has(key))
      .map(([key, member]) => [storableText(key), storablePayload(member)]),
  );
}
