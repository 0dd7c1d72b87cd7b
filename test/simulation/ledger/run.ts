import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { FakeClock } from '../../support/clock.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { Disagreement } from '../disagreement.js';
import { Random } from '../random.js';
import { chooseRequest, minuteMs, secondMs } from './choose.js';
import { compareAccounts, expectNothingDue } from './compare.js';
import { Executor } from './executor.js';
import { judge } from './judge.js';
import { AccountModel } from './model.js';
import { isSpending, textOf } from './operations.js';
import { applicationName, ChildProcesses, InThisProcess, type Processes } from './processes.js';
import { replayJournal } from './replay.js';
import { type Attempt, SimulatedAccount, World } from './world.js';

/** Some minutes before a month ends, so that the journal begins new ones. */
const startOfTime = Date.parse('2031-03-31T23:50:00.000Z');
const requestsPerRound = { alone: 25, together: 60 } as const;
const maxBurst = 6;
const maxSkewMs = 3_000;
const maxFaultDelayMs = 40;
const answerTimeoutMs = 30_000;
const maxSends = 8;

export interface RunOptions {
  readonly seed: number;
  /** How many to ask for, about. */
  readonly operations: number;
  /** 0: in this process, one after the other, so that a seed does the same every time. */
  readonly processes: number;
}

