import type { Pool } from 'pg';
import type Stripe from 'stripe';
import { parseCredits } from '../../../src/platform/credits.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { balanceQuery } from '../../support/operations.js';
import { Disagreement, expectSame } from '../disagreement.js';
import { keys } from './callers.js';
import { runCli } from './faults.js';
import { readStripe, type StripeSide, stands, withdrawn } from './stripe-side.js';
import type { Account, Hold, World } from './world.js';

interface PaymentRow {
  readonly id: string;
  readonly account_id: string;
  readonly status: string;
  readonly credits: number;
  readonly amount: string;
  readonly currency: string;
  readonly refunded_amount: string;
  readonly disputed_amount: string;
  readonly intent: string | null;
  readonly lots: number;
}

interface RefundRow {
  readonly id: string;
  readonly payment_id: string;
  readonly status: string;
  readonly amount: string;
  readonly note: string | null;
  readonly stripe_refund_id: string | null;
  readonly requested_by: string | null;
}

interface DisputeRow {
  readonly stripe_dispute_id: string;
  readonly status: string;
  readonly amount: string;
  readonly funds_withdrawn: string;
}

interface WarningRow {
  readonly stripe_warning_id: string;
  readonly actionable: boolean;
}

/** Everything that is at rest, from both sides. @throws Disagreement at the first difference */
export async function compareBooks(world: World, pool: Pool): Promise<void> {
  const query = async <Row>(sql: string): Promise<Row[]> => (await pool.query(sql)).rows as Row[];
  await compareInbox(world, query);
  const stripe = await readStripe(world.stripe);
  const payments = await query<PaymentRow>(
    `select id, account_id, status, credits, amount, currency, refunded_amount, disputed_amount,
       stripe_payment_intent_id as intent,
       (select count(*)::int from credit_lots l where (l.account_id, l.payment_id) = (p.account_id, p.id)) as lots
     from payments p`,
  );
  const refunds = await query<RefundRow>('select * from refunds');
  comparePayments(payments, stripe);
  compareRefunds(refunds, stripe);
  compareDisputes(await query<DisputeRow>('select * from disputes'), stripe);
  compareWarnings(await query<WarningRow>('select * from fraud_warnings'), stripe);
  compareMoney(payments, stripe);
  compareAnswers(world.accounts, payments, refunds);
  await compareJournal(world.accounts, query);
  await compareBalances(world, payments, stripe, query);
  await expectSoundBooks({ query });
  const { exitCode, stdout, stderr } = await runCli(world, 'audit');
  if (exitCode !== 0) throw new Disagreement(`The audit found something:\n${stdout}${stderr}`);
}

type Query = <Row>(sql: string) => Promise<Row[]>;

/** Every event that Stripe has and that concerns us was done with. */
async function compareInbox({ sandbox }: World, query: Query): Promise<void> {
  const open = await query(
    `select id, type, status, outcome from webhook_events where status not in ('PROCESSED', 'IGNORED')`,
  );
  expectSame('Events that are not done with', open, []);
  const stored = new Set((await query<{ id: string }>('select id from webhook_events')).map(({ id }) => id));
  const arrived = sandbox.deliveries().filter(({ state }) => state === 'delivered');
  const missing = arrived.filter(({ event }) => !stored.has(event));
  expectSame('Events that were answered for and are not stored', missing, []);
}

