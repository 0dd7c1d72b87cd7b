import { setTimeout as sleep } from 'node:timers/promises';
import { formatCredits, parseCredits } from '../../../src/platform/credits.js';
import type { CreatePaymentIntentMutation } from '../../support/generated/graphql.js';
import {
  captureHoldMutation,
  extendHoldMutation,
  holdCreditsMutation,
  releaseHoldMutation,
} from '../../support/holds.js';
import {
  balanceQuery,
  confirmPaymentMutation,
  createAccountMutation,
  createApiKeyMutation,
  createPaymentIntentMutation,
  debitCreditsMutation,
  grantCreditsMutation,
  historyQuery,
  ledgerEntriesQuery,
  refundMutation,
} from '../../support/operations.js';
import { recordUsageMutation } from '../../support/usage.js';
import { Disagreement } from '../disagreement.js';
import type { Random } from '../random.js';
import { type Answer, keys, refusalOf } from './callers.js';
import { Intention } from './intention.js';
import {
  Account,
  atStripe,
  type Debit,
  type Debited,
  type Hold,
  type Purchase,
  type World,
} from './world.js';

/** What clients do; the numbers are shares. */
const shares = {
  open: 1,
  grant: 8,
  debit: 26,
  recordUsage: 8,
  hold: 14,
  buy: 16,
  refund: 8,
  readBalance: 10,
  readHistory: 4,
  readJournal: 5,
} as const;

const packageSizes = [100, 500, 1_000, 2_000, 5_000];
const methods = {
  pm_card_visa: 30,
  pm_card_visa_chargeDeclined: 4,
  pm_card_chargeDeclinedExpiredCard: 2,
  pm_card_radarBlock: 1,
  pm_card_threeDSecure2Required: 6,
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: 2,
  pm_card_pendingRefund: 6,
  pm_card_refundFail: 6,
  pm_card_createDispute: 5,
  pm_card_createDisputeProductNotReceived: 2,
  pm_card_createDisputeInquiry: 4,
  pm_card_createIssuerFraudRecord: 4,
  pm_usBankAccount_success: 4,
  pm_usBankAccount_insufficientFunds: 3,
  pm_usBankAccount_dispute: 2,
  pm_usBankAccount_processing: 2,
} as const;

const maxAccounts = 40;
const maxTriesToOpen = 60;
const openPauseMs = 500;
/** So that a short run, too, spends and does not only refuse. */
const welcomeMicro = 1_000_000_000n;
const maxGrantMicro = 300_000_000;
const maxDebitMicro = 30_000_000;
const lifetimesMs = [2_000, 5_000, 20_000];
const maxBatch = 20;
const twinChance = 0.15;
const pagesRead = 4;
const linesPerPage = 20;

const spendingRefusals = ['INSUFFICIENT_CREDITS', 'CREDITS_HELD', 'ACCOUNT_IN_DEBT'];

/** Goes on doing something, one thing after the other, until it is time to stop. */
export async function live(world: World, random: Random): Promise<void> {
  while (!world.isOver) {
    const kind = random.weighted(shares);
    await stories[kind](world, random, random.pick(world.accounts));
  }
}

const stories: Record<
  keyof typeof shares,
  (world: World, random: Random, account: Account) => Promise<void>
