import { type Random } from '../random.js';
import { centsPerCredit, type ExtendHold, keyedNames, microPerCent, type Operation } from './operations.js';
import type { Request, SimulatedAccount, Slot, World } from './world.js';

/** Out of which a round is put together; the numbers are shares. */
const shares = {
  debit: 18,
  hold: 18,
  extend: 10,
  capture: 24,
  release: 7,
  grant: 10,
  purchase: 4,
  refund: 6,
  unwind: 4,
  failure: 1,
  bookDue: 2,
  balance: 4,
  lots: 3,
  again: 9,
  reuseKey: 3,
  bad: 3,
} as const;

export const secondMs = 1_000;
export const minuteMs = 60_000;
/** Multiples of each other and of the steps of the clock, so that it meets the very instants at which things end. */
const holdSeconds = [1, 10, 60, 60, 600, 3_600, 86_400];
const lifetimesMs = [1, 10, 10, 60, 60, 1_440].map((minutes) => minutes * minuteMs);
const maxHoldSeconds = 604_800;
const maxKeyChars = 255;
const credit = 1_000_000n;
const percent = 100n;
const rememberedRequests = 60;
/** The largest amount that PostgreSQL's bigint holds. */
const most = 2n ** 63n - 1n;

/** One random thing to ask for; null where there is nothing to do it to. */
export function chooseRequest(world: World): Request | null {
  const { random } = world;
  const account = random.pick(world.accounts);
  const isNew = account.model.lots.size === 0 && random.chance(0.7);
  const kind = isNew ? random.pick(['grant', 'purchase'] as const) : random.weighted(shares);
  const request = choose(world, account, kind);
  if (request) world.count(kind);
  return request;
}

function choose(world: World, account: SimulatedAccount, kind: keyof typeof shares): Request | null {
  const { random } = world;
  const { id: accountId, model } = account;
  switch (kind) {
    case 'debit': {
      const name = world.name('debit');
      const occurredAt = random.chance(0.2) ? new Date(world.now - random.integer(0, 90_000)) : null;
      return make(world, account, name, {
        kind,
        accountId,
        credits: amountOf(random, account),
        description: name,
        occurredAt,
        key: name,
      });
    }
    case 'hold': {
      const name = world.name('hold');
      const expiresInSeconds = random.pick(holdSeconds);
      return make(world, account, name, {
        kind,
        accountId,
        credits: amountOf(random, account),
        expiresInSeconds,
        key: name,
      });
    }
    case 'extend': {
      const hold = pickHold(random, account);
      if (!hold) return null;
      const name = world.name('extend');
      const adds = random.pick(['credits', 'seconds', 'both'] as const);
      return make(world, account, name, {
        kind,
        accountId,
        holdId: hold.id,
        addCredits: adds === 'seconds' ? null : amountOf(random, account),
        addSeconds: adds === 'credits' ? null : random.pick([1, 10, 60, 600]),
        key: random.chance(0.8) ? name : null,
      });
    }
    case 'capture': {
      const hold = pickHold(random, account);
      if (!hold) return null;
      const left = hold.parts.reduce((sum, { amount }) => sum + amount, 0n);
      const whole = left > 0n ? left : hold.credits;
      const size = random.pick(['less', 'less', 'all', 'more', 'muchMore'] as const);
      const credits =
        size === 'all'
          ? whole
          : size === 'less'
            ? share(random, whole, 1, 99)
            : size === 'more'
              ? whole + share(random, model.position.available, 1, 60)
              : whole + share(random, model.position.available, 90, 150) + credit;
      const name = world.name('capture');
      return make(world, account, name, {
        kind,
        accountId,
        holdId: hold.id,
        credits: credits > most ? most : credits,
        allowDebt: random.chance(0.25),
        final: random.chance(0.6),
        description: name,
        key: name,
      });
    }
    case 'release': {
      const hold = pickHold(random, account);
      if (!hold) return null;
      const name = `release of ${hold.id}`;
      return world.requests.get(name) ?? make(world, account, name, { kind, accountId, holdId: hold.id });
    }
    case 'grant': {
      const name = world.name('grant');
      const minute = Math.ceil(world.now / minuteMs) * minuteMs;
      const effectiveAt = random.chance(0.3) ? minute + random.pick([-10, 0, 1, 10, 60]) * minuteMs : null;
      const expiresAt = random.chance(0.6)
        ? Math.max(minute, effectiveAt ?? 0) + random.pick(lifetimesMs)
        : null;
      return make(world, account, name, {
        kind,
        accountId,
        credits:
          account.isRich && random.chance(0.6)
            ? most / BigInt(random.integer(1, 4))
            : BigInt(random.integer(1, 90)) * credit + BigInt(random.integer(0, 999_999)),
        source: random.pick(['PROMOTION', 'PROMOTION', 'SUBSCRIPTION', 'ADJUSTMENT'] as const),
        priority: random.pick([0, 10, 10, 40, 50, 100]),
        effectiveAt: effectiveAt === null ? null : new Date(effectiveAt),
        expiresAt: expiresAt === null ? null : new Date(expiresAt),
        note: name,
        key: name,
      });
    }
    case 'purchase': {
      if (account.isRich) return null;
      const paymentId = uuid(random);
      return make(world, account, `purchase ${paymentId}`, {
        kind,
        accountId,
        paymentId,
        credits: random.integer(1, 60),
      });
    }
    case 'refund': {
      const paymentId = random.pickAny([...model.payments.keys()]);
      const payment = model.payments.get(paymentId ?? '');
      if (!paymentId || !payment) return null;
      const left = payment.cents - payment.refundedCents;
      const refundId = uuid(random);
      const cents =
        random.chance(0.3) && left > 0n
          ? left
          : BigInt(random.integer(1, Number(payment.cents) / random.integer(1, 4)));
      return make(world, account, `refund ${refundId}`, {
        kind,
        accountId,
        paymentId,
        refundId,
        cents,
        rejectsSpent: random.chance(0.3),
      });
    }
    case 'unwind': {
      const refundId = random.pickAny([...model.refunds.keys()]);
      const refund = world.requests.get(`refund ${refundId}`)?.operation;
      if (refundId === undefined || refund?.kind !== 'refund') return null;
      const name = `unwind ${refundId}`;
      const { paymentId } = refund;
      return world.requests.get(name) ?? make(world, account, name, { kind, accountId, paymentId, refundId });
    }
    case 'failure': {
      const name = world.name('failure');
      return make(world, account, name, { kind, accountId, paymentId: uuid(random), description: name });
    }
    case 'bookDue':
      return make(world, account, world.name(kind), { kind });
    case 'balance':
    case 'lots': {
      const asOf = random.chance(0.5) ? somePast(random, account) : null;
      return make(world, account, world.name(kind), {
        kind,
        accountId,
        asOf: asOf === null ? null : new Date(asOf),
      });
    }
    case 'again': {
      const request = random.pickAny(account.requests);
      return request && isRepeatable(request.operation) ? request : null;
    }
    case 'reuseKey':
      return reuseKey(world, account);
    case 'bad':
      return makeBad(world, account);
  }
}

