import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { bookDueTask } from '../../../src/credits/due.job.js';
import { Disagreement } from '../disagreement.js';
import type { Random } from '../random.js';
import { runCli } from './faults.js';
import { isProcessing } from './outside.js';
import { atStripe, type World } from './world.js';

const answerTimeoutMs = 180_000;
/** Longer than any call to Stripe that began before takes, all its attempts together. */
const keysForgottenAfterMs = 30_000;
const restTimeoutMs = 180_000;
const flushTimeoutMs = 120_000;
const pollMs = 200;
/** A job that still fails so often when nothing is wrong any more will go on failing. */
const maxJobAttempts = 20;
const maxReconciliations = 6;
/** Of the events that were dropped, so many are sent again, as from Stripe's dashboard; the others are found. */
const resentShare = 0.5;

/** Nothing goes wrong any more: everything that was left half-way comes to its end. */
export async function finish(world: World, random: Random, pool: Pool): Promise<void> {
  const { sandbox, servers } = world;
  sandbox.faults.clear();
  await servers.ready();
  await endBankDebits(world);
  await answerAll(world);
  resendSome(world, random);
  await sandbox.flush(flushTimeoutMs);
  await comeToRest(pool);
  await reconcile(world, pool);
  await bookExpiries(world, pool);
}

async function endBankDebits({ stripe, sandbox }: World): Promise<void> {
  for await (const intent of stripe.paymentIntents.list({ limit: 100 }))
    if (isProcessing(intent)) await atStripe(() => sandbox.settlePayment(intent.id));
}

/** Whatever was not answered is asked again; what was under way before has come to its end by then. */
async function answerAll(world: World): Promise<void> {
  for (const intention of world.open) intention.beginAnew();
  const startedMs = performance.now();
  const end = startedMs + answerTimeoutMs;
  for (let areForgotten = false; world.open.size > 0; await sleep(pollMs)) {
    // A failure that Stripe saved under a key is repeated for a day: such a request is answered after that.
    if (!areForgotten && performance.now() - startedMs > keysForgottenAfterMs) {
      world.sandbox.forgetIdempotencyKeys();
      areForgotten = true;
    }
    for (const intention of world.open) {
      world.tally.add('repeated');
      await intention.ask();
      if (intention.isCertain) world.open.delete(intention);
      else intention.beginAnew();
    }
    if (performance.now() > end) {
      const names = [...world.open].slice(0, 5).map(({ name }) => name);
      throw new Disagreement(`${world.open.size} requests are not answered, among them ${names.join(', ')}.`);
    }
  }
}

function resendSome({ sandbox, tally }: World, random: Random): void {
  const deliveries = sandbox.deliveries();
  const sent = new Set(deliveries.flatMap(({ state, event }) => (state === 'dropped' ? [] : [event])));
  const lost = deliveries.filter(({ state, event }) => state === 'dropped' && !sent.has(event));
  for (const { event } of lost) {
    if (random.chance(resentShare)) sandbox.resendEvent(event);
    else tally.add('events left to the reconciler');
  }
}

/** Waits until all jobs are done. What failed is tried again at once, as if its time had come. */
async function comeToRest(pool: Pool): Promise<void> {
  for (const end = performance.now() + restTimeoutMs; ; await sleep(pollMs)) {
    const { rows } = await pool.query<{
      id: string;
      attempts: number;
      task: string;
      last_error: string | null;
    }>(`select id, attempts, task_identifier as task, last_error, locked_by from graphile_worker.jobs`);
    if (rows.length === 0) return;
    const hopeless = rows.find(({ attempts }) => attempts > maxJobAttempts);
    if (hopeless) throw new Disagreement(`A job fails on and on: ${JSON.stringify(hopeless)}`);
    if (performance.now() > end)
      throw new Disagreement(`Jobs still wait: ${JSON.stringify(rows.slice(0, 5))}`);
    await pool.query(
      `select graphile_worker.reschedule_jobs(array(
         select id from graphile_worker.jobs where locked_at is null and run_at > now()), run_at => now())`,
    );
  }
}

/** Until then readings count what has expired, and the journal does not. */
async function bookExpiries({ accounts }: World, pool: Pool): Promise<void> {
  const expiries = accounts.flatMap(({ grants }) => grants.map(({ expiresAt }) => expiresAt?.getTime() ?? 0));
  await sleep(Math.max(0, Math.max(0, ...expiries) - Date.now()));
  await pool.query('select graphile_worker.add_job($1)', [bookDueTask]);
  await comeToRest(pool);
}

interface Report {
  readonly status: string;
  readonly healed: number;
}

/** Until a run finds nothing; the one after it must find nothing either. */
async function reconcile(world: World, pool: Pool): Promise<void> {
  for (let clean = 0, runs = 1; clean < 2; runs++) {
    if (runs > maxReconciliations) throw new Disagreement('The reconciler does not come to an end.');
    const { exitCode, stdout, stderr } = await runCli(world, 'reconcile', '--json');
    if (stdout.trim() === '') throw new Disagreement(`The reconciler failed:\n${stderr}`);
    const { status, healed } = JSON.parse(stdout) as Report;
    const isClean = exitCode === 0 && healed === 0;
    if (clean === 1 && !isClean)
      throw new Disagreement(`A second reconciliation, ${status}, changed something:\n${stdout}`);
    if (isClean) clean += 1;
    await comeToRest(pool);
  }
  const { rows } = await pool.query<{ healed: number }>(
    `select sum(events_stored + payments_healed + refunds_healed + differences_healed)::int as healed
     from reconciliations`,
  );
  world.tally.add('healed by the reconciler', rows[0]?.healed ?? 0);
}
