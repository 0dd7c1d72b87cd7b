import type Stripe from 'stripe';
import { invalidRequest, resourceMissing } from './errors.js';

const defaultLimit = 10;
const maxLimit = 100;

export interface Page {
  limit: number | undefined;
  starting_after: string | undefined;
  ending_before: string | undefined;
}

/**
 * One page, newest first (https://docs.stripe.com/api/pagination). `items` come oldest first, as they are stored;
 * the cursor must be among them.
 */
export function page<T extends { id: string }>(
  url: string,
  noun: string,
  items: T[],
  query: Page,
): Stripe.ApiList<T> {
  const limit = query.limit ?? defaultLimit;
  if (limit < 1 || limit > maxLimit) {
    throw invalidRequest(
      limit < 1
        ? 'This value must be greater than or equal to 1.'
        : `This value must be less than or equal to ${maxLimit} (it currently is '${limit}').`,
      { code: 'parameter_invalid_integer', param: 'limit' },
    );
  }
  if (query.starting_after !== undefined && query.ending_before !== undefined) {
    throw invalidRequest('You cannot parameterize both starting_after and ending_before.', {
      param: 'starting_after',
    });
  }
  const newestFirst = items.toReversed();
  const position = (id: string, param: string) => {
    const index = newestFirst.findIndex((item) => item.id === id);
    if (index < 0) throw resourceMissing(400, noun, id, param);
    return index;
  };
  if (query.ending_before !== undefined) {
    const end = position(query.ending_before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', data: newestFirst.slice(start, end), has_more: start > 0, url };
  }
  const start = query.starting_after === undefined ? 0 : position(query.starting_after, 'starting_after') + 1;
  const end = start + limit;
  return { object: 'list', data: newestFirst.slice(start, end), has_more: end < newestFirst.length, url };
}
