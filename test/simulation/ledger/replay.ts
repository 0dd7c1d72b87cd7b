import { hash } from 'node:crypto';
import { Disagreement, expectSame } from '../disagreement.js';
import { centsFor, creditsFor } from './choose.js';
import { AccountModel, type Entry, moveText, Refused } from './model.js';
import type { Attempt, Request, SimulatedAccount, World } from './world.js';

interface Row {
  readonly account_id: string;
  readonly seq: string;
  readonly type: string;
  readonly description: string;
  readonly metadata: string | null;
  readonly occurred_at: Date | null;
  readonly credits: string;
  readonly money_amount: string | null;
  readonly money_currency: string | null;
  readonly payment_id: string | null;
  readonly refund_id: string | null;
  readonly hold_id: string | null;
  readonly available_after: string;
  readonly held_after: string;
  readonly owed_after: string;
  readonly created_at: Date;
  readonly hash: string;
  readonly transfers: readonly (readonly [
    debit: string,
    credit: string,
    amount: string,
    lotId: string | null,
  ])[];
}

/** What was claimed under a key. */
interface Claim {
  readonly account_id: string;
  readonly operation: string;
  readonly key: string;
  readonly resource: string;
}

const msPerSecond = 1_000;
const claimName = (accountId: string, operation: string, key: string) => `${accountId} ${operation} ${key}`;

/**
 * Takes the journal's order of the operations since the last time, and only that: what each of them must be is worked
 * out by the model, from what was asked for in this round, and compared.
 */
export async function replayJournal(world: World, attempts: readonly Attempt[]): Promise<void> {
  const rows = await world.query<Row>(
    `select o.account_id, o.seq, o.type, o.description, o.metadata::text as metadata, o.occurred_at, o.credits,
       o.money_amount, o.money_currency, o.payment_id, o.refund_id, o.hold_id, o.available_after, o.held_after,
       o.owed_after, o.created_at, encode(o.hash, 'hex') as hash,
       (select coalesce(json_agg(json_build_array(t.debit_account, t.credit_account, t.amount::text, t.lot_id)
          order by t.line), '[]')
        from ledger_transfers t where t.account_id = o.account_id and t.operation_seq = o.seq) as transfers
     from ledger_operations o join unnest($1::text[], $2::bigint[]) known(account_id, seq)
       on o.account_id = known.account_id and o.seq > known.seq
     order by o.account_id, o.seq`,
    [world.accounts.map(({ id }) => id), world.accounts.map(({ seq }) => seq)],
  );
  const claims = await readClaims(world, attempts);
  for (const account of world.accounts) {
    account.moments = [new AccountModel(account.model)];
    const own = rows.filter((row) => row.account_id === account.id);
    new Replay(world, account, attempts, claims).run(own);
  }
  compareClaims(attempts, claims);
}

async function readClaims(world: World, attempts: readonly Attempt[]): Promise<ReadonlyMap<string, Claim>> {
  const slots = attempts.flatMap(({ request: { slot } }) => slot ?? []);
  const rows = await world.query<Claim>(
    `select account_id, operation, key, resource from idempotency_keys
     join unnest($1::text[], $2::text[], $3::text[]) as wanted (account_id, operation, key)
       using (account_id, operation, key)`,
    [
      slots.map(({ accountId }) => accountId),
      slots.map(({ operation }) => operation),
      slots.map(({ key }) => key),
    ],
  );
  return new Map(rows.map((row) => [claimName(row.account_id, row.operation, row.key), row]));
}

/** Keys are taken by what was done, and by nothing else. */
function compareClaims(attempts: readonly Attempt[], claims: ReadonlyMap<string, Claim>): void {
  for (const { request } of attempts) {
    const { slot } = request;
    if (!slot) continue;
    const claim = claims.get(claimName(slot.accountId, slot.operation, slot.key));
    if ((claim !== undefined) !== (slot.owner !== null))
      throw new Disagreement(
        `The key of ${request.name} is claimed: ${claim !== undefined}; it was done: ${slot.owner !== null}.`,
      );
  }
}

class Replay {
  /** Entries of the operation under way that have not been met yet. */
  #rest: Entry[] = [];

  constructor(
    private readonly world: World,
    private readonly account: SimulatedAccount,
    private readonly attempts: readonly Attempt[],
    private readonly claims: ReadonlyMap<string, Claim>,
  ) {}

  run(rows: readonly Row[]): void {
    for (const row of rows) {
      try {
        this.#step(row);
      } catch (error) {
        if (error instanceof Refused)
          throw new Disagreement(`The rules refuse it: ${error.code}\n  at ${JSON.stringify(row)}`);
        if (error instanceof Disagreement)
          throw new Disagreement(`${error.message}\n  at ${JSON.stringify(row)}`);
        throw error;
      }
    }
    const [missing] = this.#rest;
    if (missing)
      throw new Disagreement(`${this.account.id} lacks an operation: ${missing.type} ${missing.moves}`);
  }