export interface RunResult {
  readonly operations: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** Runs the ledger and the model beside each other. Rejects at the first difference, which it tells with the seed. */
export async function simulate(options: RunOptions): Promise<RunResult> {
  const cleanup = new AsyncDisposableStack();
  let attempts: Attempt[] = [];
  let round = 0;
  try {
    const world = await startWorld(options, cleanup);
    let operations = 0;
    const perRound = options.processes > 0 ? requestsPerRound.together : requestsPerRound.alone;
    while (operations < options.operations) {
      round += 1;
      world.round = round;
      moveClocks(world);
      attempts = chooseAttempts(world, perRound);
      operations += attempts.length;
      await play(world, attempts);
      await check(world, attempts);
    }
    await finish(world);
    return { operations, counts: world.counts };
  } catch (error) {
    const { seed, processes } = options;
    const message =
      error instanceof Error ? (error instanceof Disagreement ? error.message : error.stack) : String(error);
    const again = `npm run simulate -- ledger --seed ${seed} --operations ${options.operations}${processes > 0 ? ` --processes ${processes}` : ''}`;
    const texts = attempts.map(({ request }) => `  ${request.name}: ${textOf(request.operation)}`).join('\n');
    throw new Error(`Seed ${seed}, round ${round}: ${message}\nThe round:\n${texts}\nAgain: ${again}`, {
      cause: error,
    });
  } finally {
    await cleanup.disposeAsync();
  }
}

async function startWorld(
  { seed, processes: count }: RunOptions,
  cleanup: AsyncDisposableStack,
): Promise<World> {
  const random = new Random(seed);
  const database: TestDatabase = await createTestDatabase();
  cleanup.defer(() => database.expectNoConnections().finally(() => database.drop()));
  const pool = new Pool({ connectionString: database.url, max: 2 });
  cleanup.defer(() => pool.end());
  const clock = new FakeClock(new Date(startOfTime));
  const observer = await Executor.start(database.url, clock);
  cleanup.defer(() => observer.close());
  const accounts: SimulatedAccount[] = [];
  for (let number = 1, most = random.integer(8, 20); number <= most; number++) {
    const id = `account-${number}`;
    await observer.openAccount(id);
    accounts.push(new SimulatedAccount(id, new AccountModel(startOfTime), number === 1));
  }
  const processes: Processes =
    count > 0 ? await ChildProcesses.start(database.url, count) : await InThisProcess.start(database.url);
  cleanup.defer(() => processes.close());
  return new World(random, database, pool, processes, observer, accounts, clock, startOfTime);
}

/** Time goes on, now and then back; the clocks of processes are not quite right, and go on while they work. */
function moveClocks(world: World): void {
  const { random } = world;
  const step = random.weighted({
    still: 25,
    second: 20,
    seconds: 15,
    minute: 15,
    minutes: 10,
    hour: 6,
    day: 2,
    back: 7,
  });
  const steps = {
    still: 0,
    second: secondMs,
    seconds: 10 * secondMs,
    minute: minuteMs,
    minutes: 10 * minuteMs,
    hour: 60 * minuteMs,
    day: 1_440 * minuteMs,
    back: -random.integer(1, 20) * secondMs,
  };
  world.now += steps[step];
  world.count(step === 'back' ? 'clocksPutBack' : 'clockMoves');
  world.clock.set(new Date(world.now));
  world.clocks = Array.from({ length: world.processes.count }, () => ({
    now: world.now + (random.chance(0.5) ? 0 : random.integer(-maxSkewMs, maxSkewMs)),
    tickMs: random.chance(0.6) ? 0 : random.pick([1, 20, 400, 3_000]),
  }));
  world.processes.setClocks(world.clocks);
}

function chooseAttempts(world: World, wanted: number): Attempt[] {
  const attempts: Attempt[] = [];
  while (attempts.length < wanted) {
    const request = chooseRequest(world);
    const times =
      request && world.random.chance(0.06) && request.operation.kind !== 'failure' && request.slot ? 2 : 1;
    for (let time = 0; request && time < times; time++) {
      attempts.push({
        request,
        process: world.random.integer(0, world.processes.count - 1),
        outcome: null,
        sent: 0,
      });
    }
  }
  return attempts;
}

async function play(world: World, attempts: readonly Attempt[]): Promise<void> {
  const { processes, random } = world;
  if (processes.count === 1) {
    for (const burst of bursts(world, attempts))
      await Promise.all(burst.map((attempt) => send(world, attempt)));
  } else {
    const faults = new AbortController();
    const struck = strike(world, faults.signal);
    await Promise.all(attempts.map((attempt) => send(world, attempt)));
    faults.abort();
    await struck;
  }
  // A gateway asks again, with the same key, until it knows.
  for (;;) {
    await processes.restart();
    const unanswered = attempts.filter(
      ({ outcome, request }) => outcome?.state === 'unanswered' && isSafeToRepeat(request),
    );
    if (unanswered.length === 0) break;
    world.count('askedAgain', unanswered.length);
    for (const attempt of unanswered) {
      attempt.process = random.integer(0, processes.count - 1);
      if (attempt.sent >= maxSends)
        throw new Disagreement(`${attempt.request.name} is not answered: ${JSON.stringify(attempt.outcome)}`);
    }
    await Promise.all(unanswered.map((attempt) => send(world, attempt)));
  }
  await comeToRest(world);
}

/** In one process, works that are asked for in one go share a transaction, in their order; all else is done alone. */
function bursts({ random }: World, attempts: readonly Attempt[]): Attempt[][] {
  const all: Attempt[][] = [];
  let room = 0;
  for (const attempt of attempts) {
    const joins = room > 0 && isSpending(attempt.request.operation);
    if (joins) all.at(-1)?.push(attempt);
    else {
      all.push([attempt]);
      room = isSpending(attempt.request.operation) ? random.integer(0, maxBurst) : 0;
    }
    if (joins) room -= 1;
  }
  return all;
}

async function send(world: World, attempt: Attempt): Promise<void> {
  const { request, process } = attempt;
  attempt.sent += 1;
  const late = new AbortController();
  attempt.outcome = await Promise.race([
    world.processes.send(process, request.operation),
    sleep(answerTimeoutMs, null, { signal: late.signal, ref: false }).then(() => {
      throw new Disagreement(`${request.name} is not answered at all.`);
    }),
  ]).finally(() => late.abort());
  if (attempt.outcome.state === 'unanswered' && !world.isStruck)
    throw new Disagreement(
      `${request.name} failed: ${attempt.outcome.error}\n  ${textOf(request.operation)}`,
    );
}

const isSafeToRepeat = ({ operation, slot }: Attempt['request']): boolean =>
  slot !== null || !(operation.kind === 'extend' || operation.kind === 'failure');

/** Kills processes and cuts connections, at moments that the seed decides. */
async function strike(world: World, over: AbortSignal): Promise<void> {
  const { random, processes } = world;
  const kills = random.chance(0.25) ? random.integer(1, processes.count) : 0;
  const cuts = random.chance(0.3) ? random.integer(1, 4) : 0;
  world.isStruck = kills + cuts > 0;
  const strokes = [
    ...Array.from({ length: kills }, (_, i) => ({
      delayMs: random.integer(0, maxFaultDelayMs),
      do: async () => processes.kill(i),
      what: 'kills',
    })),
    ...Array.from({ length: cuts }, () => {
      const which = random.integer(0, 99);
      return {
        delayMs: random.integer(0, maxFaultDelayMs),
        do: () => cutConnection(world, which),
        what: 'cuts',
      };
    }),
  ];
  await Promise.all(
    strokes.map(async (stroke) => {
      const isDue = await sleep(stroke.delayMs, true, { signal: over }).catch(() => false);
      if (!isDue) return;
      await stroke.do();
      world.count(stroke.what);
    }),
  );
}

/** Of connections that are at work, if there are any. */
const cutConnection = (world: World, which: number) =>
  world.query(
    `with open as (
       select pid, row_number() over (order by state = 'idle', backend_start) - 1 as place,
         greatest(count(*) filter (where state <> 'idle') over (), 1) as busy
       from pg_stat_activity where datname = current_database() and application_name = $1
     )
     select pg_terminate_backend(pid) from open where place = $2 % busy`,
    [applicationName, which],
  );

/** What a process that is gone had asked of the database may still be done there. */
async function comeToRest(world: World): Promise<void> {
  for (let quiet = 0; quiet < (world.isStruck ? 2 : 1); await sleep(world.isStruck ? 2 : 0)) {
    const [row] = await world.query<{ busy: string }>(
      `select count(*) as busy from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' and state <> 'idle'`,
    );
    quiet = row?.busy === '0' ? quiet + 1 : 0;
  }
}

async function check(world: World, attempts: readonly Attempt[]): Promise<void> {
  await replayJournal(world, attempts);
  for (const attempt of attempts) judge(world, attempt);
  const logged = world.processes.takeLogged();
  if (!world.isStruck && logged.length > 0) throw new Disagreement(`Errors were logged: ${logged.join('')}`);
  await compareAccounts(
    world,
    world.accounts.filter(({ moments }) => moments.length > 1),
  );
  await expectSoundBooks(world.database);
}

/** All that is due is booked, and everything is compared once more. */
async function finish(world: World): Promise<void> {
  const outcome = await world.observer.execute({ kind: 'bookDue' });
  if (outcome.state !== 'done') throw new Disagreement(`The job failed: ${JSON.stringify(outcome)}`);
  await replayJournal(world, []);
  expectNothingDue(world);
  await compareAccounts(world, world.accounts);
  await expectSoundBooks(world.database);
}
