import type Stripe from 'stripe';
import { UnreadableAnswer } from './stripe-errors.js';
import { assertObject } from './translate.js';

/** Stripe allows 100 per page. */
const itemsPerPage = 100;

interface PageParams {
  readonly limit: number;
  readonly starting_after?: string;
}

/** What to ask for to get the page after a cursor; null: the first one. */
export const pageAfter = (cursor: string | null): PageParams => ({
  limit: itemsPerPage,
  ...(cursor === null ? {} : { starting_after: cursor }),
});

/**
 * The cursor of the page after this one; null where there is none.
 * @param object what the items are
 * @throws UnreadableAnswer where it is no page of such items
 */
export function cursorAfter(
  page: Stripe.ApiList<{ id: string; object: string }>,
  object: string,
): string | null {
  assertObject(page, 'list');
  if (!Array.isArray(page.data) || typeof page.has_more !== 'boolean') throw new UnreadableAnswer('list');
  for (const item of page.data) assertObject(item, object);
  if (!page.has_more) return null;
  const last = page.data.at(-1);
  if (!last) throw new UnreadableAnswer('list');
  return last.id;
}

/**
 * All items of a list, newest first as Stripe gives them; once there are `enough`, no further page is read. The SDK's
 * own paging reads whatever has a length.
 */
export async function readList<Item extends { id: string; object: string }>(
  object: string,
  enough: number,
  read: (page: PageParams) => Promise<Stripe.ApiList<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Stripe.ApiList<Item> = await read(pageAfter(cursor));
    cursor = cursorAfter(page, object);
    items.push(...page.data);
  } while (cursor !== null && items.length < enough);
  return items;
}