function comparePayments(rows: readonly PaymentRow[], stripe: StripeSide): void {
  const ofPayment = Map.groupBy(stripe.intents.values(), ({ metadata }) => metadata.payment_id ?? 'nobody');
  for (const row of rows) {
    const name = `The payment ${row.id} (${row.intent})`;
    const made = ofPayment.get(row.id) ?? [];
    expectSame(
      `${name}: its intents at Stripe`,
      made.map(({ id }) => id),
      row.intent === null ? [] : [row.intent],
    );
    const intent = made[0];
    expectSame(`${name}: its lots`, row.lots, intent?.status === 'succeeded' ? 1 : 0);
    if (!intent) continue;
    expectSame(
      `${name}: price`,
      [row.amount, row.currency],
      [String(intent.amount), intent.currency.toUpperCase()],
    );
    const refunded = sum(refundsOf(stripe, intent.id).filter(stands), ({ amount }) => BigInt(amount));
    const disputed = sum(disputesOf(stripe, intent.id), withdrawn);
    expectSame(`${name}: refunded`, BigInt(row.refunded_amount), refunded);
    expectSame(`${name}: disputed`, BigInt(row.disputed_amount), disputed);
    expectSame(`${name}: status`, row.status, statusOf(intent, refunded, disputed, row.status));
  }
  const known = new Set(rows.map(({ id }) => id));
  const unknown = [...ofPayment.keys()].filter((id) => !known.has(id));
  expectSame('Payments that are at Stripe alone', unknown, []);
}

function statusOf(intent: Stripe.PaymentIntent, refunded: bigint, disputed: bigint, ours: string): string {
  switch (intent.status) {
    case 'succeeded':
      if (disputed > 0n) return 'DISPUTED';
      if (refunded === 0n) return 'SUCCEEDED';
      return refunded < BigInt(intent.amount) ? 'PARTIALLY_REFUNDED' : 'REFUNDED';
    case 'canceled':
      return 'CANCELED';
    case 'processing':
      return 'PROCESSING';
    case 'requires_payment_method':
      return intent.last_payment_error === null ? 'REQUIRES_PAYMENT' : 'FAILED';
    default:
      // That it waits for the customer again makes no event that we follow: what was known before may still be.
      return ours === 'FAILED' ? 'FAILED' : 'REQUIRES_PAYMENT';
  }
}

function compareRefunds(rows: readonly RefundRow[], stripe: StripeSide): void {
  const byStripeId = new Map(rows.map((row) => [row.stripe_refund_id, row]));
  for (const refund of stripe.refunds) {
    const row = byStripeId.get(refund.id);
    // One that failed before we heard of it took nothing.
    if (!row && !stands(refund)) continue;
    const ours = row && [row.status.toLowerCase(), row.amount];
    expectSame(`The refund ${refund.id}`, ours, [refund.status, String(refund.amount)]);
  }
  const ourIds = stripe.refunds.flatMap(({ metadata }) => metadata?.refund_id ?? []);
  expectSame('One refund at Stripe for each of ours', ourIds.length, new Set(ourIds).size);
  const unmade = rows.filter((row) => row.stripe_refund_id === null && row.status !== 'FAILED');
  expectSame('Refunds that Stripe does not know', unmade, []);
}

function compareDisputes(rows: readonly DisputeRow[], stripe: StripeSide): void {
  const ours = rows.map((row) => [
    row.stripe_dispute_id,
    row.status.toLowerCase(),
    row.amount,
    row.funds_withdrawn,
  ]);
  const theirs = stripe.disputes.map((dispute) => [
    dispute.id,
    dispute.status,
    String(dispute.amount),
    withdrawn(dispute).toString(),
  ]);
  expectSame('Disputes', ours.sort(), theirs.sort());
}

function compareWarnings(rows: readonly WarningRow[], stripe: StripeSide): void {
  const ours = rows.map((row) => [row.stripe_warning_id, row.actionable]);
  const theirs = stripe.warnings.map((warning) => [warning.id, warning.actionable]);
  expectSame('Early fraud warnings', ours.sort(), theirs.sort());
}

/** The sum of it all, by currency: what came to Stripe's balance and stayed is what our books say of payments. */
function compareMoney(rows: readonly PaymentRow[], stripe: StripeSide): void {
  const ours = new Map<string, bigint>();
  for (const row of rows.filter(({ lots }) => lots > 0)) {
    const kept = BigInt(row.amount) - BigInt(row.refunded_amount) - BigInt(row.disputed_amount);
    ours.set(row.currency, (ours.get(row.currency) ?? 0n) + kept);
  }
  const theirs = new Map<string, bigint>();
  for (const { currency, amount } of stripe.movements) {
    const name = currency.toUpperCase();
    theirs.set(name, (theirs.get(name) ?? 0n) + BigInt(amount));
  }
  expectSame('The money, by currency', [...ours].sort(), [...theirs].sort());
}

