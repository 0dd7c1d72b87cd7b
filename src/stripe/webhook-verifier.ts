import Stripe from 'stripe';
import { z } from 'zod';
import type { Clock } from '../platform/clock.js';
import { eventObjectOf } from '../webhooks/event-object.js';
import {
  type EventVerifier,
  type RejectionReason,
  type VerifiedEvent,
  WebhookRejected,
} from '../webhooks/verified-event.js';
import { readSignatureHeader } from './signature-header.js';

/**
 * How far Stripe's clock may be ahead of ours. The SDK bounds a signature's age (300 s) but accepts any date in
 * the future, which would let a captured delivery be replayed until that date.
 */
const maxClockSkewSeconds = 60;

/** 9999-12-31, the last second that every date type here can hold. */
const maxUnixSeconds = 253_402_300_799;

const eventSchema = z.object({
  id: z.string().regex(/^evt_\w{1,250}$/),
  object: z.literal('event'),
  type: z
    .string()
    .regex(/^[a-z0-9_]+(\.[a-z0-9_]+)+$/)
    .max(128),
  created: z.int().min(0).max(maxUnixSeconds),
  api_version: z.string().nullish(),
  livemode: z.boolean(),
  data: z.object({ object: z.record(z.string(), z.unknown()) }),
});

/**
 * Tells Stripe's deliveries from everybody else's: https://docs.stripe.com/webhooks#verify-events.
 * What a body says is not read before its signature holds.
 */
export class WebhookVerifier implements EventVerifier {
  /**
   * @param secrets any of which may have signed: two are active while one is being replaced
   * @param livemode whether our API keys move real money; events of the other mode are refused
   */
  constructor(
    private readonly secrets: readonly string[],
    private readonly livemode: boolean,
    private readonly clock: Clock,
  ) {
    if (secrets.length === 0 || secrets.some((secret) => secret.trim() === '')) {
      throw new Error('A webhook verifier needs signing secrets, none of them blank.');
    }
  }

  /** @throws WebhookRejected */
  verify(rawBody: Buffer, signatureHeader: string | undefined): VerifiedEvent {
    const body = decodeUtf8(rawBody);
    this.assertSigned(body, signatureHeader);
    const payload = parseObject(body);
    if (payload.object === 'v2.core.event') {
      throw new WebhookRejected('THIN_EVENT', 'This endpoint takes snapshot events, not thin (v2) events.');
    }
    const parsed = eventSchema.safeParse(payload);
    if (!parsed.success) {
      const fields = new Set(parsed.error.issues.map(({ path }) => path.join('.')));
      throw new WebhookRejected('NOT_AN_EVENT', `This is not a Stripe event; see ${[...fields].join(', ')}.`);
    }
    const event = parsed.data;
    if (event.livemode !== this.livemode) {
      const mode = this.livemode ? 'live' : 'test';
      throw new WebhookRejected('WRONG_MODE', `This endpoint takes ${mode} mode events only.`);
    }
    const object = eventObjectOf(payload);
    return {
      id: event.id,
      type: event.type,
      createdAt: new Date(event.created * 1000),
      apiVersion: event.api_version ?? null,
      livemode: event.livemode,
      objectId: object.id,
      objectType: object.type,
      paymentIntentId: object.paymentIntentId,
      payload,
    };
  }

  private assertSigned(body: string, headerText: string | undefined): void {
    const header = readSignatureHeader(headerText);
    if (typeof header === 'string') throw unsigned(header);
    const nowMs = this.clock.now().getTime();
    const ageSeconds = Math.floor(nowMs / 1000) - header.signedAt;
    if (ageSeconds < -maxClockSkewSeconds) throw unsigned('TIMESTAMP_IN_FUTURE');
    if (!this.secrets.some((secret) => isSignedWith(secret, body, header.text, nowMs))) {
      const tooOld = ageSeconds > Stripe.webhooks.DEFAULT_TOLERANCE;
      throw unsigned(tooOld ? 'TIMESTAMP_TOO_OLD' : 'SIGNATURE_MISMATCH');
    }
  }
}

function isSignedWith(secret: string, body: string, header: string, nowMs: number): boolean {
  const { signature } = Stripe.webhooks;
  if (!signature) throw new Error('The Stripe SDK has no signature verification.');
  try {
    // Undefined: the SDK's own tolerance and cryptography.
    return signature.verifyHeader(body, header, secret, undefined, undefined, nowMs);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
    throw error;
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The SDK decodes leniently, so that bodies which differ in a byte order mark or in invalid bytes have the same
 * signature. JSON is valid UTF-8 (RFC 8259, section 8.1); with that enforced, one text is one sequence of bytes.
 */
function decodeUtf8(bytes: Buffer): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new WebhookRejected('BODY_NOT_UTF8', 'The body is not valid UTF-8.');
  }
}

function parseObject(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // Not as its cause: a SyntaxError quotes the body. No value is an object either.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new WebhookRejected('BODY_NOT_JSON', 'The body is not a JSON object.');
}

/** One answer for all of these: which check failed is nobody's business but ours. */
const unsigned = (reason: RejectionReason): WebhookRejected =>
  new WebhookRejected(reason, 'The signature could not be verified.');
