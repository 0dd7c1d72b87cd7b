import {
  atStripe,
  buy,
  type Command,
  confirm,
  debit,
  grant,
  packageSizes,
  pay,
  quotedRefund,
  refund,
  reusedKey,
} from './commands.js';
import type { SimulatedAccount, SimulatedIntent, World } from './world.js';

/** Out of which a round is put together; the numbers are shares. */
const shares = {
  buy: 10,
  pay: 16,
  confirm: 14,
  confirmForeign: 2,
  grant: 8,
  debit: 30,
  reuseKey: 2,
  refund: 10,
  refundAgain: 2,
  refundAtStripe: 4,
  endRefund: 6,
  authenticate: 8,
  endDebit: 3,
  cancel: 2,
  openDispute: 5,
  moveDispute: 9,
} as const;

const methods = {
  pm_card_visa: 12,
  pm_card_mastercard: 4,
  pm_card_visa_chargeDeclined: 3,
  pm_card_visa_chargeDeclinedInsufficientFunds: 2,
  pm_card_threeDSecure2Required: 4,
  pm_card_pendingRefund: 5,
  pm_card_refundFail: 5,
  pm_card_createDispute: 2,
  pm_card_createDisputeInquiry: 2,
  pm_usBankAccount_processing: 2,
} as const;

const hourMs = 3_600_000;
const maxDebitMicro = 60_000_000;
const percent = 100n;
const maxGrantMicro = 200_000_000;
const maxBurst = 4;
const lifetimesHours = [6, 12, 24, 48];

/** One random thing to do, sometimes several times at once. Empty where there is nothing to do it to. */
export function chooseCommands(world: World): Command[] {
  const { random } = world;
  const account = random.pick(world.accounts);
  const kind = random.weighted(shares);
  const command = choose(world, account, kind);
  if (command.length > 0) world.count(kind);
  return command;
}