/** Purchases and refunds: each that was answered is there, once; and nothing is there that was not asked for. */
function compareAnswers(
  accounts: readonly Account[],
  payments: readonly PaymentRow[],
  refunds: readonly RefundRow[],
): void {
  const asked = accounts.flatMap((account) =>
    account.purchases.map(({ intention, credits }) => {
      const made = intention.data?.createPaymentIntent;
      return [made?.payment.id, account.id, credits, made?.paymentIntentId];
    }),
  );
  const made = payments.map(({ id, account_id, credits, intent }) => [id, account_id, credits, intent]);
  expectSame('Purchases', made.sort(), asked.sort());

  const ofName = Map.groupBy(
    refunds.filter(({ requested_by }) => requested_by !== null),
    ({ note }) => note ?? '',
  );
  const names = new Set<string>();
  for (const { intention, purchase } of accounts.flatMap((account) => account.refunds)) {
    names.add(intention.name);
    const rows = ofName.get(intention.name) ?? [];
    const refund = intention.data?.refund.refund;
    const payment = purchase.intention.data?.createPaymentIntent.payment.id;
    if (refund)
      expectSame(
        intention.name,
        rows.map((row) => [row.id, row.payment_id, Number(row.amount)]),
        [[refund.id, payment, refund.amount.amount]],
      );
    // One that Stripe refused is kept, as failed.
    else if (rows.length > 1 || rows.some(({ status }) => status !== 'FAILED'))
      throw new Disagreement(`${intention.name} was refused, and is ${JSON.stringify(rows)}.`);
  }
  const unasked = [...ofName.keys()].filter((name) => !names.has(name));
  expectSame('Refunds that nobody asked for', unasked, []);
}

interface Booked {
  readonly account_id: string;
  readonly name: string;
  readonly times: number;
  readonly credits: string;
}

/** Debits, grants and captures: each that was answered is in the journal once, with its credits, and no other is. */
async function compareJournal(accounts: readonly Account[], query: Query): Promise<void> {
  const booked = await query<Booked>(
    `select account_id, coalesce(hold_id::text, description) as name, count(*)::int as times, sum(credits) as credits
     from ledger_operations
     where type in ('GRANT', 'ADJUSTMENT') or (type = 'USAGE' and credits <> 0)
     group by 1, 2`,
  );
  const asked = accounts.flatMap((account) => {
    const debits = account.debits.filter(isDone).map(({ intention, micro }) => [intention.name, 1, -micro]);
    const grants = account.grants.filter(isDone).map(({ intention, micro }) => [intention.name, 1, micro]);
    const captures = account.holds.flatMap((hold) => {
      const charge = chargeOf(hold);
      const id = hold.intention.data?.holdCredits.hold.id;
      return charge === 0n ? [] : [[id, hold.captures.filter(isDone).length, -charge]];
    });
    return [...debits, ...grants, ...captures].map((what) => [account.id, ...what].join(' '));
  });
  const there = booked.map(({ account_id, name, times, credits }) =>
    [account_id, name, times, credits].join(' '),
  );
  const unasked = new Set(there).difference(new Set(asked));
  const unmade = new Set(asked).difference(new Set(there));
  expectSame('In the journal, and not as it was answered', [...unasked], []);
  expectSame('Answered, and not so in the journal', [...unmade], []);
}

const isDone = ({ intention }: { readonly intention: { readonly data: unknown } }): boolean =>
  intention.data !== null;

/** What was charged of a hold in all, as its latest capture was answered. */
function chargeOf({ intention, captures }: Hold): bigint {
  let charge = 0n;
  let asked = 0n;
  for (const { intention: capture, micro } of captures) {
    if (!capture.data) continue;
    asked += micro;
    const captured = parseCredits(capture.data.captureHold.hold.captured);
    if (captured > charge) charge = captured;
  }
  if (charge > asked) throw new Disagreement(`${intention.name} was charged ${charge} µ of ${asked}.`);
  return charge;
}