> = {
  open: async (world) => {
    if (world.accounts.length < maxAccounts) await openAccount(world);
  },

  grant: async (world, random, account) => {
    const expiresAt = random.chance(0.4) ? new Date(Date.now() + random.pick(lifetimesMs)) : null;
    const intention = newGrant(world, account, {
      micro: BigInt(random.integer(1, maxGrantMicro)),
      source: random.pick(['PROMOTION', 'ADJUSTMENT', 'SUBSCRIPTION'] as const),
      priority: random.pick([0, 10, 50, 100]),
      expiresAt,
    });
    await world.persist(intention, random.chance(twinChance));
  },

  debit: async (world, random, account) => {
    const known = random.chance(0.1) ? random.pickAny(account.debits) : undefined;
    if (known) {
      world.tally.add('asked again for what was done');
      await world.persist(known.intention);
      return;
    }
    const debit = newDebit(world, random, account);
    await world.persist(debit.intention, random.chance(twinChance));
  },

  recordUsage: async (world, random) => {
    const records = Array.from({ length: random.integer(1, maxBatch) }, () =>
      newRecord(world, random, random.pick(world.accounts)),
    );
    const answers = await askForUsage(
      world,
      records.map(({ input }) => input),
    );
    records.forEach(({ intention }, i) => {
      intention.take(answers[i] ?? { state: 'unanswered' });
    });
    for (const { intention } of records) if (!intention.isCertain) await world.persist(intention);
  },

  hold,
  buy,
  refund: refundSome,

  readBalance: async (world, _random, account) => {
    const key = account.key;
    const answer = await world.callers.ask(key, balanceQuery, { accountId: account.id });
    if (answer.state !== 'done') return expectAnswered('A balance', answer);
    const { available, held, owed } = answer.data.balance;
    const amounts = [available, held, owed].map(parseCredits);
    if (amounts.some((amount) => amount < 0n) || (available !== '0' && owed !== '0'))
      throw new Disagreement(`${account.id} has ${available} available, ${held} held and ${owed} owed.`);
  },

  readHistory: async (world, _random, account) => {
    const seen = new Set<string>();
    let after: string | null = null;
    for (let page = 1; page <= pagesRead; page++) {
      const variables: { accountId: string; first: number; after: string | null } = {
        accountId: account.id,
        first: linesPerPage,
        after,
      };
      const answer = await world.callers.ask(account.key, historyQuery, variables);
      if (answer.state !== 'done') return expectAnswered('A history', answer);
      const { nodes, pageInfo } = answer.data.billingHistory;
      for (const { id } of nodes) {
        if (seen.has(id)) throw new Disagreement(`The history of ${account.id} shows ${id} twice.`);
        seen.add(id);
      }
      if (!pageInfo.hasNextPage || !pageInfo.endCursor) return;
      after = pageInfo.endCursor;
    }
  },

  readJournal: async (world, _random, account) => {
    const knownBefore = account.newestSeq;
    const variables = { accountId: account.id, first: linesPerPage, after: null };
    const answer = await world.callers.ask(account.key, ledgerEntriesQuery, variables);
    if (answer.state !== 'done') return expectAnswered('A journal', answer);
    const seqs = answer.data.ledgerEntries.nodes.map(({ seq }) => Number(seq));
    const newest = seqs[0] ?? 0;
    // What was shown once stays, whatever crashed meanwhile.
    if (newest < knownBefore)
      throw new Disagreement(
        `The journal of ${account.id} ends at ${newest}, and went up to ${knownBefore}.`,
      );
    if (seqs.some((seq, i) => seq !== newest - i))
      throw new Disagreement(`The journal of ${account.id} has a gap: ${seqs.join(' ')}.`);
    account.newestSeq = Math.max(account.newestSeq, newest);
  },
};

function expectAnswered(what: string, answer: Answer<unknown>): void {
  if (answer.state === 'refused') throw new Disagreement(`${what} was refused with ${answer.code}.`);
}

/** An id of ours makes it safe to repeat: it is taken, and refused, where it was opened before. */
export async function openAccount(world: World): Promise<void> {
  const id = world.name(`account-${world.seed}`);
  const open = () =>
    world.callers.ask(keys.admin, createAccountMutation, { input: { id, name: id, email: null } });
  const newKey = () =>
    world.callers.ask(keys.admin, createApiKeyMutation, {
      input: { accountId: id, name: 'Browser', role: 'CUSTOMER' },
    });
  await untilAnswered(open);
  const key = await untilAnswered(newKey);
  if (key.state !== 'done') throw new Disagreement(`There is no key for ${id}.`);
  const account = new Account(id, key.data.createApiKey.token);
  const welcome = { micro: welcomeMicro, source: 'PROMOTION', priority: 100, expiresAt: null } as const;
  await world.persist(newGrant(world, account, welcome));
  world.accounts.push(account);
}

interface GrantTerms {
  readonly micro: bigint;
  readonly source: 'PROMOTION' | 'ADJUSTMENT' | 'SUBSCRIPTION';
  readonly priority: number;
  readonly expiresAt: Date | null;
}

function newGrant(world: World, account: Account, { micro, expiresAt, ...terms }: GrantTerms) {
  const name = world.name('grant');
  const input = {
    accountId: account.id,
    credits: formatCredits(micro),
    ...terms,
    expiresAt: expiresAt?.toISOString() ?? null,
    note: name,
    idempotencyKey: name,
  };
  const send = () => world.callers.ask(keys.admin, grantCreditsMutation, { input });
  // By the time that it is asked for again, its expiry may have passed.
  const intention = new Intention(name, send, expiresAt ? ['BAD_USER_INPUT'] : []);
  account.grants.push({ intention, micro, expiresAt });
  return intention;
}

async function untilAnswered<Data>(ask: () => Promise<Answer<Data>>): Promise<Answer<Data>> {
  for (let tries = 1; tries <= maxTriesToOpen; tries++) {
    const answer = await ask();
    if (answer.state !== 'unanswered') return answer;
    await sleep(openPauseMs);
  }
  throw new Disagreement('No account could be opened.');
}

