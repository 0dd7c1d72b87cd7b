import type { ApiFault } from '../../../src/sandbox/index.js';
import { builtCli } from '../../cli/built-cli.js';
import { reconcileMutation } from '../../support/reconciliation.js';
import type { Random } from '../random.js';
import { keys } from './callers.js';
import { Deck } from './deck.js';
import type { World } from './world.js';

/** All the time. */
const deliveryFaults = [
  { fault: 'drop', probability: 0.06 },
  { fault: 'duplicate', probability: 0.1 },
  { fault: 'reorder', probability: 0.08 },
  { fault: 'delay', probability: 0.06, delayMs: 700 },
] as const;

const apiFaults = [
  { fault: 'rate_limit' },
  { fault: 'conflict' },
  { fault: 'latency', delayMs: 300 },
  ...(['server_error', 'garbage', 'foreign_json', 'timeout', 'disconnect'] as const).flatMap((fault) =>
    (['before', 'after'] as const).map((when) => ({ fault, when })),
  ),
] satisfies ApiFault[];

const nameOf = ({ fault, when }: Pick<ApiFault, 'fault' | 'when'>): string =>
  when === 'after' ? `${fault} after the work` : fault;

/** Everything that the service asks of Stripe. */
const requests = [
  { method: 'POST', path: '/v1/customers' },
  { method: 'POST', path: '/v1/payment_intents' },
  { method: 'GET', path: '/v1/payment_intents/*' },
  { method: 'GET', path: '/v1/payment_intents' },
  { method: 'POST', path: '/v1/refunds' },
  { method: 'GET', path: '/v1/refunds' },
  { method: 'GET', path: '/v1/disputes' },
  { method: 'GET', path: '/v1/radar/early_fraud_warnings' },
  { method: 'GET', path: '/v1/events' },
  { method: 'GET', path: '/v1/balance_transactions' },
] as const;
/** What is asked often enough for a fault that is set for a moment to be met. */
const frequentRequests = requests.slice(1, 3);

const hangMs = 1_200;
const apiFaultPauseMs = { least: 150, most: 700 } as const;
/** How long a fault waits to be met. */
const apiFaultLifeMs = 3_000;
/** Of what befalls processes: so many in a short run, and at least so often in a long one. */
const strikesPerRun = 30;
/** Asking again where nobody answered. */
const againPauseMs = 200;
const longestStrikePauseMs = 5_000;

export function breakDeliveries({ sandbox }: World): () => Record<string, number> {
  const handles = deliveryFaults.map((fault) => [fault.fault, sandbox.faults.delivery(fault)] as const);
  return () => Object.fromEntries(handles.map(([name, handle]) => [name, handle.hits()]));
}

/** Calls to Stripe go wrong in one way or the other, once or a few times, until it is time to stop. */
export async function breakStripe(world: World, random: Random): Promise<void> {
  const deck = new Deck(random, apiFaults);
  const set: { readonly untilMs: number; end(): void }[] = [];
  while (!world.isOver) {
    const fault: ApiFault = { delayMs: hangMs, ...deck.deal() };
    const target = random.pick(random.chance(0.6) ? frequentRequests : requests);
    const handle = world.sandbox.faults.api({
      ...fault,
      ...target,
      count: random.chance(0.7) ? 1 : random.integer(2, 4),
    });
    set.push({
      untilMs: performance.now() + apiFaultLifeMs,
      end: () => {
        handle.remove();
        world.tally.add(`fault: ${nameOf(fault)}`, handle.hits());
      },
    });
    while (set[0] && set[0].untilMs < performance.now()) set.shift()?.end();
    await world.pause(random.integer(apiFaultPauseMs.least, apiFaultPauseMs.most));
  }
  for (const { end } of set) end();
}

const strikes = {
  SIGKILL: (world: World, random: Random) =>
    world.servers.end(random.integer(0, world.servers.count - 1), 'SIGKILL'),
  SIGTERM: (world: World, random: Random) =>
    world.servers.end(random.integer(0, world.servers.count - 1), 'SIGTERM'),
  'database restarted fast': async ({ postgres }: World) => {
    await postgres.restart('fast');
    return true;
  },
  'database restarted immediately': async ({ postgres }: World) => {
    await postgres.restart('immediate');
    return true;
  },
  'reconciled by mutation': async (world: World) => {
    while ((await world.callers.ask(keys.admin, reconcileMutation, {})).state !== 'done') {
      if (world.isOver) return false;
      await world.pause(againPauseMs);
    }
    return true;
  },
  'reconciled by command': async (world: World) => (await runCli(world, 'reconcile', '--json')).ran,
} as const;

/** Processes die and come back, until it is time to stop. */
export async function strike(world: World, random: Random, totalMs: number): Promise<void> {
  const deck = new Deck(random, Object.keys(strikes) as (keyof typeof strikes)[]);
  while (!world.isOver) {
    const kind = deck.deal();
    if (await strikes[kind](world, random)) world.tally.add(`strike: ${kind}`);
    const pauseMs = Math.min(totalMs / strikesPerRun, longestStrikePauseMs);
    await world.pause(pauseMs * (0.5 + random.next()));
  }
}

/** All kinds of what goes wrong, as the tally names them, but for deliveries. */
export const faultNames: readonly string[] = [
  ...apiFaults.map((fault: ApiFault) => `fault: ${nameOf(fault)}`),
  ...Object.keys(strikes).map((name) => `strike: ${name}`),
];

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether it got so far as to write what it found. */
  readonly ran: boolean;
}

/** A command of the operator's, in a process of its own. */
export async function runCli(world: World, ...words: string[]): Promise<CliResult> {
  const cli = await builtCli();
  try {
    const finished = await cli.run(world.serverEnv, ...words);
    return { ...finished, ran: finished.stdout.trim() !== '' };
  } finally {
    await cli.remove();
  }
}
