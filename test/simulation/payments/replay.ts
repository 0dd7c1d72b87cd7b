import { Disagreement } from '../disagreement.js';
import type { AccountModel, NewLot } from './model.js';
import { stands } from './stripe-truth.js';
import type { SimulatedAccount, World } from './world.js';

interface Operation {
  readonly account_id: string;
  readonly seq: string;
  readonly type: string;
  readonly description: string;
  readonly credits: string;
  readonly money_amount: string | null;
  readonly payment_id: string | null;
  readonly refund_id: string | null;
  readonly available_after: string;
  readonly owed_after: string;
  readonly created_at: Date;
  /** The lots that its transfers name. */
  readonly lots: readonly string[];
  readonly refund: RefundRow | null;
}

interface RefundRow {
  readonly amount: number;
  readonly note: string | null;
  readonly stripe_refund_id: string | null;
  readonly requested_by: string | null;
}

/** Purchased credits are spent after those given away, and before what has an even higher number. */
const purchasePriority = 50;
const returnedPriority = 40;

/**
 * Takes the journal's order of the operations since the last time, and only that: what each of them moves is
 * worked out by the model, from what was asked for and from what is so at Stripe, and compared.
 */
export async function replayJournal(world: World): Promise<void> {
  const operations = await world.query<Operation>(
    `select o.account_id, o.seq, o.type, o.description, o.credits, o.money_amount, o.payment_id, o.refund_id,
       o.available_after, o.owed_after, o.created_at,
       array(select distinct t.lot_id::text from ledger_transfers t
         where t.account_id = o.account_id and t.operation_seq = o.seq and t.lot_id is not null) as lots,
       (select to_json(r) from refunds r where r.id = o.refund_id) as refund
     from ledger_operations o join unnest($1::text[], $2::bigint[]) known(account_id, seq)
       on o.account_id = known.account_id and o.seq > known.seq
     order by o.account_id, o.seq`,
    [world.accounts.map(({ id }) => id), world.accounts.map(({ seq }) => seq)],
  );
  for (const account of world.accounts) account.moments = [account.model.copy()];
  for (const [place, operation] of operations.entries()) {
    const account = world.accounts.find(({ id }) => id === operation.account_id);
    if (!account) throw new Error('An operation of an account that was not asked for.');
    try {
      // That a dispute is lost moves nothing of the customer's, and may come between what belongs together.
      const following = operations.slice(place + 1).find(({ type }) => type !== 'DISPUTE_LOST');
      const next = following?.account_id === account.id ? following : null;
      replay(world, account, operation, next);
    } catch (error) {
      if (!(error instanceof Disagreement)) throw error;
      throw new Disagreement(`${error.message}\n  at ${JSON.stringify(operation)}`);
    }
  }
}

function replay(world: World, account: SimulatedAccount, operation: Operation, next: Operation | null): void {
  const { model } = account;
  const now = operation.created_at.getTime();
  if (BigInt(operation.seq) !== account.seq + 1n) throw new Disagreement('The journal has a gap.');
  account.seq += 1n;
  if (operation.type !== 'EXPIRY' && model.booked !== model.spendable(now)) {
    throw new Disagreement('Credits that had expired were not booked first.');
  }
  const before = model.booked - model.owed;
  apply(world, account, operation, next, now);
  if (isAtRest(operation, next)) expectShares(model, operation.payment_id);
  const after = { credits: model.booked - model.owed - before, available: model.booked, owed: model.owed };
  const said = {
    credits: BigInt(operation.credits),
    available: BigInt(operation.available_after),
    owed: BigInt(operation.owed_after),
  };
  for (const name of ['credits', 'available', 'owed'] as const) {
    if (after[name] !== said[name]) {
      throw new Disagreement(`${name} should be ${after[name]}, and is ${said[name]}.`);
    }
  }
  if (operation.type !== 'DISPUTE_LOST') account.moments.push(model.copy());
}

