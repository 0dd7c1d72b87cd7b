import { expectSoundBooks } from '../../support/invariants.js';
import { Disagreement } from '../disagreement.js';
import { chooseCommands, chooseQuotedRefund } from './choose.js';
import { buy, type Command } from './commands.js';
import { compareBalances, compareMoney, compareTraffic, compareWithStripe } from './compare.js';
import { replayJournal } from './replay.js';
import { type Round, World } from './world.js';

const hourMs = 3_600_000;
const maxCommandsPerRound = 14;
/** Multiples of each other and of the lifetimes of grants, so that the clock meets the very instants of expiry. */
const clockHours = [6, 12, 24];
/** Of rounds in which nothing may fail at Stripe, and of those after which dropped events stay away for now. */
const calmShare = 0.75;
const quietShare = 0.5;
/** A job that still fails so often when nothing is wrong any more will go on failing. */
const maxJobAttempts = 10;
const settleTimeoutMs = 20_000;

export interface RunResult {
  readonly seed: number;
  readonly rounds: number;
  readonly operations: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** Runs the service and the model beside each other. Rejects at the first difference, which it tells with the seed. */
export async function simulate(seed: number, rounds: number): Promise<RunResult> {
  const world = await World.start(seed);
  const struck = breakDeliveries(world);
  let number = 0;
  let commands: Command[] = [];
  let operations = 0;
  try {
    for (number = 1; number <= rounds; number++) {
      commands = chooseRound(world);
      operations += commands.length;
      const quiet = world.random.chance(quietShare);
      await playRound(world, number, commands, quiet);
      if (!quiet) continue;
      commands = chooseQuotedRefund(world);
      operations += commands.length;
      await playCalmly(world, number, commands);
    }
    commands = await finish(world, number);
    for (const [kind, hits] of Object.entries(struck)) world.count(kind, hits());
    world.count('eventsDelivered', world.service.sandbox.events().length);
    const disputes = [...world.truth.disputes.values()];
    world.count('disputesAtStripe', disputes.length);
    world.count('disputesThatMovedMoney', disputes.filter(({ moves }) => moves > 0).length);
    world.count('refundsAtStripe', world.truth.refunds.size);
    return { seed, rounds, operations, counts: world.counts };
  } catch (error) {
    const replay = `npm run simulate -- payments --seed ${seed}`;
    const texts = commands.map(({ text }) => `  ${text}`).join('\n');
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`Seed ${seed}, round ${number}: ${message}\nThe round:\n${texts}\nAgain: ${replay}`, {
      cause: error,
    });
  } finally {
    await world.close();
  }
}

/** Delivery goes wrong all the time. Returns how often. */
function breakDeliveries({ service: { sandbox } }: World): Record<string, () => number> {
  const { faults } = sandbox;
  return {
    eventsDropped: faults.delivery({ fault: 'drop', probability: 0.05 }).hits,
    eventsDuplicated: faults.delivery({ fault: 'duplicate', probability: 0.1 }).hits,
    eventsReordered: faults.delivery({ fault: 'reorder', probability: 0.02 }).hits,
    eventsDelayed: faults.delivery({ fault: 'delay', delayMs: 15, probability: 0.05 }).hits,
  };
}

function chooseRound(world: World): Command[] {
  if (world.random.chance(0.3)) {
    world.service.clock.advance(world.random.pick(clockHours) * hourMs);
    world.count('clockMoves');
  }
  const commands: Command[] = [];
  const wanted = world.random.chance(0.2) ? 1 : world.random.integer(2, maxCommandsPerRound);
  while (commands.length < wanted) commands.push(...chooseCommands(world));
  return commands;
}

async function playRound(
  world: World,
  number: number,
  commands: readonly Command[],
  quiet: boolean,
): Promise<void> {
  const { random, truth } = world;
  const paid = [...truth.intents.values()].filter(({ status }) => status === 'succeeded');
  const faults = !random.chance(calmShare);
  const fault = faults ? breakStripe(world) : null;
  const round: Round = { number, now: world.now, faults, paidBefore: new Set(paid.map(({ id }) => id)) };
  await Promise.all(commands.map((command) => command.act()));
  if (fault) {
    world.count('stripeFaults', fault.hits());
    fault.remove();
  }
  if (random.chance(0.2)) await wakeRefundJobs(world);
  if (quiet) resendDropped(world);
  await comeToRest(world);
  truth.update();
  await replayJournal(world);
  for (const command of commands) command.judge?.(round);
  const moved = world.accounts.filter(({ moments }) => moments.length > 1);
  await compareBalances(world, quiet ? world.accounts : moved);
  if (quiet) await compareWithStripe(world);
}

