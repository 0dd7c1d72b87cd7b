import {
  confirmPaymentMutation,
  createPaymentIntentMutation,
  debitCreditsMutation,
  grantCreditsMutation,
  refundMutation,
  refundQuoteQuery,
} from '../../support/operations.js';
import { Disagreement, expectSame } from '../disagreement.js';
import type { AccountModel, ModelClaim } from './model.js';
import {
  type Answer,
  answerTo,
  creditsOf,
  type DebitIntention,
  type GrantIntention,
  microOf,
  type PurchaseIntention,
  type RefundIntention,
  type Round,
  type SimulatedAccount,
  type SimulatedIntent,
  type World,
} from './world.js';

/** Something that somebody does, once, and how its answer is judged when the books of the round are known. */
export interface Command {
  readonly text: string;
  act(): Promise<void>;
  judge?(round: Round): void;
}

/** What is on sale: credits, and cents. */
const prices = { 100: 10_00, 500: 45_00, 1000: 80_00, 2000: 150_00, 5000: 350_00 } as const;
export const packageSizes = Object.keys(prices).map(Number) as (keyof typeof prices)[];

function expectAnswer(right: boolean, text: string, answer: Answer<unknown>): void {
  if (right) return;
  const shown =
    answer.code === null
      ? JSON.stringify(answer.data)
      : `${answer.code} ${JSON.stringify(answer.extensions)}`;
  throw new Disagreement(`${text} was answered wrongly: ${shown}`);
}

const sometime = (account: SimulatedAccount, is: (model: AccountModel) => boolean): boolean =>
  account.moments.some(is);

/** Stripe may be out of reach only where the simulation made it so. */
const excused = (round: Round, code: string | null): boolean => code === 'STRIPE_UNAVAILABLE' && round.faults;

export function debit(world: World, account: SimulatedAccount, intention: DebitIntention): Command {
  const { key, label, micro } = intention;
  const text = `debit ${label} of ${micro} from ${account.id}`;
  const input = { accountId: account.id, credits: creditsOf(micro), description: label, idempotencyKey: key };
  const appliedBefore = intention.applied;
  const send = () => answerTo(world.service.clients.service.request(debitCreditsMutation, { input }));
  let answer: Awaited<ReturnType<typeof send>>;
  return {
    text,
    act: async () => {
      answer = await send();
      if (answer.data && !answer.data.debitCredits.replayed) intention.fresh += 1;
    },
    judge: ({ now }) => {
      if (answer.data) {
        const right =
          intention.applied && intention.fresh === 1 && microOf(answer.data.debitCredits.debited) === micro;
        expectAnswer(right, text, answer);
        return;
      }
      const { code, extensions } = answer;
      const short = (model: AccountModel) =>
        model.owed === 0n &&
        model.spendable(now) < micro &&
        model.spendable(now) === microOf(extensions.available);
      const owing = (model: AccountModel) => model.owed > 0n && model.owed === microOf(extensions.owed);
      const right =
        !appliedBefore &&
        ((code === 'INSUFFICIENT_CREDITS' && sometime(account, short)) ||
          (code === 'ACCOUNT_IN_DEBT' && sometime(account, owing)));
      expectAnswer(right, text, answer);
    },
  };
}

/** A debit under a key that another one has used, which must be refused. */
export function reusedKey(world: World, account: SimulatedAccount, used: DebitIntention): Command {
  const text = `another debit under the key of ${used.label}`;
  const input = {
    accountId: account.id,
    credits: creditsOf(used.micro + 1n),
    description: used.label,
    idempotencyKey: used.key,
  };
  let answer: Answer<unknown>;
  return {
    text,
    act: async () => {
      answer = await answerTo(world.service.clients.service.request(debitCreditsMutation, { input }));
    },
    judge: () => expectAnswer(answer.code === 'IDEMPOTENCY_KEY_REUSED', text, answer),
  };
}

export function grant(world: World, account: SimulatedAccount, intention: GrantIntention): Command {
  const { key, label, micro, source, priority, expiresAt } = intention;
  const text = `grant ${label} of ${micro} to ${account.id}, ${source}, priority ${priority}, until ${expiresAt?.toISOString()}`;
  const input = {
    accountId: account.id,
    credits: creditsOf(micro),
    source,
    priority,
    expiresAt: expiresAt?.toISOString() ?? null,
    note: label,
    idempotencyKey: key,
  };
  const send = () => answerTo(world.service.clients.admin.request(grantCreditsMutation, { input }));
  let answer: Awaited<ReturnType<typeof send>>;
  return {
    text,
    act: async () => {
      answer = await send();
    },
    judge: () => {
      const lot = answer.data && account.model.lots.get(String(answer.data.grantCredits.lot.id));
      expectAnswer(intention.applied && lot?.granted === micro, text, answer);
    },
  };
}

