import { z } from 'zod';

/** What a browser holds after `createPaymentIntent`. */
export interface IntentInBrowser {
  readonly paymentIntentId: string;
  readonly clientSecret: string;
  readonly publishableKey: string;
}

/** Stripe's answer to a browser that pays: the intent's status, or the reason of a decline. */
export interface PaymentAttempt {
  readonly status: string | null;
  readonly declineCode: string | null;
}

const confirmed = z.object({ status: z.string() });
const declined = z.object({
  error: z.object({ code: z.string().nullish(), decline_code: z.string().nullish() }),
});

/** The part of Stripe.js that pays: https://docs.stripe.com/js/payment_intents/confirm_payment */
export class Browser {
  constructor(
    /** Where Stripe's API is; here, the sandbox. */
    private readonly stripeUrl: string,
  ) {}

  /** Pays with a test card, named as in https://docs.stripe.com/testing. */
  async pay(intent: IntentInBrowser, paymentMethod: string): Promise<PaymentAttempt> {
    const response = await fetch(`${this.stripeUrl}/v1/payment_intents/${intent.paymentIntentId}/confirm`, {
      method: 'POST',
      headers: { authorization: `Bearer ${intent.publishableKey}` },
      body: new URLSearchParams({
        client_secret: intent.clientSecret,
        payment_method: paymentMethod,
        return_url: 'https://example.com/paid',
      }),
    });
    const body: unknown = await response.json();
    if (response.ok) return { status: confirmed.parse(body).status, declineCode: null };
    const { error } = declined.parse(body);
    return { status: null, declineCode: error.decline_code ?? error.code ?? null };
  }

  /** Passes the bank's 3-D Secure page, as the customer would. */
  async authenticate(intent: IntentInBrowser): Promise<void> {
    const response = await fetch(`${this.stripeUrl}/_sandbox/authenticate/${intent.paymentIntentId}/pass`, {
      method: 'POST',
    });
    if (!response.ok) throw new Error(`3-D Secure could not be passed: HTTP ${response.status}.`);
  }
}
