import type Stripe from 'stripe';
import { invalidRequest } from '../http/errors.js';
import { page } from '../http/lists.js';
import { filledText, flag, inRange, pageParams, textList, timeRange } from '../http/params.js';
import { type Route, route } from '../http/router.js';
import type { World } from '../world.js';

/** `charge.*` stands for every event about charges, as in the list's `type` filter. */
function matchesType(event: Stripe.EventBase, wanted: string): boolean {
  return wanted.endsWith('*') ? event.type.startsWith(wanted.slice(0, -1)) : event.type === wanted;
}

const maxTypes = 20;

function checkTypes(type: string | undefined, types: string[] | undefined): void {
  if (type !== undefined && types !== undefined)
    throw invalidRequest('You may pass either `type` or `types`, but not both.', { param: 'types' });
  if (types !== undefined && types.length > maxTypes)
    throw invalidRequest(`You may pass at most ${maxTypes} types.`, { param: 'types' });
}

/** https://docs.stripe.com/api/events/list */
export function eventRoutes(world: World): Route[] {
  return [
    route('GET', '/v1/events', {
      returns: 'list of event',
      params: {
        ...pageParams,
        created: timeRange,
        delivery_success: flag,
        type: filledText,
        types: textList,
      },
      handle: (query) => {
        const { type, types, delivery_success: delivered } = query;
        checkTypes(type, types);
        const found = world.store
          .all('event')
          .filter((event) => inRange(event.created, query.created))
          .filter((event) => type === undefined || matchesType(event, type))
          .filter((event) => types === undefined || types.some((wanted) => matchesType(event, wanted)))
          .filter((event) => delivered === undefined || (event.pending_webhooks === 0) === delivered);
        return page('/v1/events', 'event', found, query);
      },
    }),
    route('GET', '/v1/events/:', {
      returns: 'event',
      params: {},
      handle: (_, { id }) => world.find('event', id),
    }),
  ];
}
