import type { Tally } from './tally.js';

/** What happened, for people. */
export function reportOf(seed: number, milliseconds: number, tally: Tally): string {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([what, times]) => `${what} ${times}`)
      .join(', ');
  const counts = (...names: string[]) =>
    list(Object.fromEntries(names.map((name) => [name, tally.of(name)])));
  return [
    `seed ${seed}, ${(milliseconds / 60_000).toFixed(1)} minutes`,
    counts(
      'requests',
      'unanswered',
      'repeated',
      'accounts',
      'purchases',
      'refunds',
      'disputes',
      'debits',
      'grants',
      'holds',
    ),
    `at Stripe: ${list(tally.under('outside: '))}`,
    `${tally.of('events')} events: delivered ${tally.of('deliveries')}, ${list(tally.under('delivery: '))}, left to it in the end ${tally.of('events left to the reconciler')}`,
    `faults of Stripe's API: ${list(tally.under('fault: '))}`,
    `strikes survived: ${list(tally.under('strike: '))}; servers: ${list(tally.under('server '))}`,
    `brought or healed by the reconciler: ${tally.of('healed by the reconciler')}`,
    'differences: 0',
  ].join('\n');
}