function newDebit(world: World, random: Random, account: Account): Debit {
  const name = world.name('debit');
  const micro = BigInt(random.integer(1, maxDebitMicro));
  const input = {
    accountId: account.id,
    credits: formatCredits(micro),
    description: name,
    idempotencyKey: name,
  };
  const send = async (): Promise<Answer<Debited>> => {
    const answer = await world.callers.ask(keys.service, debitCreditsMutation, { input });
    return answer.state === 'done' ? { state: 'done', data: answer.data.debitCredits } : answer;
  };
  return remember(account, name, micro, send);
}

type UsageInput = {
  readonly accountId: string;
  readonly credits: string;
  readonly description: string;
  readonly idempotencyKey: string;
};

function newRecord(world: World, random: Random, account: Account): Debit & { readonly input: UsageInput } {
  const name = world.name('usage');
  const micro = BigInt(random.integer(1, maxDebitMicro));
  const input = {
    accountId: account.id,
    credits: formatCredits(micro),
    description: name,
    idempotencyKey: name,
  };
  const send = async () => (await askForUsage(world, [input]))[0] ?? ({ state: 'unanswered' } as const);
  return { ...remember(account, name, micro, send), input };
}

async function askForUsage(world: World, records: readonly UsageInput[]): Promise<Answer<Debited>[]> {
  const answer = await world.callers.ask(keys.service, recordUsageMutation, {
    input: { records: [...records] },
  });
  if (answer.state !== 'done') return records.map(() => answer);
  return answer.data.recordUsage.outcomes.map(({ debited, replayed, refusal }): Answer<Debited> => {
    if (refusal) return refusalOf(refusal.code, refusal);
    return { state: 'done', data: { debited: debited ?? '', replayed } };
  });
}

/** However often it is answered, it was spent anew once at most, and always the same. */
function remember(
  account: Account,
  name: string,
  micro: bigint,
  send: () => Promise<Answer<Debited>>,
): Debit {
  let fresh = 0;
  const judged = async () => {
    const answer = await send();
    if (answer.state === 'done') {
      if (!answer.data.replayed) fresh += 1;
      if (fresh > 1 || parseCredits(answer.data.debited) !== micro)
        throw new Disagreement(`${name} of ${micro} µ was answered with ${JSON.stringify(answer.data)}.`);
    }
    return answer;
  };
  const debit = { intention: new Intention(name, judged, spendingRefusals), micro };
  account.debits.push(debit);
  return debit;
}

/** A call to a model: credits set aside, perhaps more of them, charged at once or as it goes, or given back, or forgotten. */
async function hold(world: World, random: Random, account: Account): Promise<void> {
  const name = world.name('hold');
  const accountId = account.id;
  const micro = BigInt(random.integer(1, maxDebitMicro));
  const input = {
    accountId,
    credits: formatCredits(micro),
    expiresInSeconds: random.pick([1, 3, 600]),
    idempotencyKey: name,
  };
  const send = () => world.callers.ask(keys.service, holdCreditsMutation, { input });
  const story: Hold = { intention: new Intention(name, send, spendingRefusals), captures: [] };
  account.holds.push(story);
  const made = await world.persist(story.intention, random.chance(twinChance));
  if (!made) return;
  const holdId = made.holdCredits.hold.id;
  if (random.chance(0.2)) {
    const key = world.name('extension');
    const extension = {
      accountId,
      holdId,
      addCredits: formatCredits(BigInt(random.integer(1, maxDebitMicro))),
      addSeconds: random.pick([1, 60]),
      idempotencyKey: key,
    };
    const extend = () => world.callers.ask(keys.service, extendHoldMutation, { input: extension });
    await world.persist(new Intention(key, extend, [...spendingRefusals, 'HOLD_NOT_ACTIVE']));
  }
  if (random.chance(0.1)) return;
  if (random.chance(0.2)) {
    const release = { accountId, holdId };
    const giveBack = () => world.callers.ask(keys.service, releaseHoldMutation, { input: release });
    // Given back twice, or too late, is refused; that is as good.
    await world.persist(new Intention(`${name}, released`, giveBack, ['HOLD_NOT_ACTIVE']));
    return;
  }
  const partial = random.chance(0.3) ? random.integer(1, 3) : 0;
  for (let i = 0; i <= partial; i++) {
    const key = world.name('capture');
    const share = partial === 0 ? micro * 2n : micro / BigInt(partial + 1);
    const credits = BigInt(random.integer(1, Number(share > 0n ? share : 1n)));
    const capture = {
      accountId,
      holdId,
      credits: formatCredits(credits),
      finalCapture: i === partial,
      allowDebt: random.chance(0.2),
      description: key,
      idempotencyKey: key,
    };
    const charge = () => world.callers.ask(keys.service, captureHoldMutation, { input: capture });
    const intention = new Intention(key, charge, [...spendingRefusals, 'HOLD_NOT_ACTIVE']);
    story.captures.push({ intention, micro: credits });
    if ((await world.persist(intention, random.chance(twinChance))) === null) return;
  }
}

