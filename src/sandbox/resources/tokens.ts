import type Stripe from 'stripe';
import { filledText, ignored, integer, type Reader, required, shape, text } from '../http/params.js';
import { type Route, route } from '../http/router.js';
import type { World } from '../world.js';
import { type CardParams, readCard } from './card-details.js';
import { buildCard } from './charge-objects.js';

const cardToken = shape({
  number: filledText,
  exp_month: integer,
  exp_year: integer,
  cvc: text,
  name: text,
  address_city: ignored,
  address_country: ignored,
  address_line1: ignored,
  address_line2: ignored,
  address_state: ignored,
  address_zip: ignored,
  currency: ignored,
  networks: ignored,
});
type CardToken = Omit<CardParams, 'token' | 'networks'> & { name: string | undefined };
const requiredCard: Reader<CardToken> = required<CardToken>(cardToken);

/** Turns card details into a token that can be used once (https://docs.stripe.com/api/tokens/create_card). */
function create(world: World, card: CardToken): Stripe.Token {
  const details = readCard(world, { ...card, token: undefined, networks: undefined });
  const id = world.id('tok');
  world.store.put('token_traits', { id, card: details.name });
  return world.store.put('token', {
    id,
    object: 'token',
    card: buildCard(world, details, card.name || null),
    client_ip: null,
    created: world.now(),
    livemode: false,
    type: 'card',
    used: false,
  });
}

export function tokenRoutes(world: World): Route[] {
  return [
    route('POST', '/v1/tokens', {
      returns: 'none',
      params: { card: requiredCard },
      handle: (body) => create(world, body.card),
    }),
    route('GET', '/v1/tokens/:', {
      returns: 'none',
      params: {},
      handle: (_, { id }) => world.find('token', id),
    }),
  ];
}