function apply(
  world: World,
  account: SimulatedAccount,
  operation: Operation,
  next: Operation | null,
  now: number,
): void {
  const { model } = account;
  switch (operation.type) {
    case 'USAGE': {
      const intention = once(account.debits.get(operation.description));
      model.debit(intention.micro, now);
      return;
    }
    case 'GRANT':
    case 'ADJUSTMENT': {
      const { micro, source, priority, expiresAt } = once(account.grants.get(operation.description));
      model.grant({
        id: onlyLot(operation),
        source,
        granted: micro,
        priority,
        expiresAt: expiresAt?.getTime() ?? null,
        createdAt: now,
      });
      return;
    }
    case 'EXPIRY':
      model.expire(onlyLot(operation), now);
      return;
    case 'PURCHASE':
      purchase(world, account, operation, now);
      return;
    case 'PAYMENT_FAILED':
      if (!intentOf(world, account, operation).failures)
        throw new Disagreement('No attempt to pay it failed.');
      return;
    case 'REFUND':
      takeRefund(world, account, operation, now);
      return;
    case 'REFUND_FAILED':
      returnRefund(world, account, operation, now);
      return;
    case 'DISPUTE':
      takeDisputed(world, account, operation, next, now);
      return;
    case 'DISPUTE_REVERSED':
      returnDisputed(world, account, operation, next, now);
      return;
    default:
      // Where the journal keeps a dispute's credits once they are taken is none of the customer's business: whatever
      // else it books of disputes may move nothing here, which `replay` checks.
      if (!operation.type.startsWith('DISPUTE'))
        throw new Disagreement(`Nobody asked for ${operation.type}.`);
  }
}

function purchase(world: World, account: SimulatedAccount, operation: Operation, now: number): void {
  const { model } = account;
  const intent = intentOf(world, account, operation);
  const payment = model.payment(operation.payment_id ?? '');
  if (intent.status !== 'succeeded' || intent.received !== payment.cents) {
    throw new Disagreement(
      `Credits for ${intent.id}, of which Stripe says ${intent.status}, ${intent.received}.`,
    );
  }
  if (payment.lotId !== null) throw new Disagreement(`The payment ${payment.id} was credited twice.`);
  if (BigInt(operation.money_amount ?? 0) !== payment.cents) throw new Disagreement('It has another price.');
  payment.lotId = onlyLot(operation);
  model.grant({
    id: payment.lotId,
    source: 'PURCHASE',
    granted: payment.credits,
    priority: purchasePriority,
    expiresAt: null,
    createdAt: now,
  });
}

function takeRefund(world: World, account: SimulatedAccount, operation: Operation, now: number): void {
  const { model } = account;
  const { refund, payment_id: paymentId, refund_id: refundId } = operation;
  if (!refund || !paymentId || !refundId) throw new Disagreement('It names no refund.');
  const cents = BigInt(refund.amount);
  if (refund.requested_by === null) {
    const made = world.truth.refunds.get(refund.stripe_refund_id ?? '');
    if (made?.cents !== cents) throw new Disagreement('There is no such refund at Stripe.');
  } else {
    const intention = account.refunds.get(refund.note ?? '');
    if (!intention) throw new Disagreement('Nobody asked for it.');
    if (intention.applied) {
      const made = [...world.truth.refunds.values()].find((candidate) => candidate.refundId === refundId);
      // It may be taken a second time where it was given up too early: Stripe had made it all the same.
      if (!made) throw new Disagreement(`${intention.label} was refunded twice.`);
    } else {
      intention.applied = true;
      const wanted = intention.cents ?? model.refundable(paymentId);
      if (wanted !== cents) throw new Disagreement(`${wanted} cents were asked for.`);
      // It was decided before a dispute made way, which took two operations.
      const moments = [model, ...account.moments.slice(-3, -2)];
      const unspent = moments.map((moment) => moment.refundableUnspent(paymentId));
      if (intention.policy === 'REJECT' && unspent.every((limit) => limit < cents)) {
        throw new Disagreement(`Only ${unspent[0]} cents had unspent credits.`);
      }
    }
  }
  const taken = model.refund(paymentId, refundId, cents, now);
  const intention = account.refunds.get(refund.note ?? '');
  if (refund.requested_by !== null && intention) intention.taken = taken;
}

function returnRefund(world: World, account: SimulatedAccount, operation: Operation, now: number): void {
  const { payment_id: paymentId, refund_id: refundId, refund } = operation;
  if (!refund || !paymentId || !refundId) throw new Disagreement('It names no refund.');
  const made = world.truth.refunds.get(refund.stripe_refund_id ?? '');
  // One of ours may have been given up, and counts again further on; one of the dashboard was there when it was taken.
  if (refund.requested_by === null && (!made || stands(made))) {
    throw new Disagreement(`Stripe says that it is ${made?.status}.`);
  }
  account.model.undoRefund(paymentId, refundId, newLotOf(account, operation, now), now);
}