  #step(row: Row): void {
    const { account } = this;
    if (BigInt(row.seq) !== account.seq + 1n) throw new Disagreement('The journal has a gap.');
    expectSame('The hash', row.hash, hash('sha256', contentOf(account.hash, row), 'hex'));
    if (this.#rest.length === 0) this.#rest = this.#explain(row);
    const expected = this.#rest.shift();
    expectSame('The operation', entryOf(row), expected);
    const before = account.past.at(-1)?.position;
    const net = (position = { available: 0n, held: 0n, owed: 0n }) =>
      position.available + position.held - position.owed;
    const position = {
      available: BigInt(row.available_after),
      held: BigInt(row.held_after),
      owed: BigInt(row.owed_after),
    };
    expectSame('Its credits', BigInt(row.credits), net(position) - net(before));
    account.seq += 1n;
    account.hash = row.hash;
    account.past.push({ at: row.created_at.getTime(), position, lots: account.model.spendable });
    if (this.#rest.length === 0) account.moments.push(new AccountModel(account.model));
  }

  /** The entries of which this is the first. */
  #explain(row: Row): Entry[] {
    const { model } = this.account;
    const at = row.created_at.getTime();
    const due = model.nextDue();
    if (due !== null && due.at <= at) {
      this.world.count('dueChanges');
      return model.bookDue(due);
    }
    switch (row.type) {
      case 'USAGE':
        return this.#usage(row, at);
      case 'HOLD':
        return row.hold_id !== null && model.holds.has(row.hold_id)
          ? this.#extension(row, at)
          : this.#newHold(row, at);
      case 'RELEASE': {
        const request = this.#asked(`release of ${row.hold_id}`);
        this.#apply(request);
        return model.release(at, row.hold_id ?? '') ?? [];
      }
      case 'GRANT':
      case 'ADJUSTMENT': {
        const request = this.#asked(row.description);
        const { operation } = request;
        if (operation.kind !== 'grant') throw new Disagreement('It was no grant.');
        const id = onlyLot(row);
        this.#apply(request, id);
        return model.grant(at, {
          id,
          source: operation.source,
          granted: operation.credits,
          priority: operation.priority,
          effectiveAt: operation.effectiveAt?.getTime() ?? null,
          expiresAt: operation.expiresAt?.getTime() ?? null,
        });
      }
      case 'PURCHASE': {
        const request = this.#asked(`purchase ${row.payment_id}`);
        const { operation } = request;
        if (operation.kind !== 'purchase') throw new Disagreement('It was no purchase.');
        this.#apply(request);
        const cents = centsFor(operation.credits);
        return model.purchase(at, operation.paymentId, onlyLot(row), cents, creditsFor(cents));
      }
      case 'REFUND': {
        const request = this.#asked(`refund ${row.refund_id}`);
        const { operation } = request;
        if (operation.kind !== 'refund') throw new Disagreement('It was no refund.');
        const { paymentId, refundId, cents, rejectsSpent } = operation;
        const refusal = model.refusesRefund(paymentId, cents, creditsFor(cents), rejectsSpent);
        if (refusal) throw new Disagreement(`It should have been refused: ${refusal}`);
        this.#apply(request);
        return model.clawBack(at, paymentId, refundId, cents, creditsFor(cents));
      }
      case 'REFUND_FAILED': {
        const request = this.#asked(`unwind ${row.refund_id}`);
        const { operation } = request;
        if (operation.kind !== 'unwind') throw new Disagreement('It was no unwinding.');
        this.#apply(request);
        const made = row.transfers.flatMap(([, , , lotId]) =>
          lotId !== null && !model.lots.has(lotId) ? [lotId] : [],
        );
        return model.unwind(at, operation.paymentId, operation.refundId, made[0] ?? null);
      }
      case 'PAYMENT_FAILED':
        this.#apply(this.#asked(row.description));
        return model.note(at);
      default:
        throw new Disagreement(`Nobody asked for ${row.type}.`);
    }
  }