export function buy(account: SimulatedAccount, intention: PurchaseIntention): Command {
  const { key, credits } = intention;
  const text = `${account.id} buys ${credits} with the key ${key}`;
  const input = { creditAmount: credits, idempotencyKey: key };
  const send = () => answerTo(account.client.request(createPaymentIntentMutation, { input }));
  let answer: Awaited<ReturnType<typeof send>>;
  return {
    text,
    act: async () => {
      answer = await send();
      if (!answer.data) return;
      const { paymentIntentId, clientSecret, payment } = answer.data.createPaymentIntent;
      intention.intent ??= {
        id: String(paymentIntentId),
        paymentId: String(payment.id),
        clientSecret,
        micro: BigInt(credits) * 1_000_000n,
        added: 0,
      };
      const { paymentId, micro } = intention.intent;
      if (!account.model.payments.has(paymentId)) {
        const cents = BigInt(prices[credits as keyof typeof prices]);
        account.model.payments.set(paymentId, {
          id: paymentId,
          cents,
          credits: micro,
          lotId: null,
          refunds: new Map(),
          dispute: null,
        });
      }
    },
    judge: (round) => {
      if (excused(round, answer.code)) return;
      const made = answer.data?.createPaymentIntent;
      const right =
        made?.paymentIntentId === intention.intent?.id &&
        made?.payment.id === intention.intent?.paymentId &&
        made?.payment.credits === credits &&
        Number(made?.payment.price.amount) === prices[credits as keyof typeof prices];
      expectAnswer(right, text, answer);
    },
  };
}

/** The customer's browser pays; what comes of that is between it and Stripe. */
export function pay(world: World, intent: SimulatedIntent, method: string): Command {
  const { url, publishableKey } = world.service.sandbox;
  return {
    text: `pay ${intent.id} with ${method}`,
    act: async () => {
      const response = await fetch(`${url}/v1/payment_intents/${intent.id}/confirm`, {
        method: 'POST',
        headers: { authorization: `Bearer ${publishableKey}` },
        body: new URLSearchParams({
          client_secret: intent.clientSecret,
          payment_method: method,
          return_url: 'https://example.com/paid',
        }),
      });
      await response.text();
    },
  };
}

export function confirm(
  account: SimulatedAccount,
  owner: SimulatedAccount,
  intent: SimulatedIntent,
): Command {
  const text = `${account.id} confirms ${intent.id} of ${owner.id}`;
  const input = { paymentIntentId: intent.id };
  const send = () => answerTo(account.client.request(confirmPaymentMutation, { input }));
  let answer: Awaited<ReturnType<typeof send>>;
  return {
    text,
    act: async () => {
      answer = await send();
      if (answer.data && microOf(answer.data.confirmPayment.creditsAdded) > 0n) intent.added += 1;
    },
    judge: (round) => {
      if (account !== owner) return expectAnswer(answer.code === 'NOT_FOUND', text, answer);
      if (excused(round, answer.code)) return;
      if (answer.code === 'PAYMENT_NOT_SUCCEEDED') {
        return expectAnswer(!round.paidBefore.has(intent.id), text, answer);
      }
      const added = answer.data && microOf(answer.data.confirmPayment.creditsAdded);
      const credited = owner.model.payment(intent.paymentId).lotId !== null;
      expectAnswer(credited && intent.added <= 1 && (added === 0n || added === intent.micro), text, answer);
    },
  };
}

export function refund(world: World, account: SimulatedAccount, intention: RefundIntention): Command {
  const { key, label, cents, policy, intent } = intention;
  const text = `refund ${label} of ${cents ?? 'all'} of ${intent.id} (${account.id}), ${policy}`;
  const input = {
    paymentIntentId: intent.id,
    amount: cents === null ? null : Number(cents),
    spentCredits: policy,
    note: label,
    idempotencyKey: key,
  };
  const send = () => answerTo(world.service.clients.admin.request(refundMutation, { input }));
  let answer: Awaited<ReturnType<typeof send>>;
  return {
    text,
    act: async () => {
      answer = await send();
    },
    judge: (round) => {
      if (answer.data) return expectAnswer(intention.applied, text, answer);
      if (excused(round, answer.code)) return;
      const { code, extensions } = answer;
      const possible = BigInt(String(extensions.refundable ?? -1));
      const wanted = (model: AccountModel) => cents ?? model.refundable(intent.paymentId);
      const unpaid = (model: AccountModel) => model.payment(intent.paymentId).lotId === null;
      const tooMuch = (model: AccountModel) => {
        const left = model.refundable(intent.paymentId);
        return left === possible && (left === 0n || wanted(model) > left);
      };
      const spent = (model: AccountModel) =>
        model.refundableUnspent(intent.paymentId) === possible && wanted(model) > possible;
      // Recorded, and refused by Stripe, which another refund reached first.
      const outrun = code === 'REFUND_EXCEEDS_PAYMENT' && intention.applied;
      // Recorded likewise, and refused since a dispute that we had not heard of has the money, or had it.
      const disputed = code === 'STRIPE_DECLINED' && intention.applied && isWithdrawn(world, intent.id);
      const right =
        outrun ||
        disputed ||
        (code === 'PAYMENT_NOT_SUCCEEDED' && sometime(account, unpaid)) ||
        (code === 'REFUND_EXCEEDS_PAYMENT' && sometime(account, tooMuch)) ||
        (code === 'CREDITS_ALREADY_SPENT' && policy === 'REJECT' && sometime(account, spent));
      expectAnswer(right, text, answer);
    },
  };
}

