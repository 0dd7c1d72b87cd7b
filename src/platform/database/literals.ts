/** Words of ours as a list of SQL literals, as for `status in (…)`. Not for what comes from outside: it escapes nothing. */
export const literals = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');
