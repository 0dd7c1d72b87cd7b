import { Arg, Int } from 'type-graphql';
import { defaultPageSize, maxPageSize } from './page.js';

/** The argument `first` of a list: how many `items` a page of it has at most. To be checked by `checkedPageSize`. */
export const First = (items: string, max = maxPageSize) =>
  Arg('first', () => Int, {
    defaultValue: Math.min(defaultPageSize, max),
    description: `How many ${items} at most, 1 to ${max}.`,
  });

/** The argument `after` of a list: the cursor to go on after. */
export const After = () =>
  Arg('after', () => String, { nullable: true, description: 'Go on after this cursor.' });
