import { Disagreement } from '../disagreement.js';
import { creditsFor } from './choose.js';
import { type AccountModel, type ModelLot, type Position, Refused } from './model.js';
import {
  type Answer,
  type Operation,
  type Outcome,
  type SeenHold,
  type SeenLot,
  textOf,
} from './operations.js';
import type { Attempt, ProcessClock, Request, SimulatedAccount, World } from './world.js';

/** More looks at a process's clock than there are in a round. */
const maxLooks = 500;
/** A clock that stands still goes on as far as it must so as to tell no instant twice; see TickingClock. */
const leastTickMs = 1;
const microDigits = 6;

/** Whether an answer was right at some moment of the round. @throws Disagreement */
export function judge(world: World, { request, process, outcome }: Attempt): void {
  const clock = world.clocks[process];
  if (!outcome || !clock) throw new Error('There is no answer to judge.');
  if (outcome.state === 'unanswered') return;
  const right =
    outcome.state === 'done'
      ? isRightAnswer(world, request, outcome.answer, clock)
      : isRightRefusal(world, request, outcome, clock);
  if (right) return;
  const shown = JSON.stringify(outcome, (_, item) => (typeof item === 'bigint' ? item.toString() : item));
  throw new Disagreement(
    `${request.name} was answered wrongly: ${shown}\n  to ${textOf(request.operation)}\n${expectation(world, request)}`,
  );
}

/** For people who look for the fault. */
function expectation(world: World, { operation, slot, applied }: Request): string {
  if (!('accountId' in operation) || operation.accountId === 'nobody') return '';
  const moments = world.account(operation.accountId).moments.map(({ position, updatedAt }) => {
    const { available, held, owed } = position;
    return `  ${new Date(updatedAt).toISOString()}: ${available} available, ${held} held, ${owed} owed`;
  });
  return `It was applied ${applied} times; its key belongs to ${slot?.owner?.name ?? 'nobody'}. The moments:\n${moments.join('\n')}`;
}

function isRightAnswer(world: World, request: Request, answer: Answer, clock: ProcessClock): boolean {
  const { operation, slot, faults } = request;
  if (faults !== null) return false;
  if (operation.kind === 'bookDue') return true;
  const account = world.account(operation.accountId);
  if (operation.kind === 'balance' || operation.kind === 'lots')
    return isRightReading(account, operation.asOf, answer, clock);
  if (operation.kind === 'release') {
    const released = (model: AccountModel) =>
      model.holds.get(operation.holdId)?.status === 'RELEASED' && seems(model, answer);
    return account.moments.some(released);
  }
  if (request.applied !== 1 || (slot !== null && slot.owner !== request)) return false;
  const since =
    request.appliedIn === world.round
      ? account.moments.slice(Math.min(...momentsOf(world, request)))
      : account.moments;
  if (operation.kind === 'debit') {
    if (answer.debited !== operation.credits) return false;
    if (!answer.replayed) {
      request.fresh += 1;
      return request.fresh === 1 && since.slice(0, 1).some((model) => seems(model, answer));
    }
  }
  return since.some((model) => seems(model, answer));
}

/**
 * Before which moment a request was applied in this round. The journal does not tell extensions of a hold apart that
 * ask for the same: each may have been any of them.
 */
function momentsOf(world: World, request: Request): number[] {
  const { operation } = request;
  if (operation.kind !== 'extend') return [request.moment];
  const { holdId, addCredits, addSeconds } = operation;
  return [...world.requests.values()]
    .filter(
      ({ operation: other, appliedIn }) =>
        appliedIn === world.round &&
        other.kind === 'extend' &&
        other.holdId === holdId &&
        other.addCredits === addCredits &&
        other.addSeconds === addSeconds,
    )
    .map(({ moment }) => moment);
}

/** Whether an account in this state answers so. */
function seems(model: AccountModel, { position, updatedAt, hold, lot }: Answer): boolean {
  if (position && (!isSame(position, model.position) || updatedAt?.getTime() !== model.updatedAt))
    return false;
  if (hold && !isSameHold(hold, model)) return false;
  return !lot || isSameLot(lot, model.lots.get(lot.id));
}

const isSame = (a: Position, b: Position): boolean =>
  a.available === b.available && a.held === b.held && a.owed === b.owed;

export const isSameLot = (seen: SeenLot, lot: ModelLot | undefined): boolean =>
  lot !== undefined &&
  seen.id === lot.id &&
  seen.granted === lot.granted &&
  seen.remaining === lot.free &&
  seen.held === lot.held &&
  seen.pending === lot.pending;

export function isSameHold(seen: SeenHold, model: AccountModel): boolean {
  const hold = model.holds.get(seen.id);
  return (
    hold !== undefined &&
    seen.status === hold.status &&
    seen.credits === hold.credits &&
    seen.captured === hold.captured &&
    seen.expiresAt.getTime() === hold.expiresAt &&
    seen.draws.length === hold.parts.length &&
    seen.draws.every(
      ({ lotId, amount }, i) => lotId === hold.parts[i]?.lotId && amount === hold.parts[i]?.amount,
    )
  );
}

/** Lots as they are told: those with anything to spend, in their order. */
export const isSameLots = (seen: readonly SeenLot[], lots: readonly ModelLot[]): boolean =>
  seen.length === lots.length && seen.every((lot, i) => isSameLot(lot, lots[i]));