/** One kind of request of the service to Stripe fails in one way, once or a few times. */
function breakStripe({ random, service: { sandbox } }: World) {
  const [method, path] = random.pick([
    ['POST', '/v1/customers'],
    ['POST', '/v1/payment_intents'],
    ['GET', '/v1/payment_intents/*'],
    ['POST', '/v1/refunds'],
    ['GET', '/v1/refunds'],
    ['GET', '/v1/disputes'],
  ] as const);
  // Slow answers let requests overlap that are too quick otherwise.
  const [fault, when] = random.chance(0.4)
    ? (['latency', 'before'] as const)
    : random.pick([
        ['rate_limit', 'before'],
        ['conflict', 'before'],
        ['server_error', 'before'],
        ['server_error', 'after'],
        ['garbage', 'before'],
        ['garbage', 'after'],
        ['foreign_json', 'before'],
        ['foreign_json', 'after'],
        ['timeout', 'before'],
        ['timeout', 'after'],
        ['disconnect', 'before'],
        ['disconnect', 'after'],
      ] as const);
  return sandbox.faults.api({ fault, when, method, path, delayMs: 20, count: random.integer(1, 3) });
}

function resendDropped({ service: { sandbox } }: World): void {
  const arrived = new Set(
    sandbox.deliveries().flatMap(({ state, event }) => (state === 'dropped' ? [] : [event])),
  );
  for (const { state, event } of sandbox.deliveries()) {
    if (state === 'dropped' && !arrived.has(event)) sandbox.resendEvent(event);
  }
}

const wakeRefundJobs = (world: World) =>
  world.query(
    `select graphile_worker.reschedule_jobs(
       array(select id from graphile_worker.jobs where task_identifier = 'submit_refund'), run_at => now())`,
  );

/** Waits until all is delivered and worked off. What failed is tried again at once, as if its time had come. */
async function comeToRest(world: World): Promise<void> {
  for (const end = performance.now() + settleTimeoutMs; ; await new Promise((wake) => setTimeout(wake, 5))) {
    await world.service.sandbox.flush();
    const due = await world.query<{
      id: string;
      task: string;
      attempts: number;
      idle: boolean;
      last_error: string;
    }>(
      `select id, task_identifier as task, attempts, locked_at is null as idle, last_error from graphile_worker.jobs
       where locked_at is not null or attempts > 0 or run_at <= now()`,
    );
    if (due.length === 0) return;
    const hopeless = due.find(({ attempts }) => attempts > maxJobAttempts);
    if (hopeless) throw new Disagreement(`The job ${hopeless.task} fails on and on: ${hopeless.last_error}`);
    const failed = due.filter(({ attempts, idle }) => attempts > 0 && idle);
    if (failed.length > 0) {
      await world.query(
        `select graphile_worker.reschedule_jobs($1::bigint[], run_at => now()),
           pg_notify('jobs:insert', '{"r":1,"count":1}')`,
        [failed.map(({ id }) => id)],
      );
    }
    if (performance.now() > end) throw new Disagreement(`Jobs still wait: ${JSON.stringify(due)}`);
  }
}

/** Nothing is wrong any more: everything that was left half-way comes to its end, and both sides agree. */
async function finish(world: World, number: number): Promise<Command[]> {
  const unanswered = world.accounts.flatMap((account) =>
    account.purchases.filter(({ intent }) => intent === null).map((purchase) => buy(account, purchase)),
  );
  await playCalmly(world, number, unanswered);
  await wakeRefundJobs(world);
  await playCalmly(world, number, []);
  await compareMoney(world);
  await compareTraffic(world);
  await expectSoundBooks(world.service.database);
  return unanswered;
}

async function playCalmly(world: World, number: number, commands: readonly Command[]): Promise<void> {
  await Promise.all(commands.map((command) => command.act()));
  resendDropped(world);
  await comeToRest(world);
  world.truth.update();
  await replayJournal(world);
  const round: Round = { number, now: world.now, faults: false, paidBefore: new Set() };
  for (const command of commands) command.judge?.(round);
  await compareBalances(world, world.accounts);
  await compareWithStripe(world);
}
