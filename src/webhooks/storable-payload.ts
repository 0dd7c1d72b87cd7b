/** What PostgreSQL's jsonb cannot hold (https://www.postgresql.org/docs/current/datatype-json.html) becomes U+FFFD. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

/** What opens a payment to whoever holds it and the publishable key: an action's addresses have such a secret in them. */
const secretKeys = ['client_secret', 'next_action'];

/**
 * Who a person is and how to reach them. What we act on is fetched afresh, so the inbox can do without, and nothing of
 * it has to be found and erased later. (https://docs.stripe.com/api/charges/object names most of them.)
 */
const personalKeys = [
  'account_number',
  'billing_details',
  'buyer_id',
  'cashtag',
  'clabe',
  'customer_details',
  'customer_purchase_ip',
  'dob',
  'evidence',
  'iban',
  'individual',
  'owner',
  'payer_details',
  'payer_id',
  'receipt_url',
  'tax_id',
  'user_agent',
  'vpa',
];

/** In `receipt_email`, `payer_name`, `shipping_address`, …: each way to pay has keys of its own. */
const personalWord = /(?:^|_)(?:address|email|name|phone|shipping)(?:_|$)/;

const leftOut: ReadonlySet<string> = new Set([...secretKeys, ...personalKeys]);
const isLeftOut = (key: string): boolean => leftOut.has(key) || personalWord.test(key);

/** An event's payload as the inbox keeps it: for people, without client secrets and personal data. */
export function storablePayload(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storablePayload);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !isLeftOut(key))
      .map(([key, member]) => [storableText(key), storablePayload(member)]),
  );
}
