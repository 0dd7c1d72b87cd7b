import { Disagreement, expectSame } from '../disagreement.js';
import { isRightPast, isSameHold, isSameLots } from './judge.js';
import type { SimulatedAccount, World } from './world.js';

/** While nothing is under way: what the service keeps and tells of accounts is what the model says. */
export async function compareAccounts(world: World, accounts: readonly SimulatedAccount[]): Promise<void> {
  for (const account of accounts) {
    await compareBooks(world, account);
    if (world.random.chance(0.4)) await compareReadings(world, account);
  }
}

async function compareBooks(world: World, account: SimulatedAccount): Promise<void> {
  const { id, model, holdIds } = account;
  const books = await world.observer.look(id, holdIds);
  const due = model.nextDue();
  expectSame(
    `The head of ${id}`,
    [books.seq, books.hash, books.updatedAt.getTime()],
    [account.seq, account.hash, model.updatedAt],
  );
  expectSame(`The position of ${id}`, books.position, model.position);
  if (due !== null && (books.nextChangeAt === null || books.nextChangeAt.getTime() > due.at)) {
    throw new Disagreement(
      `${id} is said to change next at ${books.nextChangeAt?.toISOString()}, and does at ${new Date(due.at).toISOString()} (${due.id}).`,
    );
  }
  const full = [...model.lots.values()].filter(({ free, held, pending }) => free + held + pending > 0n);
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  if (!isSameLots([...books.lots].sort(byId), full.sort(byId)))
    expectSame(`The lots of ${id}`, books.lots, full);
  if (books.holds.length !== holdIds.length)
    throw new Disagreement(`${id} lacks some of its ${holdIds.length} holds.`);
  for (const hold of books.holds) {
    if (!isSameHold(hold, model)) expectSame(`A hold of ${id}`, hold, model.holds.get(hold.id));
  }
}

async function compareReadings(world: World, account: SimulatedAccount): Promise<void> {
  const { id, model } = account;
  const settled = model.settled(world.now);
  const read = async (kind: 'balance' | 'lots', asOf: Date | null) => {
    const outcome = await world.observer.execute({ kind, accountId: id, asOf });
    if (outcome.state === 'done') return outcome.answer;
    throw new Disagreement(
      `The ${kind} of ${id} as of ${asOf?.toISOString()} cannot be read: ${JSON.stringify(outcome)}`,
    );
  };
  // What fell due before the clock was put back was booked by whoever had it then.
  const now = settled.updatedAt > world.now ? model : settled;
  expectSame(`The balance of ${id}`, (await read('balance', null)).position, now.position);
  const lots = (await read('lots', null)).lots ?? [];
  if (!isSameLots(lots, settled.spendable)) expectSame(`The lots of ${id}`, lots, settled.spendable);
  const [entry] = [world.random.pickAny(account.past)];
  if (!entry) return;
  const asOf = entry.at + world.random.pick([-1, 0, 0, 1]);
  if (asOf > world.now || asOf >= model.updatedAt) return;
  world.count('pastReadings');
  for (const kind of ['balance', 'lots'] as const) {
    const answer = await read(kind, new Date(asOf));
    if (!isRightPast(account, asOf, answer)) {
      const past = account.past.findLast(({ at }) => at <= asOf);
      expectSame(`The ${kind} of ${id} as of ${new Date(asOf).toISOString()}`, answer, past);
      throw new Disagreement(`The ${kind} of ${id} as of ${new Date(asOf).toISOString()} is wrong.`);
    }
  }
}

/** Once the job has run, nothing is left that was due. */
export function expectNothingDue(world: World): void {
  for (const { id, model } of world.accounts) {
    const due = model.nextDue();
    if (due !== null && due.at <= world.now)
      throw new Disagreement(
        `${due.id} of ${id} was due at ${new Date(due.at).toISOString()}, and was not booked.`,
      );
  }
}
