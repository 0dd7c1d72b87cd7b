import type { Arguments, Option } from './command.js';
import { UsageError } from './usage-error.js';

const defaultLimit = 100;
const maxLimit = 1_000;

export const listOptions = {
  limit: {
    type: 'string',
    value: 'N',
    help: `How many at most, 1 to ${maxLimit}; ${defaultLimit} if left out.`,
  },
  after: { type: 'string', value: 'ID', help: 'Go on after this id.' },
} as const satisfies Record<string, Option>;

/** @throws UsageError unless --limit is a number in range. */
export function limitOf(args: Arguments): number {
  const text = args.text('limit');
  if (text === undefined) return defaultLimit;
  const limit = /^\d+$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > maxLimit) throw new UsageError(`--limit is a number from 1 to ${maxLimit}.`);
  return limit;
}

/** The first `limit` of what was found, and how to go on where more was found. */
export function cut<Row extends { readonly id: string }>(
  found: readonly Row[],
  limit: number,
): { readonly rows: readonly Row[]; readonly note: string | undefined } {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const more = found.length > limit && last;
  return { rows, note: more ? `There are more: go on with --after ${last.id}` : undefined };
}