function takeDisputed(
  world: World,
  account: SimulatedAccount,
  operation: Operation,
  next: Operation | null,
  now: number,
): void {
  const { model } = account;
  const paymentId = operation.payment_id ?? '';
  const cents = -BigInt(operation.money_amount ?? 0);
  const made = disputesOf(world, account, operation).filter(({ moves }) => moves > 0);
  if (!made.some((dispute) => dispute.cents === cents)) {
    throw new Disagreement('No dispute at Stripe has withdrawn that.');
  }
  const shares = [model.creditsDisputed(paymentId, cents)];
  // It makes way for a refund before that takes.
  if (next?.refund && next.type === 'REFUND' && next.payment_id === paymentId)
    shares.push(model.creditsDisputed(paymentId, cents, BigInt(next.refund.amount)));
  const taken = shares.find((share) => share === -BigInt(operation.credits)) ?? shares[0] ?? 0n;
  model.dispute(paymentId, cents, taken, now);
}

function returnDisputed(
  world: World,
  account: SimulatedAccount,
  operation: Operation,
  next: Operation | null,
  now: number,
): void {
  const paymentId = operation.payment_id ?? '';
  const isReinstated = disputesOf(world, account, operation).every(({ withdrawn }) => withdrawn === 0n);
  const isCountedAnew = next?.type === 'DISPUTE' && next.payment_id === paymentId;
  if (!isReinstated && !isCountedAnew) throw new Disagreement('Stripe still holds the money.');
  account.model.undoDispute(paymentId, newLotOf(account, operation, now), now);
}

/** Whether nothing more belongs to what an operation is part of, as far as it is about refunds and disputes. */
function isAtRest({ type, payment_id: paymentId }: Operation, next: Operation | null): boolean {
  const isNext = (wanted: string) => next?.type === wanted && next.payment_id === paymentId;
  if (type === 'REFUND') return true;
  if (type === 'REFUND_FAILED') return !isNext('DISPUTE_REVERSED');
  return type === 'DISPUTE' && !isNext('REFUND');
}

/** Refunds come first, and a dispute holds the rest, whatever happened in which order. */
function expectShares(model: AccountModel, paymentId: string | null): void {
  const { dispute } = model.payment(paymentId ?? '');
  if (!dispute) return;
  const share = model.creditsDisputed(paymentId ?? '', dispute.cents);
  if (dispute.credits !== share)
    throw new Disagreement(`The dispute holds ${dispute.credits}, and should hold ${share}.`);
}

function newLotOf({ model }: SimulatedAccount, { lots }: Operation, now: number): NewLot | null {
  const unknown = lots.filter((id) => !model.lots.has(id));
  if (unknown.length > 1) throw new Disagreement('It made several lots.');
  const [id] = unknown;
  const lot = { source: 'ADJUSTMENT', priority: returnedPriority, expiresAt: null, createdAt: now };
  return id === undefined ? null : { ...lot, id };
}

const disputesOf = (world: World, account: SimulatedAccount, operation: Operation) =>
  world.truth.disputesOf(intentOf(world, account, operation).id);

function intentOf(world: World, account: SimulatedAccount, operation: Operation) {
  const known = account.intents.find(({ paymentId }) => paymentId === operation.payment_id);
  const intent = world.truth.intents.get(known?.id ?? '');
  if (!intent || intent.accountId !== account.id)
    throw new Disagreement('Stripe has no such payment intent.');
  return intent;
}

function onlyLot({ lots }: Operation): string {
  const [id, ...others] = lots;
  if (id === undefined || others.length > 0) throw new Disagreement('It concerns exactly one lot.');
  return id;
}

/** An intention that is met in the journal for the first, and so the only time. */
function once<T extends { applied: boolean; readonly label: string }>(intention: T | undefined): T {
  if (!intention) throw new Disagreement('Nobody asked for it.');
  if (intention.applied) throw new Disagreement(`${intention.label} was done twice.`);
  intention.applied = true;
  return intention;
}
