import { createHmac } from 'node:crypto';

/** A refusal by the card's issuer (https://docs.stripe.com/declines/codes). */
export interface Decline {
  code: string;
  declineCode: string;
  message: string;
  networkDeclineCode: string;
}

/** What a test card does, beyond succeeding. */
export interface CardBehaviour {
  decline?: Decline;
  /** Attaching to a customer succeeds although payments are declined. */
  attachable?: true;
  /** When the card asks for 3-D Secure. */
  authentication?: 'always' | 'unless_set_up';
  /** Off-session payments need no authentication because the issuer holds a mandate already. */
  alreadySetUp?: true;
  refund?: 'pending_then_succeeded' | 'succeeded_then_failed';
  afterCharge?: 'dispute' | 'dispute_not_received' | 'inquiry' | 'early_fraud_warning';
  /** Funds are available at once. */
  bypassPending?: true;
  /** Radar stops the payment before the issuer sees it. */
  blocked?: true;
}

export interface TestCard extends CardBehaviour {
  number: string;
  brand: string;
  funding: 'credit' | 'debit' | 'prepaid';
}

const declines = {
  generic: decline('card_declined', 'generic_decline', 'Your card was declined.', '01'),
  insufficientFunds: decline(
    'card_declined',
    'insufficient_funds',
    'Your card has insufficient funds.',
    '51',
  ),
  lost: decline('card_declined', 'lost_card', 'Your card was declined.', '41'),
  stolen: decline('card_declined', 'stolen_card', 'Your card was declined.', '43'),
  expired: decline('expired_card', 'expired_card', 'Your card has expired.', '54'),
  incorrectCvc: decline('incorrect_cvc', 'incorrect_cvc', "Your card's security code is incorrect.", 'N7'),
  processing: decline(
    'processing_error',
    'processing_error',
    'An error occurred while processing your card. Try again in a little bit.',
    '06',
  ),
  velocity: decline(
    'card_declined',
    'card_velocity_exceeded',
    'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
    '65',
  ),
  fraudulent: decline('card_declined', 'fraudulent', 'Your card was declined.', '59'),
};

/** The refusal of an off-session payment that would have needed the customer. */
export const authenticationRequired = decline(
  'authentication_required',
  'authentication_required',
  'Your card was declined. This transaction requires authentication.',
  '65',
);

function decline(code: string, declineCode: string, message: string, networkDeclineCode: string): Decline {
  return { code, declineCode, message, networkDeclineCode };
}

function visa(number: string, behaviour: CardBehaviour = {}): TestCard {
  return { number, brand: 'visa', funding: 'credit', ...behaviour };
}

function other(number: string, brand: string, funding: TestCard['funding'] = 'credit'): TestCard {
  return { number, brand, funding };
}

const chargeDeclined = visa('4000000000000002', { decline: declines.generic });
const expired = visa('4000000000000069', { decline: declines.expired });
const incorrectCvc = visa('4000000000000127', { decline: declines.incorrectCvc });
const processingError = visa('4000000000000119', { decline: declines.processing });
const insufficientFunds = visa('4000000000009995', { decline: declines.insufficientFunds });

