/** A model refuses what the service did, or the other way round. */
export class Disagreement extends Error {}

/** @throws Disagreement */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? item.toString() : item));
  if (text(actual) !== text(expected)) {
    throw new Disagreement(`${what}: is ${text(actual)}, should be ${text(expected)}`);
  }
}
