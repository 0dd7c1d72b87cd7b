/** What PostgreSQL's jsonb cannot hold (https://www.postgresql.org/docs/current/datatype-json.html) becomes U+FFFD. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

/** Opens a payment intent to whoever holds it and the publishable key, so it is kept nowhere. */
const clientSecretKey = 'client_secret';

/** An event's payload as the inbox keeps it: for people, without client secrets. */
export function storablePayload(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storablePayload);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== clientSecretKey)
      .map(([key, member]) => [storableText(key), storablePayload(member)]),
  );
}
