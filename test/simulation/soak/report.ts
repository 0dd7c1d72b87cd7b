import type { Tally } from './tally.js';

const msPerMinute = 60_000;
const whatClientsDo = [
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
];

/** What happened, for people. */
export function reportOf(seed: number, milliseconds: number, tally: Tally): string {
  const done = Object.fromEntries(whatClientsDo.map((name) => [name, tally.of(name)]));
  return [
    `seed ${seed}, ${(milliseconds / msPerMinute).toFixed(1)} minutes`,
    list(done),
    `at Stripe: ${list(tally.under('outside: '))}`,
    `${tally.of('events')} events: delivered ${tally.of('deliveries')}, ${list(tally.under('delivery: '))}, left to the reconciler in the end ${tally.of('events left to the reconciler')}`,
    `faults of Stripe's API: ${list(tally.under('fault: '))}`,
    `strikes survived: ${list(tally.under('strike: '))}; servers: ${list(tally.under('server '))}`,
    `brought or healed by the reconciler: ${tally.of('healed by the reconciler')}`,
    'differences: 0',
  ].join('\n');
}

const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([what, times]) => `${what} ${times}`)
    .join(', ');
