/** What createPaymentIntent answered, as far as paying needs it. */
export interface CreatedPayment {
  readonly paymentIntentId: string;
  readonly clientSecret: string;
  readonly publishableKey: string;
  /** What is bought, in words; only the intent's id if the operation did not ask for more. */
  readonly description: string;
}

/** The payment that an operation created, under whatever alias; null if it created none. */
export function createdPaymentIn(data: unknown): CreatedPayment | null {
  for (const field of Object.values(asRecord(data))) {
    const { paymentIntentId, clientSecret, publishableKey, payment } = asRecord(field);
    if (isText(paymentIntentId) && isText(clientSecret) && isText(publishableKey)) {
      const description = describe(payment) ?? paymentIntentId;
      return { paymentIntentId, clientSecret, publishableKey, description };
    }
  }
  return null;
}

/** Whether an operation confirmed that payment; told by the intent's id, which the operation must ask for. */
export function confirms(data: unknown, payment: CreatedPayment): boolean {
  return Object.values(asRecord(data)).some((field) => {
    const { creditsAdded, payment: confirmed } = asRecord(field);
    return isText(creditsAdded) && asRecord(confirmed).stripePaymentIntentId === payment.paymentIntentId;
  });
}

function describe(payment: unknown): string | null {
  const { credits, price } = asRecord(payment);
  const { formatted } = asRecord(price);
  return typeof credits === 'number' && isText(formatted) ? `${credits} credits for ${formatted}` : null;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