async function buy(world: World, random: Random, account: Account): Promise<void> {
  const name = world.name('purchase');
  const credits = random.pick(packageSizes);
  const input = { creditAmount: credits, idempotencyKey: name };
  const send = () => world.callers.ask(account.key, createPaymentIntentMutation, { input });
  const purchase: Purchase = { intention: new Intention(name, send, []), credits, isPaid: false, added: 0 };
  account.purchases.push(purchase);
  world.tally.add('purchases');
  const made = await world.persist(purchase.intention, random.chance(twinChance));
  if (!made || random.chance(0.05)) return;
  await pay(world, random, purchase, made);
  // The browser, twice where somebody is impatient, and the webhook at the same time.
  if (random.chance(0.2)) return;
  const times = random.chance(0.3) ? random.integer(2, 3) : 1;
  await Promise.all(Array.from({ length: times }, () => confirm(world, account, purchase, made)));
}

/** What Stripe.js and the customer do; after a card that was declined, perhaps another one. */
async function pay(
  world: World,
  random: Random,
  purchase: Purchase,
  { createPaymentIntent: { paymentIntentId, clientSecret } }: CreatePaymentIntentMutation,
): Promise<void> {
  const { url, publishableKey } = world.sandbox;
  for (let attempt = 1; attempt <= 2; attempt++) {
    const response = await fetch(`${url}/v1/payment_intents/${paymentIntentId}/confirm`, {
      method: 'POST',
      headers: { authorization: `Bearer ${publishableKey}` },
      body: new URLSearchParams({
        client_secret: clientSecret,
        payment_method: random.weighted(methods),
        return_url: 'https://example.com/paid',
      }),
    });
    let { status } = (await response.json()) as { status?: string };
    if (status === 'requires_action' && random.chance(0.9)) {
      const outcome = random.chance(0.7) ? 'pass' : 'fail';
      status = (await atStripe(() => world.sandbox.authenticate(paymentIntentId, outcome)))?.status;
    }
    if (status === 'succeeded') purchase.isPaid = true;
    if (status === 'succeeded' || status === 'processing' || random.chance(0.5)) return;
  }
}

async function confirm(
  world: World,
  account: Account,
  purchase: Purchase,
  { createPaymentIntent: { paymentIntentId } }: CreatePaymentIntentMutation,
): Promise<void> {
  const { isPaid } = purchase;
  const input = { paymentIntentId };
  const answer = await world.callers.ask(account.key, confirmPaymentMutation, { input });
  if (answer.state === 'unanswered') return;
  if (answer.state === 'refused') {
    if (isPaid || answer.code !== 'PAYMENT_NOT_SUCCEEDED')
      throw new Disagreement(`${paymentIntentId}, paid: ${isPaid}, was confirmed with ${answer.code}.`);
    return;
  }
  const added = parseCredits(answer.data.confirmPayment.creditsAdded);
  if (added > 0n) purchase.added += 1;
  if (purchase.added > 1 || (added > 0n && added !== parseCredits(purchase.credits)))
    throw new Disagreement(`${paymentIntentId} was confirmed as adding ${added} µ, and before.`);
}

/** Support refunds a payment, sometimes with two hands at once. */
async function refundSome(world: World, random: Random, account: Account): Promise<void> {
  const purchase = random.pickAny(account.purchases.filter(({ isPaid }) => isPaid));
  const intent = purchase?.intention.data?.createPaymentIntent;
  if (!purchase || !intent) return;
  const price = Number(intent.payment.price.amount);
  const times = random.chance(0.2) ? 2 : 1;
  const refunds = Array.from({ length: times }, () => {
    const name = world.name('refund');
    const amount = random.chance(0.3) ? null : random.integer(1, Math.ceil(price / random.integer(1, 5)));
    const input = {
      paymentIntentId: intent.paymentIntentId,
      amount,
      spentCredits: random.pick(['REJECT', 'CREATE_DEBT'] as const),
      note: name,
      idempotencyKey: name,
    };
    const send = () => world.callers.ask(keys.admin, refundMutation, { input });
    const refusals = [
      'PAYMENT_NOT_SUCCEEDED',
      'REFUND_EXCEEDS_PAYMENT',
      'CREDITS_ALREADY_SPENT',
      'STRIPE_DECLINED',
    ];
    const intention = new Intention(name, send, refusals);
    account.refunds.push({ intention, purchase });
    world.tally.add('refunds');
    return intention;
  });
  await Promise.all(refunds.map((intention) => world.persist(intention, random.chance(twinChance))));
}
