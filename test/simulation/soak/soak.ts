import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../../src/platform/log.js';
import { startSandbox } from '../../../src/sandbox/index.js';
import { dashboard } from '../../support/stripe-sdk.js';
import { Random } from '../random.js';
import { Callers } from './callers.js';
import { compareBooks } from './compare.js';
import { breakDeliveries, breakStripe, faultNames, strike } from './faults.js';
import { finish } from './finish.js';
import { FrontDoor } from './front-door.js';
import { actAtStripe } from './outside.js';
import { Postgres } from './postgres.js';
import { Servers } from './servers.js';
import { live, openAccount } from './stories.js';
import { Tally } from './tally.js';
import { World } from './world.js';

export interface SoakOptions {
  readonly seed: number;
  readonly milliseconds: number;
  readonly processes: number;
  /** Is told every minute how far it is. */
  readonly progress: (line: string) => void;
}

const clients = 8;
const firstAccounts = 12;
const outcomeDelayMs = 1_500;
const progressMs = 60_000;
const longestOvertimeMs = 120_000;
const pollMs = 200;
/** Stripe's clock is behind ours, so that the reconciler, which leaves alone what is young, finds what has just happened. */
const stripeLagMs = 4 * 60_000;
const webhookSecret = 'whsec_soak';

/**
 * Runs all of the service, breaks it for as long as it is told, lets it come to rest, and compares it with Stripe and
 * with what its clients were answered.
 * @throws Error at the first difference
 */
export async function soak(options: SoakOptions): Promise<Tally> {
  const { seed, milliseconds, processes, progress } = options;
  const random = new Random(seed);
  const another = () => new Random(random.integer(0, 2 ** 32 - 1));
  const tally = new Tally();
  await using parts = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'unillm-soak-'));
  parts.defer(() => rm(directory, { recursive: true, force: true }));

  const postgres = await Postgres.start(directory);
  parts.defer(() => postgres.close());
  let servers: Servers | null = null;
  const urls = () => servers?.urls ?? [];
  const door = await FrontDoor.open(urls, another());
  parts.defer(() => door.close());
  const sandbox = await startSandbox({
    clock: { now: () => new Date(Date.now() - stripeLagMs) },
    log: createLog('silent'),
    port: 0,
    seed,
    outcomeDelayMs,
    webhook: { url: `${door.url}/billing/webhook`, secret: webhookSecret },
  });
  parts.defer(() => sandbox.close());
  const env = {
    DATABASE_URL: postgres.url,
    DATA_DIR: join(directory, 'data'),
    LOG_LEVEL: 'warn',
    STRIPE_SECRET_KEY: sandbox.secretKey,
    STRIPE_PUBLISHABLE_KEY: sandbox.publishableKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_API_BASE: sandbox.url,
    SHUTDOWN_GRACE_SECONDS: '5',
    RATE_LIMIT_ANONYMOUS: '0',
    RATE_LIMIT_CUSTOMER: '0',
    RATE_LIMIT_ADMIN: '0',
    RATE_LIMIT_WEBHOOK: '0',
  };
  servers = await Servers.start(processes, env, directory, tally);
  const running = servers;
  parts.defer(() => running.close());
  await servers.ready();

  const callers = new Callers(urls, another(), tally);
  const stripe = dashboard(sandbox);
  const world = new World(seed, callers, servers, postgres, sandbox, stripe, tally, env);
  for (let i = 0; i < firstAccounts; i++) await openAccount(world);

  const deliveries = breakDeliveries(world);
  const startedMs = performance.now();
  const reporter = setInterval(() => {
    const minutes = Math.round((performance.now() - startedMs) / progressMs);
    progress(`${minutes} min: ${summary(tally)}`);
  }, progressMs);
  try {
    await together(world, [
      ...Array.from({ length: clients }, () => live(world, another())),
      actAtStripe(world, another()),
      breakStripe(world, another()),
      strike(world, another(), milliseconds),
      endInTime(world, milliseconds),
    ]);
    for (const [name, hits] of Object.entries(deliveries())) tally.add(`delivery: ${name}`, hits);
    progress(`Coming to rest: ${summary(tally)}`);
    const pool = postgres.pool();
    try {
      await finish(world, another(), pool);
      await compareBooks(world, pool);
      countDone(world);
    } finally {
      await pool.end();
    }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`Seed ${seed}: ${said}\nThe latest errors that servers logged:\n${servers.errors()}`, {
      cause: error,
    });
  } finally {
    clearInterval(reporter);
  }
  return tally;
}

/** A run that is short, or on a busy machine, goes on until every kind of fault was met; but not for ever. */
async function endInTime(world: World, milliseconds: number): Promise<void> {
  await world.pause(milliseconds);
  const end = performance.now() + longestOvertimeMs;
  const isMet = (name: string) => world.tally.of(name) > 0;
  while (!world.isOver && !faultNames.every(isMet) && performance.now() < end) await world.pause(pollMs);
  world.over.abort();
}

/** All until it is over; where one fails, the others stop too. */
async function together(world: World, lives: readonly Promise<void>[]): Promise<void> {
  const stopping = lives.map((life) =>
    life.catch((error: unknown) => {
      world.over.abort();
      throw error;
    }),
  );
  const ends = await Promise.allSettled(stopping);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

function countDone({ accounts, sandbox, tally }: World): void {
  const done = (all: readonly { readonly intention: { readonly data: unknown } }[]) =>
    all.filter(({ intention }) => intention.data !== null).length;
  tally.add('accounts', accounts.length);
  for (const { debits, grants, holds } of accounts) {
    tally.add('debits', done(debits));
    tally.add('grants', done(grants));
    tally.add('holds', done(holds));
  }
  const events = sandbox.events();
  tally.add('disputes', events.filter(({ type }) => type === 'charge.dispute.created').length);
  tally.add('events', events.length);
  tally.add('deliveries', sandbox.deliveries().filter(({ state }) => state === 'delivered').length);
}

const summary = (tally: Tally): string =>
  ['requests', 'repeated', 'purchases', 'refunds']
    .map((what) => `${tally.of(what)} ${what}`)
    .concat(`${Object.values(tally.under('strike: ')).reduce((sum, times) => sum + times, 0)} strikes`)
    .join(', ');