/**
 * Each account's credits, held ones and debt included, are what was answered and what is so at Stripe. How much of a
 * grant expired before it was spent is the one number that the books are asked for; it has its bounds too.
 */
async function compareBalances(
  world: World,
  payments: readonly PaymentRow[],
  stripe: StripeSide,
  query: Query,
): Promise<void> {
  const balances = new Map<string, bigint>();
  for (const { id } of world.accounts) {
    const answer = await world.callers.ask(keys.service, balanceQuery, { accountId: id });
    if (answer.state !== 'done') throw new Disagreement(`The balance of ${id} is ${answer.state}.`);
    const { available, held, owed } = answer.data.balance;
    balances.set(id, parseCredits(available) + parseCredits(held) - parseCredits(owed));
  }
  const rows = await query<{ account_id: string; expired: string }>(
    `select account_id, sum(case when credit_account = 'expired' then amount else -amount end) as expired
     from ledger_transfers where 'expired' in (credit_account, debit_account) group by account_id`,
  );
  const expiries = new Map(rows.map(({ account_id, expired }) => [account_id, BigInt(expired)]));
  for (const account of world.accounts) {
    const expired = expiries.get(account.id) ?? 0n;
    const canExpire = sum(
      account.grants.filter((grant) => isDone(grant) && grant.expiresAt !== null),
      ({ micro }) => micro,
    );
    if (expired < 0n || expired > canExpire)
      throw new Disagreement(`Of ${account.id} expired ${expired} µ of ${canExpire}.`);
    const spent = sum(account.debits.filter(isDone), ({ micro }) => micro) + sum(account.holds, chargeOf);
    const granted = sum(account.grants.filter(isDone), ({ micro }) => micro);
    let expected = granted - spent - expired;
    let slack = 0n;
    for (const payment of payments.filter(({ account_id }) => account_id === account.id)) {
      const kept = keptCredits(payment, stripe);
      expected += kept.micro;
      slack += kept.slack;
    }
    const actual = balances.get(account.id) ?? 0n;
    const difference = actual > expected ? actual - expected : expected - actual;
    if (difference > slack)
      throw new Disagreement(
        `${account.id} has ${actual} µ, and should have ${expected} µ, give or take ${slack}.`,
      );
  }
}

/** What is left of a payment's credits once the share of what went back is taken; each refund that failed may leave a rounding. */
function keptCredits(
  { credits, amount, intent: intentId }: PaymentRow,
  stripe: StripeSide,
): { readonly micro: bigint; readonly slack: bigint } {
  const intent = stripe.intents.get(intentId ?? '');
  if (intent?.status !== 'succeeded') return { micro: 0n, slack: 0n };
  const bought = BigInt(credits) * 1_000_000n;
  const price = BigInt(amount);
  const refunds = refundsOf(stripe, intent.id);
  const standing = refunds.filter(stands);
  const refunded = sum(standing, (refund) => BigInt(refund.amount));
  const gone = refunded + sum(disputesOf(stripe, intent.id), withdrawn);
  if (gone >= price) return { micro: 0n, slack: 0n };
  return {
    micro: bought - (bought * gone) / price,
    slack: refunded > 0n ? 1n + BigInt(refunds.length - standing.length) : 0n,
  };
}

const refundsOf = (stripe: StripeSide, intentId: string): Stripe.Refund[] =>
  stripe.refunds.filter(({ payment_intent }) => payment_intent === intentId);

const disputesOf = (stripe: StripeSide, intentId: string): Stripe.Dispute[] =>
  stripe.disputes.filter(({ payment_intent }) => payment_intent === intentId);

const sum = <T>(items: readonly T[], of: (item: T) => bigint): bigint =>
  items.reduce((total, item) => total + of(item), 0n);
