/** An event that Stripe signed, recently, for this endpoint. It says that something changed, not what is true now. */
export interface VerifiedEvent {
  /** `evt_…`; the same in every delivery of the event. */
  readonly id: string;
  readonly type: string;
  /** When it happened, by Stripe's clock. */
  readonly createdAt: Date;
  /** The version the payload was rendered in, which need not be ours: nothing is acted on but ids. */
  readonly apiVersion: string | null;
  readonly livemode: boolean;
  /** Null for objects without one, such as a balance. */
  readonly objectId: string | null;
  readonly objectType: string | null;
  /** The payment intent that it concerns, where there is one. */
  readonly paymentIntentId: string | null;
  /** The event as Stripe sent it. */
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface EventVerifier {
  /** @throws WebhookRejected */
  verify(rawBody: Buffer, signatureHeader: string | undefined): VerifiedEvent;
}

/** Why a delivery was refused, for logs and metrics. */
export type RejectionReason =
  | 'HEADER_MISSING'
  | 'HEADER_TOO_LONG'
  | 'HEADER_MALFORMED'
  | 'SIGNATURE_SCHEME_UNKNOWN'
  | 'SIGNATURE_MISMATCH'
  | 'TIMESTAMP_TOO_OLD'
  | 'TIMESTAMP_IN_FUTURE'
  | 'BODY_NOT_UTF8'
  | 'BODY_NOT_JSON'
  | 'THIN_EVENT'
  | 'NOT_AN_EVENT'
  | 'WRONG_MODE';

/** `publicMessage` goes to whoever posted, who may be anyone. */
export class WebhookRejected extends Error {
  override readonly name = 'WebhookRejected';

  constructor(
    readonly reason: RejectionReason,
    readonly publicMessage: string,
  ) {
    super(`${reason}: ${publicMessage}`);
  }
}