const isWithdrawn = (world: World, intentId: string): boolean =>
  world.truth.disputesOf(intentId).some(({ moves }) => moves > 0);

/** Support asks what a refund would do, and makes it where nothing else happens: it must do that. */
export function quotedRefund(
  world: World,
  account: SimulatedAccount,
  terms: Omit<RefundIntention, 'policy' | 'taken' | 'applied'>,
): Command {
  const { label, cents, intent } = terms;
  const { admin } = world.service.clients;
  const text = `refund ${label} of ${cents ?? 'all'} of ${intent.id} (${account.id}), as quoted`;
  const amount = cents === null ? null : Number(cents);
  const ask = () => answerTo(admin.request(refundQuoteQuery, { paymentId: intent.id, amount }));
  let quoted: Awaited<ReturnType<typeof ask>>;
  let follow: Command;
  return {
    text,
    act: async () => {
      quoted = await ask();
      const policy = quoted.data?.refundQuote.refund?.spentCredits ?? 'REJECT';
      const intention = { ...terms, policy, applied: false, taken: null };
      account.refunds.set(label, intention);
      follow = refund(world, account, intention);
      await follow.act();
    },
    judge: (round) => {
      follow.judge?.(round);
      const [before = account.model] = account.moments;
      const quote = quoted.data?.refundQuote;
      if (!quote) return expectAnswer(false, text, quoted);
      const payment = before.payment(intent.paymentId);
      const own = payment.lotId === null ? undefined : before.lots.get(payment.lotId);
      const claims = [...payment.refunds.values(), ...(payment.dispute ? [payment.dispute] : [])];
      const unspent = own?.remaining ?? 0n;
      const spent =
        (own?.granted ?? 0n) -
        unspent -
        claims.reduce((sum, claim) => sum + drawnFrom(claim, payment.lotId), 0n);
      expectSame(
        `${text}: what is left`,
        [quote.refundable.amount, quote.refundableByUnspentCredits.amount].map(BigInt),
        [before.refundable(intent.paymentId), before.refundableUnspent(intent.paymentId)],
      );
      expectSame(
        `${text}: where the credits are`,
        [quote.unspent, quote.held, quote.spent, quote.refundedCredits].map(microOf),
        [unspent, 0n, spent, before.refunded(intent.paymentId).credits],
      );
      const { taken, applied } = account.refunds.get(label) ?? { taken: null, applied: false };
      expectSame(`${text}: whether it can be`, quote.refund !== null, applied);
      if (!quote.refund || !taken) return;
      const { credits, fromPayment, fromOtherCredits, asDebt } = quote.refund;
      expectSame(
        `${text}: credits`,
        [BigInt(quote.refund.amount.amount), microOf(credits)],
        [taken.cents, taken.credits],
      );
      // A dispute that holds a part has that counted anew, from whichever lots.
      if (payment.dispute) return;
      const fromOwn = drawnFrom(taken, payment.lotId);
      expectSame(`${text}: who bears it`, [fromPayment, fromOtherCredits, asDebt].map(microOf), [
        fromOwn,
        taken.credits - taken.debt - fromOwn,
        taken.debt,
      ]);
    },
  };
}

const drawnFrom = ({ drawn }: ModelClaim, lotId: string | null): bigint =>
  drawn.reduce((sum, draw) => (draw.lotId === lotId ? sum + draw.amount : sum), 0n);

/** Somebody at Stripe's dashboard; refusals are Stripe's business. */
export function atStripe(text: string, act: () => unknown): Command {
  return {
    text,
    act: async () => {
      try {
        await act();
      } catch (error) {
        if (!(error instanceof Error) || !/Stripe|ApiError/.test(`${error.constructor.name} ${error.name}`))
          throw error;
      }
    },
  };
}
