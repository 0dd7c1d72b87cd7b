import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';
import type { Break } from '../../support/breakable-network.js';
import type { BreakableService } from './breakable-service.js';
import { outcomeOf } from './outcome.js';
import type { Scenario } from './scenarios.js';

/** Runs a scenario on an account of its own; `at` null: without a break. */
export async function run(service: BreakableService, scenario: Scenario, at: Break | null) {
  const customer = await service.newCustomer();
  service.sandbox.clearRequests();
  const look = async () => ({
    ...(await outcomeOf(service, customer.accountId)),
    done: doneAtStripe(service),
  });
  const act = await scenario.start(service, customer);
  const before = await look();
  service.arm(at);
  await act().catch((error: unknown) => {
    if (!at) throw error;
  });
  const { broke, exchanges } = await service.recover();
  if (broke) await scenario.meanwhile?.(service);
  if (broke && scenario.repeated) await act();
  await scenario.after?.(service, customer);
  await service.comeToRest();
  return { broke, exchanges, before, outcome: await look() };
}

export type Run = Awaited<ReturnType<typeof run>>;

/** What Stripe was asked to do and did, and did not only answer as it had before. */
const doneAtStripe = ({ sandbox }: BreakableService): string[] =>
  sandbox
    .requests()
    .filter(({ method, executed }) => method !== 'GET' && executed)
    .map(({ method, path }) => `${method} ${path.replace(/pi_\w+/, '{intent}')}`);

/** What is to be left of a run that broke, where an unbroken one leaves `unbroken`. */
export function expectedOf(scenario: Scenario, { before, outcome }: Run, unbroken: Run): Run['outcome'] {
  const isNothing = scenario.orNothing === true && isDeepStrictEqual(outcome, before);
  return isNothing ? before : unbroken.outcome;
}

/**
 * Breaks an operation at every k-th of its steps, the last one always: there the work is done, and not yet known to
 * be. What is asked while another answer is on its way makes one exchange with it or two, so that the last step of one
 * run may not be there in the next; then it is the one before.
 *
 * @returns how often it broke
 */
export async function atEvery(
  k: number,
  steps: number,
  breakAt: (step: number) => Promise<boolean>,
): Promise<number> {
  let times = 0;
  for (let step = steps; step >= 1; ) {
    const broke = await breakAt(step);
    if (broke) times += 1;
    step -= broke ? k : 1;
  }
  return times;
}

/** An unbroken run, after another: the first one of its kind also connects, and prepares what is prepared once. */
export async function unbrokenRun(service: BreakableService, scenario: Scenario): Promise<Run> {
  const first = await run(service, scenario, null);
  const second = await run(service, scenario, null);
  expect(second.outcome).toEqual(first.outcome);
  expect(second.outcome).not.toEqual(second.before);
  return second;
}