const isRepeatable = (operation: Operation): boolean =>
  operation.kind !== 'failure' && !(operation.kind === 'extend' && operation.key === null);

/** Another request under a key that was given to one already, done or not. */
function reuseKey(world: World, account: SimulatedAccount): Request | null {
  const used = world.random.pickAny(
    account.requests.filter(({ slot, faults }) => slot !== null && faults === null),
  );
  if (!used) return null;
  const { operation, slot } = used;
  if (!slot || !('key' in operation)) return null;
  const name = world.name('reused');
  slot.largest += 1n;
  const credits = slot.largest;
  switch (operation.kind) {
    case 'debit':
    case 'capture':
      return make(world, account, name, { ...operation, credits, description: name }, slot);
    case 'grant':
      return make(world, account, name, { ...operation, credits, note: name }, slot);
    case 'hold':
      return make(world, account, name, { ...operation, credits }, slot);
    case 'extend':
      return make(world, account, name, { ...operation, addCredits: credits }, slot);
  }
}

/** What no account's state makes right. */
function makeBad(world: World, account: SimulatedAccount): Request | null {
  const { random, now } = world;
  const { id: accountId } = account;
  const name = world.name('bad');
  const debit = {
    kind: 'debit',
    accountId,
    credits: 1n,
    description: name,
    occurredAt: null,
    key: name,
  } as const;
  const hold = { kind: 'hold', accountId, credits: 1n, expiresInSeconds: 60, key: name } as const;
  const grant = {
    kind: 'grant',
    accountId,
    credits: 1n,
    source: 'PROMOTION',
    priority: 10,
    effectiveAt: null,
    expiresAt: null,
    note: name,
    key: name,
  } as const;
  const holdId = pickHold(random, account)?.id ?? uuid(random);
  const extend: ExtendHold = {
    kind: 'extend',
    accountId,
    holdId,
    addCredits: 1n,
    addSeconds: null,
    key: name,
  };
  const others = world.accounts.filter((other) => other !== account).flatMap((other) => other.holdIds);
  const foreign = random.pickAny(others) ?? uuid(random);
  const capture = {
    kind: 'capture',
    accountId,
    holdId: foreign,
    credits: 1n,
    allowDebt: true,
    final: true,
    description: name,
    key: name,
  } as const;
  const input = ['BAD_USER_INPUT'];
  const missing = ['NOT_FOUND'];
  const [operation, faults] = random.pick<readonly [Operation, readonly string[]]>([
    [{ ...debit, credits: 0n }, input],
    [{ ...debit, credits: -5n }, input],
    [{ ...debit, key: '' }, input],
    [{ ...debit, key: 'k'.repeat(maxKeyChars + 1) }, input],
    [{ ...debit, accountId: 'nobody' }, missing],
    [{ ...hold, credits: 0n }, input],
    [{ ...hold, expiresInSeconds: 0 }, input],
    [{ ...hold, expiresInSeconds: maxHoldSeconds + 1 }, input],
    [{ ...hold, accountId: 'nobody' }, missing],
    [{ ...extend, addCredits: null }, input],
    [{ ...extend, addCredits: 0n }, input],
    [{ ...extend, addSeconds: maxHoldSeconds + 1 }, input],
    // Of a hold that is over, either may be said.
    [{ ...extend, addSeconds: maxHoldSeconds }, [...input, 'HOLD_NOT_ACTIVE', ...missing]],
    [{ ...extend, holdId: foreign }, missing],
    [capture, missing],
    [{ ...capture, credits: 0n }, input],
    [{ kind: 'release', accountId, holdId: foreign }, missing],
    [{ ...grant, credits: 0n }, input],
    [{ ...grant, credits: -1n }, input],
    [{ ...grant, expiresAt: new Date(now - 600 * minuteMs) }, input],
    [
      { ...grant, effectiveAt: new Date(now + 600 * minuteMs), expiresAt: new Date(now + 599 * minuteMs) },
      input,
    ],
    [{ ...grant, accountId: 'nobody' }, missing],
    [{ kind: 'balance', accountId, asOf: new Date(now + 100 * 24 * 60 * minuteMs) }, input],
    [{ kind: 'balance', accountId: 'nobody', asOf: null }, missing],
  ]);
  return make(world, account, name, operation, null, faults);
}

