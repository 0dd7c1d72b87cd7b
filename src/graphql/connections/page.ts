import { badInput } from '../../platform/errors.js';
import { PageInfo } from './page-info.type.js';

/** The most items that one page of any list holds. */
export const maxPageSize = 100;
export const defaultPageSize = 20;

/** @throws DomainError BAD_USER_INPUT unless `first` is 1 to `max`. */
export function checkedPageSize(first: number, max = maxPageSize): number {
  if (!Number.isInteger(first) || first < 1 || first > max) {
    throw badInput(`first must be between 1 and ${max}.`);
  }
  return first;
}

export interface Page<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfo;
}

/** What a page is made from: up to `first + 1` nodes, where the one beyond `first` only tells that more follow. */
export interface PageSource<Node> {
  readonly found: readonly Node[];
  readonly first: number;
  readonly after: string | null | undefined;
  /** Where the search was given up before the page was full, and where the next page goes on; null: it was not. */
  readonly givenUpAt?: string | null;
  cursorOf(node: Node): string;
}

export function pageOf<Node>({ found, first, after, givenUpAt, cursorOf }: PageSource<Node>): Page<Node> {
  const nodes = found.slice(0, first);
  const isFull = found.length > first;
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    nodes,
    pageInfo: new PageInfo({
      hasNextPage: isFull || givenUpAt != null,
      hasPreviousPage: after != null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: (isFull ? null : givenUpAt) ?? edges.at(-1)?.cursor ?? null,
    }),
  };
}