function choose(world: World, account: SimulatedAccount, kind: keyof typeof shares): Command[] {
  const { random, truth, stripe } = world;
  const { sandbox } = world.service;
  const burst = (make: () => Command): Command[] =>
    Array.from({ length: random.chance(0.2) ? random.integer(2, maxBurst) : 1 }, make);
  const intent = random.pickAny(account.intents);
  switch (kind) {
    case 'buy': {
      const unanswered = account.purchases.filter((purchase) => purchase.intent === null);
      const known = random.chance(0.3) ? random.pickAny(account.purchases) : random.pickAny(unanswered);
      const purchase = known ?? { key: world.name('buy'), credits: random.pick(packageSizes), intent: null };
      if (!known) account.purchases.push(purchase);
      return burst(() => buy(account, purchase));
    }
    case 'pay': {
      const open = account.intents.filter(({ id }) => truth.intents.get(id)?.status !== 'succeeded');
      const chosen = random.pickAny(open) ?? intent;
      return chosen ? [pay(world, chosen, random.weighted(methods))] : [];
    }
    case 'confirm':
      return intent ? burst(() => confirm(account, account, intent)) : [];
    case 'confirmForeign': {
      const other = random.pick(world.accounts);
      return intent && other !== account ? [confirm(other, account, intent)] : [];
    }
    case 'grant': {
      const known = random.chance(0.2) ? random.pickAny([...account.grants.values()]) : undefined;
      const label = world.name('grant');
      const intention = known ?? {
        key: label,
        label,
        micro: BigInt(random.integer(1, maxGrantMicro)),
        source: random.pick(['PROMOTION', 'ADJUSTMENT', 'SUBSCRIPTION'] as const),
        priority: random.pick([0, 10, 10, 50, 100]),
        expiresAt: random.chance(0.6) ? new Date(world.now + random.pick(lifetimesHours) * hourMs) : null,
        applied: false,
      };
      account.grants.set(intention.label, intention);
      return burst(() => grant(world, account, intention));
    }
    case 'debit': {
      const known = random.chance(0.15) ? random.pickAny([...account.debits.values()]) : undefined;
      const label = world.name('debit');
      const intention = known ?? {
        key: label,
        label,
        micro: debitMicro(world, account),
        applied: false,
        fresh: 0,
      };
      account.debits.set(intention.label, intention);
      return burst(() => debit(world, account, intention));
    }
    case 'reuseKey': {
      const used = random.pickAny([...account.debits.values()].filter(({ applied }) => applied));
      return used ? [reusedKey(world, account, used)] : [];
    }
    case 'refund': {
      if (!intent) return [];
      const { cents } = account.model.payment(intent.paymentId);
      const label = world.name('refund');
      const intention = {
        key: label,
        label,
        intent,
        cents: refundCents(world, account, intent, cents),
        policy: random.pick(['REJECT', 'CREATE_DEBT'] as const),
        applied: false,
        taken: null,
      };
      account.refunds.set(label, intention);
      return burst(() => refund(world, account, intention));
    }
    case 'refundAgain': {
      const intention = random.pickAny([...account.refunds.values()]);
      return intention ? burst(() => refund(world, account, intention)) : [];
    }
    case 'refundAtStripe': {
      if (!intent) return [];
      const { cents } = account.model.payment(intent.paymentId);
      const amount = random.integer(1, Math.floor(Number(cents) / random.integer(1, 4)));
      return [
        atStripe(`refund ${amount} of ${intent.id} in the dashboard`, () =>
          stripe.refunds.create({ payment_intent: intent.id, amount }),
        ),
      ];
    }
    case 'endRefund': {
      const open = [...truth.refunds.values()].filter(
        ({ status }) => status === 'pending' || status === 'succeeded',
      );
      const chosen = random.pickAny(open);
      if (!chosen) return [];
      const succeeds = random.chance(0.5);
      const act = () => (succeeds ? sandbox.settleRefund(chosen.id) : sandbox.failRefund(chosen.id));
      return [atStripe(`${succeeds ? 'settle' : 'fail'} ${chosen.id}`, act)];
    }
    case 'authenticate': {
      const waiting = [...truth.intents.values()].filter(({ status }) => status === 'requires_action');
      const chosen = random.pickAny(waiting);
      const outcome = random.chance(0.7) ? 'pass' : 'fail';
      if (!chosen) return [];
      return [
        atStripe(`${outcome} 3-D Secure of ${chosen.id}`, () => sandbox.authenticate(chosen.id, outcome)),
      ];
    }
    case 'endDebit': {
      const chosen = random.pickAny(
        [...truth.intents.values()].filter(({ status }) => status === 'processing'),
      );
      if (!chosen) return [];
      const arrives = random.chance(0.6);
      const act = () => (arrives ? sandbox.settlePayment(chosen.id) : sandbox.failPayment(chosen.id));
      return [atStripe(`bank debit of ${chosen.id} ${arrives ? 'arrives' : 'returns'}`, act)];
    }
    case 'openDispute': {
      const chargeId = truth.intents.get(intent?.id ?? '')?.chargeId;
      if (!intent || !chargeId) return [];
      const { cents } = account.model.payment(intent.paymentId);
      const amount = random.chance(0.5) ? undefined : random.integer(1, Number(cents));
      const inquires = random.chance(0.3);
      const act = () =>
        inquires
          ? sandbox.openInquiry(chargeId, amount)
          : sandbox.openDispute(chargeId, 'fraudulent', amount);
      return [atStripe(`${inquires ? 'inquire about' : 'dispute'} ${amount ?? 'all'} of ${intent.id}`, act)];
    }
    case 'moveDispute': {
      const chosen = random.pickAny([...truth.disputes.values()]);
      if (!chosen) return [];
      const move = random.weighted({ escalate: 4, win: 4, lose: 2, submit: 3, accept: 1 });
      const act = {
        escalate: () => sandbox.escalateInquiry(chosen.id),
        win: () => sandbox.winDispute(chosen.id),
        lose: () => sandbox.loseDispute(chosen.id),
        submit: () =>
          stripe.disputes.update(chosen.id, { evidence: { uncategorized_text: 'It was bought.' } }),
        accept: () => stripe.disputes.close(chosen.id),
      }[move];
      return [atStripe(`${move} ${chosen.id} of ${chosen.intentId}`, act)];
    }
    case 'cancel':
      if (!intent) return [];
      return [
        atStripe(`cancel ${intent.id} in the dashboard`, () => stripe.paymentIntents.cancel(intent.id)),
      ];
  }
}

/** A refund of a credited payment, of something that is left where anything is. Empty where there is no such payment. */
export function chooseQuotedRefund(world: World): Command[] {
  const { random } = world;
  const account = random.pick(world.accounts);
  const credited = account.intents.filter(({ paymentId }) => account.model.payment(paymentId).lotId !== null);
  const intent = random.pickAny(credited);
  if (!intent) return [];
  const key = world.name('refund');
  const left = Number(account.model.refundable(intent.paymentId));
  const cents = left === 0 || random.chance(0.3) ? null : BigInt(random.integer(1, left));
  world.count('refundQuotes');
  return [quotedRefund(world, account, { key, label: key, intent, cents })];
}

/** A little, or a good part of what there is, so that accounts run empty too. */
function debitMicro({ random, now }: World, { model }: SimulatedAccount): bigint {
  if (random.chance(0.6)) return BigInt(random.integer(1, maxDebitMicro));
  return (model.spendable(now) * BigInt(random.integer(20, 105))) / percent + 1n;
}

/** Null: all. Often just what the unspent credits allow, or a cent more. */
function refundCents(
  { random }: World,
  { model }: SimulatedAccount,
  { paymentId }: SimulatedIntent,
  cents: bigint,
): bigint | null {
  if (random.chance(0.3)) return null;
  const limit = model.refundableUnspent(paymentId) + BigInt(random.integer(0, 1));
  if (limit > 0n && random.chance(0.4)) return limit;
  return BigInt(random.integer(1, Number(cents) / random.integer(1, 6)));
}
