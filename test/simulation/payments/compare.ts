import { gql } from 'graphql-request';
import { Disagreement, expectSame } from '../disagreement.js';
import { stands, type TrueDispute } from './stripe-truth.js';
import { microOf, type SimulatedAccount, type World } from './world.js';

interface BalanceAnswer {
  readonly balance: {
    readonly available: string;
    readonly held: string;
    readonly owed: string;
    readonly lots: readonly { readonly id: string; readonly granted: string; readonly remaining: string }[];
  };
}

interface PaymentRow {
  readonly id: string;
  readonly account_id: string;
  readonly status: string;
  readonly credits: number;
  readonly amount: string;
  readonly refunded_amount: string;
  readonly intent: string | null;
  readonly refunds: readonly {
    readonly id: string;
    readonly status: string;
    readonly stripe_refund_id: string | null;
  }[];
  readonly disputed_amount: string;
  readonly disputes: readonly {
    readonly id: string;
    readonly status: string;
    readonly moves: number;
    readonly withdrawn: number;
    readonly credits: number;
  }[];
}

const balanceQuery = gql`
  query Balance($accountId: ID) {
    balance(accountId: $accountId) { available held owed lots { id granted remaining } }
  }
`;

/** What the service tells of accounts' credits is what the model says, lots and their order included. */
export async function compareBalances(world: World, accounts: readonly SimulatedAccount[]): Promise<void> {
  await Promise.all(
    accounts.map(async ({ id, model }) => {
      const { balance } = await world.service.clients.service.request<BalanceAnswer>(balanceQuery, {
        accountId: id,
      });
      const told = {
        available: microOf(balance.available),
        held: microOf(balance.held),
        owed: microOf(balance.owed),
        lots: balance.lots.map((lot) => [lot.id, microOf(lot.granted), microOf(lot.remaining)]),
      };
      expectSame(`The balance of ${id}`, told, {
        available: model.spendable(world.now),
        held: 0n,
        owed: model.owed,
        lots: model.spendableLots(world.now).map((lot) => [lot.id, lot.granted, lot.remaining]),
      });
      expectSame(
        `What came in and went out of ${id}`,
        model.flows.in - model.flows.out,
        model.booked - model.owed,
      );
    }),
  );
}

/** What our books say of payments, refunds and disputes is what Stripe says; all its events have been delivered. */
export async function compareWithStripe(world: World): Promise<void> {
  const rows = await world.query<PaymentRow>(
    `select p.id, p.account_id, p.status, p.credits, p.amount, p.refunded_amount, p.disputed_amount,
       p.stripe_payment_intent_id as intent,
       (select coalesce(json_agg(r), '[]') from refunds r where r.payment_id = p.id) as refunds,
       (select coalesce(json_agg(json_build_object('id', d.stripe_dispute_id, 'status', d.status,
           'moves', d.fund_moves, 'withdrawn', d.funds_withdrawn, 'credits', d.credits_taken)), '[]')
         from disputes d where d.payment_id = p.id) as disputes
     from payments p`,
  );
  for (const row of rows) {
    const account = world.accounts.find(({ id }) => id === row.account_id);
    const intents = [...world.truth.intents.values()].filter(({ paymentId }) => paymentId === row.id);
    if (intents.length > 1)
      throw new Disagreement(`The payment ${row.id} has ${intents.length} intents at Stripe.`);
    if (account?.model.payments.has(row.id) && row.intent !== null)
      comparePayment(world, account, row, row.intent);
  }
  compareCustomers(world);
}

/** An account is one customer. Another, unused, may be left of a creation whose answer said that it failed. */
function compareCustomers(world: World): void {
  const failed = world.service.sandbox
    .requests()
    .filter(({ path, fault }) => path === '/v1/customers' && fault !== null).length;
  for (const [accountId, made] of world.truth.customers) {
    const intents = [...world.truth.intents.values()].filter((intent) => intent.accountId === accountId);
    const used = new Set(intents.map(({ customer }) => customer));
    if (used.size > 1 || made.length > 1 + failed) {
      throw new Disagreement(`${accountId} is ${made.length} customers at Stripe, and pays as ${used.size}.`);
    }
  }
}

