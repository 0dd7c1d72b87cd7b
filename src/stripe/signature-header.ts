/** Stripe signs once for each active secret; this leaves room for more than ten. */
const maxHeaderLength = 1_024;

const timestampPart = /^t=[1-9]\d{0,11}$/;
const signaturePart = /^v1=[0-9a-f]{64}$/;
/** Schemes other than v1 prove nothing and are to be ignored: https://docs.stripe.com/webhooks#verify-manually */
const otherPart = /^v(?!1=)\d+=[\x21-\x2b\x2d-\x7e]+$/;

export interface SignatureHeader {
  readonly text: string;
  /** When the delivery was signed, in Unix seconds. */
  readonly signedAt: number;
}

export type HeaderFault =
  | 'HEADER_MISSING'
  | 'HEADER_TOO_LONG'
  | 'HEADER_MALFORMED'
  | 'SIGNATURE_SCHEME_UNKNOWN';

/**
 * Reads a `Stripe-Signature` header, strictly: what passes here means the same to the SDK, which by itself takes
 * the last of two timestamps and the 12 of "12ab", and fails unexpectedly on a signature that is empty or not ASCII.
 */
export function readSignatureHeader(text: string | undefined): SignatureHeader | HeaderFault {
  if (!text) return 'HEADER_MISSING';
  if (text.length > maxHeaderLength) return 'HEADER_TOO_LONG';
  const parts = text.split(',');
  const [timestamp, ...furtherTimestamps] = parts.filter((part) => timestampPart.test(part));
  const signatures = parts.filter((part) => signaturePart.test(part));
  const others = parts.filter((part) => otherPart.test(part));
  if (timestamp === undefined || furtherTimestamps.length > 0) return 'HEADER_MALFORMED';
  if (1 + signatures.length + others.length !== parts.length) return 'HEADER_MALFORMED';
  if (signatures.length === 0) return 'SIGNATURE_SCHEME_UNKNOWN';
  return { text, signedAt: Number(timestamp.slice('t='.length)) };
}