function isRightReading(
  account: SimulatedAccount,
  asOf: Date | null,
  answer: Answer,
  clock: ProcessClock,
): boolean {
  const [first] = account.moments;
  if (asOf !== null && first && asOf.getTime() < first.updatedAt)
    return isRightPast(account, asOf.getTime(), answer);
  const instants = asOf === null ? null : [asOf.getTime()];
  return account.moments.some((moment) =>
    (instants ?? instantsOf(moment, clock)).some((at) => {
      const model = moment.settled(at);
      return answer.lots ? isSameLots(answer.lots, model.spendable) : seems(model, answer);
    }),
  );
}

/** @param asOf before the account last changed */
export function isRightPast(account: SimulatedAccount, asOf: number, answer: Answer): boolean {
  const last = account.past.findLast(({ at }) => at <= asOf);
  if (answer.lots) return isSameLots(answer.lots.map(withoutPending), (last?.lots ?? []).map(withoutPending));
  const position = last?.position ?? { available: 0n, held: 0n, owed: 0n };
  return (
    answer.position !== undefined &&
    isSame(answer.position, position) &&
    answer.updatedAt?.getTime() === (last?.at ?? asOf)
  );
}

/** Of a lot with anything to spend nothing is pending. */
const withoutPending = <Lot extends SeenLot | ModelLot>(lot: Lot): Lot => ({ ...lot, pending: 0n });

/** When the process may have looked at its clock: only what is due in between makes a difference. */
function instantsOf(model: AccountModel, clock: ProcessClock): number[] {
  const { now } = clock;
  const latest = latestOf(clock);
  const instants = [now];
  const later = new Set<number>();
  for (const { effectiveAt, expiresAt } of model.lots.values()) later.add(effectiveAt).add(expiresAt ?? 0);
  for (const { expiresAt } of model.holds.values()) later.add(expiresAt);
  for (const at of later) if (at > now && at <= latest) instants.push(at);
  return instants;
}

const latestOf = ({ now, tickMs }: ProcessClock): number => now + Math.max(tickMs, leastTickMs) * maxLooks;

function isRightRefusal(
  world: World,
  request: Request,
  outcome: Extract<Outcome, { state: 'refused' }>,
  clock: ProcessClock,
): boolean {
  const { operation, slot, faults } = request;
  const { code } = outcome;
  if (faults !== null) return faults.includes(code);
  if (operation.kind === 'bookDue') return false;
  const account = world.account(operation.accountId);
  if (operation.kind === 'balance' || operation.kind === 'lots') {
    return code === 'BAD_USER_INPUT' && operation.asOf !== null && operation.asOf.getTime() > clock.now;
  }
  const owner = slot ? slot.owner : request.applied > 0 ? request : null;
  if (code === 'IDEMPOTENCY_KEY_REUSED') return owner !== null && owner !== request;
  // Once it, or another request under its key, was done, it is not judged anew.
  const before =
    operation.kind === 'release' || owner === null
      ? account.moments
      : owner.appliedIn === world.round
        ? account.moments.slice(0, Math.max(...momentsOf(world, owner)))
        : [];
  const latest = Math.max(...world.clocks.map(latestOf));
  return before.some((moment) => {
    const refusal = refusalOf(moment, operation, Math.max(latest, moment.updatedAt));
    if (!refusal || refusal.code !== code) return false;
    return Object.entries(refusal.details).every(([name, value]) => {
      const shown = outcome.details[name];
      return typeof value === 'bigint' ? microOf(shown) === value : shown === value;
    });
  });
}

/** What the rules say against it; null: nothing. */
function refusalOf(model: AccountModel, operation: Operation, latest: number): Refused | null {
  const at = model.updatedAt;
  const copy = model.settled(at);
  try {
    switch (operation.kind) {
      case 'debit':
        copy.debit(at, operation.credits);
        break;
      case 'hold':
        copy.openHold(at, '', operation.credits, at);
        break;
      case 'extend':
        copy.extendHold(at, operation.holdId, operation.addCredits, operation.addSeconds);
        break;
      case 'capture':
        copy.capture(at, operation.holdId, operation.credits, operation.allowDebt, operation.final);
        break;
      case 'release':
        copy.release(at, operation.holdId);
        break;
      case 'grant':
        if (operation.expiresAt !== null && operation.expiresAt.getTime() <= latest)
          return new Refused('BAD_USER_INPUT');
        copy.grant(at, {
          id: '',
          source: operation.source,
          granted: operation.credits,
          priority: operation.priority,
          effectiveAt: operation.effectiveAt?.getTime() ?? null,
          expiresAt: operation.expiresAt?.getTime() ?? null,
        });
        break;
      case 'refund': {
        const code = model.refusesRefund(
          operation.paymentId,
          operation.cents,
          creditsFor(operation.cents),
          operation.rejectsSpent,
        );
        return code === null ? null : new Refused(code);
      }
    }
    return null;
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}

/** 12 500 000 for "12.5". */
function microOf(credits: unknown): bigint {
  const [whole = '', fraction = ''] = String(credits).split('.');
  return BigInt(whole + fraction.padEnd(microDigits, '0'));
}
