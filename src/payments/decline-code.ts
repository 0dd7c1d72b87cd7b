/** What Stripe asks not to be reported to the customer, who may be the thief: https://docs.stripe.com/declines/codes */
const concealedCodes: ReadonlySet<string> = new Set([
  'fraudulent',
  'lost_card',
  'merchant_blacklist',
  'stolen_card',
]);

/** Why a card was declined, as its holder is told. */
export const codeForCustomer = (code: string): string =>
  concealedCodes.has(code) ? 'generic_decline' : code;