/** By the name that follows `pm_card_` or `tok_` (https://docs.stripe.com/testing). */
const testCards = {
  visa: visa('4242424242424242'),
  visa_debit: other('4000056655665556', 'visa', 'debit'),
  mastercard: other('5555555555554444', 'mastercard'),
  mastercard_debit: other('5200828282828210', 'mastercard', 'debit'),
  mastercard_prepaid: other('5105105105105100', 'mastercard', 'prepaid'),
  amex: other('378282246310005', 'amex'),
  discover: other('6011111111111117', 'discover'),
  diners: other('3056930009020004', 'diners'),
  jcb: other('3566002020360505', 'jcb'),
  unionpay: other('6200000000000005', 'unionpay'),
  bypassPending: visa('4000000000000077', { bypassPending: true }),

  visa_chargeDeclined: chargeDeclined,
  chargeDeclined,
  visa_chargeDeclinedInsufficientFunds: insufficientFunds,
  chargeDeclinedInsufficientFunds: insufficientFunds,
  visa_chargeDeclinedLostCard: visa('4000000000009987', { decline: declines.lost }),
  visa_chargeDeclinedStolenCard: visa('4000000000009979', { decline: declines.stolen }),
  visa_chargeDeclinedVelocityLimitExceeded: visa('4000000000006975', { decline: declines.velocity }),
  chargeDeclinedExpiredCard: expired,
  visa_chargeDeclinedExpiredCard: expired,
  chargeDeclinedIncorrectCvc: incorrectCvc,
  visa_chargeDeclinedIncorrectCvc: incorrectCvc,
  chargeDeclinedProcessingError: processingError,
  visa_chargeDeclinedProcessingError: processingError,
  chargeCustomerFail: visa('4000000000000341', { decline: declines.generic, attachable: true }),
  radarBlock: visa('4100000000000019', { decline: declines.fraudulent, blocked: true }),

  authenticationRequiredOnSetup: visa('4000002500003155', { authentication: 'unless_set_up' }),
  authenticationRequired: visa('4000002760003184', { authentication: 'always' }),
  authenticationRequiredSetupForOffSession: visa('4000003800000446', {
    authentication: 'unless_set_up',
    alreadySetUp: true,
  }),
  authenticationRequiredChargeDeclinedInsufficientFunds: visa('4000008260003178', {
    authentication: 'always',
    decline: declines.insufficientFunds,
    attachable: true,
  }),
  threeDSecure2Required: visa('4000000000003220', { authentication: 'always' }),
  threeDSecureRequired: visa('4000000000003063', { authentication: 'always' }),
  threeDSecureRequiredChargeDeclined: visa('4000008400001629', {
    authentication: 'always',
    decline: declines.generic,
    attachable: true,
  }),
  threeDSecureOptional: visa('4000000000003055'),

  pendingRefund: visa('4000000000007726', { refund: 'pending_then_succeeded' }),
  refundFail: visa('4000000000005126', { refund: 'succeeded_then_failed' }),
  createDispute: visa('4000000000000259', { afterCharge: 'dispute' }),
  createDisputeProductNotReceived: visa('4000000000002685', { afterCharge: 'dispute_not_received' }),
  createDisputeInquiry: visa('4000000000001976', { afterCharge: 'inquiry' }),
  createIssuerFraudRecord: visa('4000000000005423', { afterCharge: 'early_fraud_warning' }),
} satisfies Record<string, TestCard>;

export type CardName = keyof typeof testCards;

export function testCard(name: CardName): TestCard {
  return testCards[name];
}

/** The card a magic id such as `pm_card_visa` or `tok_visa` stands for. */
export function cardByMagicId(id: string): CardName | undefined {
  const name = id.replace(/^(pm_card_|tok_)/, '');
  return name !== id && isCardName(name) ? name : undefined;
}

function isCardName(name: string): name is CardName {
  return Object.hasOwn(testCards, name);
}

/** The test card with this number. Any other valid number behaves as a plain card that succeeds. */
export function cardByNumber(number: string): CardName {
  const found = Object.entries(testCards).find(([, card]) => card.number === number);
  return found && isCardName(found[0]) ? found[0] : 'visa';
}

const brands: [brand: string, number: RegExp][] = [
  ['visa', /^4\d{15}(\d{3})?$/],
  ['mastercard', /^(5[1-5]|2[2-7])\d{14}$/],
  ['amex', /^3[47]\d{13}$/],
  ['discover', /^(6011|65\d\d|64[4-9]\d)\d{12}$/],
  ['diners', /^3[068]\d{12,14}$/],
  ['jcb', /^35\d{14}$/],
  ['unionpay', /^62\d{14,17}$/],
];

/** The brand of a valid number; undefined when the number is no card's. */
export function brandOf(number: string): string | undefined {
  return luhnValid(number) ? brands.find(([, pattern]) => pattern.test(number))?.[0] : undefined;
}

function luhnValid(number: string): boolean {
  let sum = 0;
  for (const [index, character] of [...number].reverse().entries()) {
    const digit = Number(character) * (index % 2 === 1 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

/** What remains of a card once its number is forgotten. */
export interface CardDetails {
  name: CardName;
  brand: string;
  funding: string;
  last4: string;
  expMonth: number;
  expYear: number;
  fingerprint: string;
}

/** The card behind a magic id, which expires a year from now. */
export function magicCardDetails(name: CardName, now: Date): CardDetails {
  const card = testCard(name);
  return {
    name,
    brand: card.brand,
    funding: card.funding,
    last4: card.number.slice(-4),
    expMonth: now.getUTCMonth() + 1,
    expYear: now.getUTCFullYear() + 1,
    fingerprint: fingerprint(card.number),
  };
}

/** The same for the same number. Not the number: of cards, only the last four digits are kept. */
export function fingerprint(number: string): string {
  return createHmac('sha256', 'unillm-sandbox')
    .update(number)
    .digest('base64url')
    .replaceAll(/\W|_/g, '0')
    .slice(0, 16);
}