  #usage(row: Row, at: number): Entry[] {
    const request = this.#asked(row.description);
    const { operation } = request;
    const { model } = this.account;
    if (operation.kind === 'debit') {
      expectSame('When it was', row.occurred_at?.getTime() ?? null, operation.occurredAt?.getTime() ?? null);
      this.#apply(request, operation.credits.toString());
      return model.debit(at, operation.credits);
    }
    if (operation.kind !== 'capture') throw new Disagreement('It was no usage.');
    this.#apply(request, operation.holdId);
    return model.capture(at, operation.holdId, operation.credits, operation.allowDebt, operation.final);
  }

  /** Nothing but the key, which names the hold, says which request it was. */
  #newHold(row: Row, at: number): Entry[] {
    const id = row.hold_id ?? '';
    const request = this.#sent().find(({ operation, slot }) => {
      if (operation.kind !== 'hold' || slot === null || operation.credits !== movedBy(row)) return false;
      return this.claims.get(claimName(slot.accountId, slot.operation, slot.key))?.resource === id;
    });
    if (request?.operation.kind !== 'hold') throw new Disagreement('Nobody asked for it.');
    this.#apply(request);
    const { credits, expiresInSeconds } = request.operation;
    return this.account.model.openHold(at, id, credits, at + expiresInSeconds * msPerSecond);
  }

  /** What it added says which request it was. Those that ask for the same are alike. */
  #extension(row: Row, at: number): Entry[] {
    const id = row.hold_id ?? '';
    const hold = this.account.model.holds.get(id);
    const until = /until (\S+)$/.exec(row.description)?.[1];
    const addMs = until === undefined || !hold ? null : Date.parse(until) - hold.expiresAt;
    const request = this.#sent().find(({ operation, slot, applied, faults }) => {
      if (operation.kind !== 'extend' || operation.holdId !== id || applied > 0 || faults !== null)
        return false;
      if (slot && !this.claims.has(claimName(slot.accountId, slot.operation, slot.key))) return false;
      const seconds = operation.addSeconds;
      return (
        (operation.addCredits ?? 0n) === movedBy(row) &&
        (seconds === null ? null : seconds * msPerSecond) === addMs
      );
    });
    if (request?.operation.kind !== 'extend') throw new Disagreement('Nobody asked for it.');
    this.#apply(request, id);
    return this.account.model.extendHold(at, id, request.operation.addCredits, addMs);
  }

  #sent(): Request[] {
    const own = this.attempts.filter(
      ({ request: { operation } }) => 'accountId' in operation && operation.accountId === this.account.id,
    );
    return own.map(({ request }) => request);
  }

  #asked(name: string): Request {
    const request = this.world.requests.get(name);
    if (!request || !this.#sent().includes(request))
      throw new Disagreement('Nobody asked for it in this round.');
    return request;
  }

  /** Once, and once per key. `resource` is what its key must lead to. */
  #apply(request: Request, resource?: string): void {
    const { slot, name } = request;
    if (request.applied > 0) throw new Disagreement(`${name} was done twice.`);
    if (slot?.owner) throw new Disagreement(`${name} was done under the key of ${slot.owner.name}.`);
    if (slot) {
      slot.owner = request;
      const claim = this.claims.get(claimName(slot.accountId, slot.operation, slot.key));
      if (resource !== undefined) expectSame(`What the key of ${name} leads to`, claim?.resource, resource);
    }
    request.applied += 1;
    request.appliedIn = this.world.round;
    request.moment = this.account.moments.length;
    this.world.count('applied');
  }
}

const entryOf = (row: Row): Entry => ({
  type: row.type,
  at: row.created_at.getTime(),
  holdId: row.hold_id,
  moves: row.transfers
    .map(([debit, credit, amount, lotId]) => moveText(debit, credit, lotId, BigInt(amount)))
    .sort(),
  position: {
    available: BigInt(row.available_after),
    held: BigInt(row.held_after),
    owed: BigInt(row.owed_after),
  },
});

const movedBy = ({ transfers }: Row): bigint =>
  transfers.reduce((sum, [, , amount]) => sum + BigInt(amount), 0n);

function onlyLot({ transfers }: Row): string {
  const [id, ...others] = new Set(transfers.map(([, , , lotId]) => lotId));
  if (typeof id !== 'string' || others.length > 0) throw new Disagreement('A grant makes exactly one lot.');
  return id;
}

/** What the hash of an operation covers, as the ledger's page says, written once more. */
function contentOf(previous: string, row: Row): string {
  const text = (value: string) => `${new TextEncoder().encode(value).length}:${value}`;
  return [
    previous,
    row.account_id,
    row.seq,
    row.type,
    row.credits,
    row.available_after,
    row.held_after,
    row.owed_after,
    row.created_at.getTime(),
    row.occurred_at?.getTime() ?? '',
    row.money_amount ?? '',
    row.money_currency ?? '',
    row.payment_id ?? '',
    row.refund_id ?? '',
    row.hold_id ?? '',
    text(row.description),
    row.metadata === null ? '' : text(row.metadata),
    ...row.transfers.flatMap(([debit, credit, amount, lotId]) => [debit, credit, amount, lotId ?? '']),
    '',
  ].join('\n');
}
