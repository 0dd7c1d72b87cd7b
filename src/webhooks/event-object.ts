import { z } from 'zod';
import { metadataKeys } from '../payments/payment-gateway.js';

/** What an event is about: `data.object`, or as much of it as may be believed. */
export interface EventObject {
  readonly id: string | null;
  readonly type: string | null;
  readonly paymentIntentId: string | null;
  /** What the object's metadata names as our payment. A hint: anyone with access to the Stripe account can write it. */
  readonly paymentId: string | null;
}

const id = z.string().min(1);
/** Absence is spelled out, though `catch` would do: it first makes an error, for each member that an object lacks. */
const orNull = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);
const reference = z.union([id, z.object({ id }).transform((expanded) => expanded.id)]);

const eventObject = z.object({
  id: orNull(id),
  object: orNull(id),
  payment_intent: orNull(reference),
  metadata: orNull(z.object({ [metadataKeys.paymentId]: orNull(id) })),
});
const payload = z.object({ data: z.object({ object: eventObject }) });

/**
 * Payment intents are what we track; charges, refunds, disputes and warnings point to theirs, by id or expanded.
 * @throws ZodError where the payload has no `data.object`
 */
export function eventObjectOf(event: unknown): EventObject {
  const { object } = payload.parse(event).data;
  return {
    id: object.id ?? null,
    type: object.object ?? null,
    paymentIntentId: (object.object === 'payment_intent' ? object.id : object.payment_intent) ?? null,
    paymentId: object.metadata?.[metadataKeys.paymentId] ?? null,
  };
}