function comparePayment(world: World, account: SimulatedAccount, row: PaymentRow, intentId: string): void {
  const intent = world.truth.intents.get(intentId);
  const made = world.truth.refundsOf(intentId);
  const standing = made.filter(stands);
  const modelled = account.model.payment(row.id);
  const name = `The payment ${row.id} of ${account.id} (${intentId})`;
  expectSame(`${name}: credited`, modelled.lotId !== null, intent?.status === 'succeeded');
  // A refund that Stripe was not asked for yet holds its money too.
  const waiting = row.refunds.filter(
    ({ status, stripe_refund_id }) => status === 'PENDING' && stripe_refund_id === null,
  );
  expectSame(
    `${name}: refunds that stand`,
    [...modelled.refunds.keys()].sort(),
    row.refunds
      .filter(
        (refund) => waiting.includes(refund) || standing.some(({ id }) => id === refund.stripe_refund_id),
      )
      .map(({ id }) => id)
      .sort(),
  );
  const statuses = new Map(
    row.refunds.map((refund) => [refund.stripe_refund_id, refund.status.toLowerCase()]),
  );
  for (const refund of made) {
    // One that failed before we heard of it is no business of ours.
    if (!statuses.has(refund.id) && !stands(refund)) continue;
    expectSame(`${name}: the status of ${refund.id}`, statuses.get(refund.id), refund.status);
  }
  const ofRequests = made.flatMap(({ refundId }) => refundId ?? []);
  expectSame(`${name}: one refund at Stripe for each of ours`, ofRequests.length, new Set(ofRequests).size);
  const refunded = account.model.refunded(row.id).cents;
  expectSame(`${name}: money refunded`, BigInt(row.refunded_amount), refunded);
  const disputes = world.truth.disputesOf(intentId);
  const withdrawn = withdrawnBy(disputes);
  expectSame(
    `${name}: its disputes`,
    [...row.disputes].sort(byId),
    disputes.sort(byId).map((dispute) => ({
      id: dispute.id,
      status: dispute.status.toUpperCase(),
      moves: dispute.moves,
      withdrawn: Number(dispute.withdrawn),
      credits: Number(dispute.withdrawn === 0n ? 0n : (modelled.dispute?.credits ?? 0n)),
    })),
  );
  expectSame(`${name}: money disputed`, BigInt(row.disputed_amount), withdrawn);
  expectSame(`${name}: money disputed, by the journal`, modelled.dispute?.cents ?? 0n, withdrawn);
  expectSame(`${name}: status`, row.status, statusOf(row, intent, refunded, withdrawn));
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

const withdrawnBy = (disputes: readonly TrueDispute[]): bigint =>
  disputes.reduce((sum, { withdrawn }) => sum + withdrawn, 0n);

function statusOf(
  row: PaymentRow,
  intent: { readonly status: string; readonly failures: number } | undefined,
  refunded: bigint,
  withdrawn: bigint,
): string {
  if (intent?.status === 'succeeded') {
    if (withdrawn > 0n) return 'DISPUTED';
    if (refunded === 0n) return 'SUCCEEDED';
    return refunded < BigInt(row.amount) ? 'PARTIALLY_REFUNDED' : 'REFUNDED';
  }
  if (intent?.status === 'canceled') return 'CANCELED';
  if (intent?.status === 'processing') return 'PROCESSING';
  if (intent?.status === 'requires_payment_method')
    return intent.failures > 0 ? 'FAILED' : 'REQUIRES_PAYMENT';
  // Waiting for the customer makes no event that we follow, so what was known before may still be.
  return row.status === 'FAILED' && intent && intent.failures > 0 ? 'FAILED' : 'REQUIRES_PAYMENT';
}

/** The sum of it all: the money that Stripe kept of each account is the money in our books. */
export async function compareMoney(world: World): Promise<void> {
  for (const { id } of world.accounts) {
    const intents = [...world.truth.intents.values()].filter(({ accountId }) => accountId === id);
    const atStripe = intents.reduce((sum, intent) => {
      const refunds = world.truth.refundsOf(intent.id).filter(stands);
      const withdrawn = withdrawnBy(world.truth.disputesOf(intent.id));
      return refunds.reduce((left, refund) => left - refund.cents, sum + intent.received - withdrawn);
    }, 0n);
    const [ours] = await world.query<{ kept: string }>(
      `select coalesce(sum(amount - refunded_amount - disputed_amount), 0) as kept from payments
       where account_id = $1 and succeeded_at is not null`,
      [id],
    );
    expectSame(`The money of ${id}`, BigInt(ours?.kept ?? 0), atStripe);
  }
}

/** Nothing that was asked for under one key was done at Stripe twice, and every event is done with. */
export async function compareTraffic(world: World): Promise<void> {
  const { sandbox } = world.service;
  const done = new Map<string, number>();
  for (const { idempotencyKey, executed } of sandbox.requests()) {
    if (idempotencyKey && executed) done.set(idempotencyKey, (done.get(idempotencyKey) ?? 0) + 1);
  }
  for (const [key, times] of done) {
    // After a day Stripe forgets a key, so what was made under it is counted in `compareWithStripe`.
    if (times > 1) world.count('keysUsedAfterADay');
    if (times > 2) throw new Disagreement(`${key} was done ${times} times.`);
  }
  const open = await world.query<{ id: string }>(
    `select id, type, status, outcome from webhook_events where status not in ('PROCESSED', 'IGNORED')`,
  );
  expectSame('Events that are not done with', open, []);
  const [stored] = await world.query<{ count: string }>('select count(*) from webhook_events');
  expectSame('Events received', Number(stored?.count), sandbox.events().length);
}
