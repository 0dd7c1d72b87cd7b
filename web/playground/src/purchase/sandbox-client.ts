import type { CreatedPayment } from './created-payment.js';

export interface TestCard {
  readonly paymentMethod: string;
  readonly label: string;
}

/** Stripe's own test cards, by their magic payment methods (https://docs.stripe.com/testing). */
export const testCards = [
  { paymentMethod: 'pm_card_visa', label: '4242 – succeeds' },
  { paymentMethod: 'pm_card_visa_chargeDeclined', label: '0002 – declined' },
  { paymentMethod: 'pm_card_visa_chargeDeclinedInsufficientFunds', label: '9995 – insufficient funds' },
  { paymentMethod: 'pm_card_createDispute', label: '0259 – succeeds, then disputed' },
] as const satisfies readonly TestCard[];

export const usualCard = testCards[0].paymentMethod;

/** What Stripe says of a payment intent, in Stripe's words. */
export interface IntentState {
  readonly status: string;
  /** Why the last attempt failed; null if none did. */
  readonly failure: string | null;
}

/** Answers take milliseconds; a port that never answers must not look like a payment under way. */
const timeoutMs = 10_000;

/** Does for a payment what Stripe.js does in a customer's browser, against the Stripe sandbox. */
export class SandboxClient {
  /** `returnUrl`: where a redirect for 3-D Secure would come back to. */
  constructor(
    private readonly origin: string,
    private readonly returnUrl: string,
  ) {}

  /** Null if no sandbox answers, or if the payment is not one of its own. */
  async retrieve(payment: CreatedPayment): Promise<IntentState | null> {
    const query = new URLSearchParams({ key: payment.publishableKey, client_secret: payment.clientSecret });
    const answer = await this.request(`${intentPath(payment)}?${query}`);
    return answer?.ok ? readIntent(answer.body as StripeIntent) : null;
  }

  /** Pays. A decline is an outcome like success; null if no sandbox answers. */
  async confirm(payment: CreatedPayment, paymentMethod: string): Promise<IntentState | null> {
    const body = new URLSearchParams({
      key: payment.publishableKey,
      client_secret: payment.clientSecret,
      payment_method: paymentMethod,
      return_url: this.returnUrl,
    });
    const answer = await this.request(`${intentPath(payment)}/confirm`, { method: 'POST', body });
    if (answer === null) return null;
    return answer.ok ? readIntent(answer.body as StripeIntent) : readRefusal(answer.body as StripeRefusal);
  }

  private async request(path: string, init?: RequestInit): Promise<{ ok: boolean; body: unknown } | null> {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await fetch(`${this.origin}${path}`, { ...init, signal });
      return { ok: response.ok, body: await response.json() };
    } catch {
      return null;
    }
  }
}

function intentPath(payment: CreatedPayment): string {
  return `/v1/payment_intents/${encodeURIComponent(payment.paymentIntentId)}`;
}

interface StripeError {
  readonly message?: string;
  readonly decline_code?: string;
  readonly payment_intent?: StripeIntent;
}

interface StripeIntent {
  readonly status: string;
  readonly last_payment_error?: StripeError | null;
}

interface StripeRefusal {
  readonly error?: StripeError;
}

function readIntent(intent: StripeIntent): IntentState {
  return { status: intent.status, failure: describe(intent.last_payment_error) };
}

function readRefusal({ error }: StripeRefusal): IntentState {
  return {
    status: error?.payment_intent?.status ?? 'unknown',
    failure: describe(error) ?? 'Stripe refused, and did not say why.',
  };
}

function describe(error: StripeError | null | undefined): string | null {
  if (!error?.message) return null;
  return error.decline_code ? `${error.message} (${error.decline_code})` : error.message;
}