function make(
  world: World,
  account: SimulatedAccount,
  name: string,
  operation: Operation,
  slot: Slot | null = slotOf(operation),
  faults: readonly string[] | null = null,
): Request {
  const request: Request = {
    name,
    operation,
    slot: faults === null ? slot : null,
    faults,
    applied: 0,
    appliedIn: 0,
    moment: 0,
    fresh: 0,
  };
  world.requests.set(name, request);
  account.requests.push(request);
  if (account.requests.length > rememberedRequests) account.requests.shift();
  return request;
}

function slotOf(operation: Operation): Slot | null {
  if (!('key' in operation) || operation.key === null) return null;
  const { kind, accountId, key } = operation;
  const largest = kind === 'extend' ? (operation.addCredits ?? 0n) : operation.credits;
  return { accountId, operation: keyedNames[kind], key, largest, owner: null };
}

/** A little, or a good part of what there is, so that accounts run empty too. */
function amountOf(random: Random, { model, isRich }: SimulatedAccount): bigint {
  if (!isRich && random.chance(0.5)) return BigInt(random.integer(1, 15_000_000));
  const amount = share(random, model.position.available, 5, 108);
  return amount > most ? most : amount;
}

const share = (random: Random, whole: bigint, least: number, largest: number): bigint =>
  (whole * BigInt(random.integer(least, largest))) / percent + 1n;

/** Mostly one that still holds. */
function pickHold(random: Random, { model }: SimulatedAccount) {
  const holds = [...model.holds.values()];
  const active = holds.filter(({ status }) => status === 'ACTIVE');
  return random.chance(0.85) ? random.pickAny(active) : random.pickAny(holds.slice(-20));
}

/** An instant before the account last changed, so that what was so then stays so. */
function somePast(random: Random, { past, model }: SimulatedAccount): number | null {
  const entry = random.pickAny(past);
  if (!entry) return null;
  const at = entry.at + random.pick([-1, 0, 0, 1, secondMs]);
  return at < model.updatedAt ? at : null;
}

function uuid(random: Random): string {
  const digits = Array.from({ length: 32 }, () => random.integer(0, 15).toString(16)).join('');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20)}`;
}

/** What a refund of so many cents takes. */
export const creditsFor = (cents: bigint): bigint => cents * microPerCent;
export const centsFor = (credits: number): bigint => BigInt(credits * centsPerCredit);
