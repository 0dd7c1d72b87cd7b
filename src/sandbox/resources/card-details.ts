import {
  brandOf,
  type CardDetails,
  cardByMagicId,
  cardByNumber,
  fingerprint,
  magicCardDetails,
  testCard,
} from '../cards.js';
import { cardError, invalidRequest } from '../http/errors.js';
import {
  filledText,
  ignored,
  integer,
  missingParameter,
  type Params,
  required,
  shape,
  text,
} from '../http/params.js';
import type { World } from '../world.js';

const cardFields = {
  number: filledText,
  exp_month: integer,
  exp_year: integer,
  cvc: text,
  token: filledText,
  networks: ignored,
};
export const cardShape = shape(cardFields);
export type CardParams = Params<typeof cardFields>;

/** Checks card details as Stripe does when it sees them (https://docs.stripe.com/testing#invalid-data). */
export function readCard(world: World, card: CardParams): CardDetails {
  if (card.token !== undefined) return cardOfToken(world, card.token, 'card[token]');
  const number = card.number?.replaceAll(/[\s-]/g, '');
  if (!number) throw missingParameter('card[number]');
  const brand = brandOf(number);
  if (!brand)
    throw cardError('Your card number is incorrect.', { code: 'incorrect_number', param: 'number' });
  const expMonth = required(integer)(String(card.exp_month ?? ''), 'card[exp_month]');
  const expYear = fullYear(required(integer)(String(card.exp_year ?? ''), 'card[exp_year]'));
  const today = world.date();
  if (expMonth < 1 || expMonth > 12) {
    throw cardError("Your card's expiration month is invalid.", {
      code: 'invalid_expiry_month',
      param: 'exp_month',
    });
  }
  if (expYear < today.getUTCFullYear() || expYear > today.getUTCFullYear() + 50) {
    throw cardError("Your card's expiration year is invalid.", {
      code: 'invalid_expiry_year',
      param: 'exp_year',
    });
  }
  if (expYear === today.getUTCFullYear() && expMonth <= today.getUTCMonth()) {
    throw cardError("Your card's expiration month is invalid.", {
      code: 'invalid_expiry_month',
      param: 'exp_month',
    });
  }
  if (card.cvc && !(brand === 'amex' ? /^\d{3,4}$/ : /^\d{3}$/).test(card.cvc)) {
    throw cardError("Your card's security code is invalid.", { code: 'invalid_cvc', param: 'cvc' });
  }
  const name = cardByNumber(number);
  return {
    name,
    brand,
    funding: testCard(name).number === number ? testCard(name).funding : 'credit',
    last4: number.slice(-4),
    expMonth,
    expYear,
    fingerprint: fingerprint(number),
  };
}

/** `34` means 2034. */
export function fullYear(year: number): number {
  return year < 100 ? 2000 + year : year;
}

/** The card behind a token, magic or created; a created one can be used once. */
export function cardOfToken(world: World, id: string, param: string): CardDetails {
  const magic = cardByMagicId(id);
  if (magic && id.startsWith('tok_')) return magicCardDetails(magic, world.date());
  const token = world.find('token', id, param);
  const traits = world.store.get('token_traits', id);
  if (!token.card || !traits) throw invalidRequest(`The token ${id} is not a card's.`, { param });
  if (token.used) {
    throw invalidRequest(`You cannot use a Stripe token more than once: ${id}.`, {
      code: 'token_already_used',
      param,
    });
  }
  world.store.put('token', { ...token, used: true });
  const { card } = token;
  return {
    name: traits.card,
    brand: card.brand.toLowerCase(),
    funding: card.funding,
    last4: card.last4,
    expMonth: card.exp_month,
    expYear: card.exp_year,
    fingerprint: card.fingerprint ?? '',
  };
}
