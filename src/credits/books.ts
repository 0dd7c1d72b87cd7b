import { type JournalEntry, type JournalHead, nextEntry } from '../ledger/journal-entry.js';
import type { OperationInfo } from '../ledger/operation.js';
import type { ClawBackAccount, LedgerAccount, Position, Transfer } from '../ledger/posting.js';
import { formatCredits, type MicroCredits, maxMicroCredits } from '../platform/credits.js';
import { badInput, notFound } from '../platform/errors.js';
import { burnDown, compareBurnDown, type Draw, splitDraws, totalOf } from './burn-down.js';
import { type ClawBackPlan, planClawBack } from './claw-back.js';
import { repayDebt } from './debt.js';
import { type Change, earliestChange } from './due.js';
import { type Hold, holdTermsText, mergeDraws } from './hold.js';
import { isExpired, type Lot, type LotTerms, lotTermsText } from './lot.js';
import { assertPositive, holdNotActive, refusalOf } from './refusal.js';

/** What is read of an account, under its lock. The books that are opened with it take it over. */
export interface BooksState {
  readonly head: JournalHead;
  /** When the account last changed. */
  readonly updatedAt: Date;
  /** Nothing falls due before this instant; null: nothing ever does. */
  readonly nextChangeAt: Date | null;
  /** Every lot with anything in it, and those that the work to be done names. */
  readonly lots: Map<string, Lot>;
  /** The holds that the work names; where something may be due, those that are, and the active one that expires next. */
  readonly holds: Map<string, Hold>;
}

export type NewLot = Omit<LotTerms, 'createdAt'>;

export interface CaptureTerms {
  /** Charge what the account cannot pay as debt. */
  readonly allowDebt: boolean;
  /** Release what is not captured; otherwise the hold stays for further captures. */
  readonly final: boolean;
}

export interface HoldExtension {
  readonly credits: MicroCredits | null;
  readonly expiresAt: Date | null;
}

/** What has to be written of an account. The lots are the books' own: write them before going on. */
export interface BooksChanges {
  readonly before: JournalHead;
  readonly after: JournalHead;
  readonly updatedAt: Date;
  readonly nextChangeAt: Date | null;
  readonly entries: readonly JournalEntry[];
  readonly newLots: readonly Lot[];
  readonly changedLots: readonly Lot[];
  readonly newHolds: readonly Hold[];
  readonly changedHolds: readonly Hold[];
}

type OpenLot = { -readonly [Field in keyof Lot]: Lot[Field] };

/** What is to be done about a row. */
type Write = 'INSERT' | 'UPDATE';

/**
 * The books of one account, opened: pure rules over what was read under the account's lock. Each method either
 * posts its operation or throws and leaves everything as it was, so that many callers' operations can share a
 * transaction. Lots move only by the transfers that the journal gets.
 */
export class Books {
  #head: JournalHead;
  #lastAt: Date;
  #nextChangeAt: Date | null;
  /** In burn-down order. */
  readonly #lots: OpenLot[];
  readonly #lotsById: Map<string, OpenLot>;
  readonly #holds: Map<string, Hold>;
  /** What is to be written: where the books stood when they were, and what has happened since. */
  #written: JournalHead;
  #nextChangeWritten: Date | null;
  #entries: JournalEntry[] = [];
  readonly #lotWrites = new Map<OpenLot, Write>();
  readonly #holdWrites = new Map<string, Write>();
  /** The instant of all that is asked for now. A clock that lags behind the account is set right by it. */
  readonly now: Date;

  constructor(state: BooksState, now: Date) {
    this.#written = state.head;
    this.#head = state.head;
    this.#lastAt = state.updatedAt;
    this.#nextChangeWritten = state.nextChangeAt;
    this.#nextChangeAt = state.nextChangeAt;
    this.#lotsById = state.lots;
    this.#lots = [...state.lots.values()].sort(compareBurnDown);
    this.#holds = state.holds;
    this.now = later(now, state.updatedAt);
  }

  get accountId(): string {
    return this.#head.accountId;
  }

  get position(): Position {
    return this.#head.position;
  }

  get updatedAt(): Date {
    return this.#lastAt;
  }

  /** What may be spent, lot by lot, in burn-down order. */
  get spendable(): readonly Lot[] {
    return this.#lots.filter(({ remaining }) => remaining > 0n);
  }

  /** A lot that was read; null where it was not. */
  lot(id: string): Lot | null {
    return this.#lotsById.get(id) ?? null;
  }

  /** @throws DomainError NOT_FOUND */
  hold(id: string): Hold {
    const hold = this.#holds.get(id);
    if (!hold) throw notFound('Hold');
    return hold;
  }

  /** @throws DomainError NOT_FOUND, HOLD_NOT_ACTIVE */
  activeHold(id: string): Hold {
    const hold = this.hold(id);
    if (hold.status !== 'ACTIVE') throw holdNotActive(hold.status);
    return hold;
  }

  /** Books what has fallen due, each at its own instant. Comes before anything else that is done with the books. */
  settle(): void {
    if (this.#nextChangeAt === null || this.#nextChangeAt > this.now) return;
    for (;;) {
      const change = earliestChange(this.#lots, this.#holds.values());
      this.#nextChangeAt = change?.at ?? null;
      if (change === null || change.at > this.now) return;
      this.#bookChange(change);
    }
  }

  /**
   * Adds a lot. Debt is paid from it first.
   * @throws DomainError BAD_USER_INPUT (not positive, expired already, more than can be stored)
   */
  grant(terms: NewLot, info: OperationInfo): Lot {
    const { id, granted, effectiveAt, expiresAt } = terms;
    assertPositive(granted);
    if (isExpired(terms, this.now)) throw badInput('The expiry of granted credits must lie in the future.');
    if (expiresAt !== null && expiresAt <= effectiveAt)
      throw badInput('Granted credits must become effective before they expire.');
    this.#assertStorable(granted);
    const lot = this.#addLot({ ...terms, createdAt: this.now });
    const granting = { ...info, metadata: lotTermsText(lot) };
    if (effectiveAt > this.now) {
      this.#expectChange(effectiveAt);
      this.#post(granting, [{ debit: 'issued', credit: 'scheduled', amount: granted, lotId: id }]);
    } else {
      if (expiresAt !== null) this.#expectChange(expiresAt);
      this.#post(granting, [
        { debit: 'issued', credit: 'available', amount: granted, lotId: id },
        ...repayDebt(this.position.owed, [{ lotId: id, amount: granted }]),
      ]);
    }
    return lot;
  }

  /**
   * Spends credits, in burn-down order, all or nothing.
   * @throws DomainError BAD_USER_INPUT, ACCOUNT_IN_DEBT, CREDITS_HELD, INSUFFICIENT_CREDITS
   */
  debit(amount: MicroCredits, info: OperationInfo): void {
    this.#post(info, this.#draw(amount).map(transfer('available', 'consumed')));
  }

  /**
   * Sets credits aside, in burn-down order, all or nothing.
   * @throws DomainError as `debit` does
   */
  openHold(id: string, amount: MicroCredits, expiresAt: Date, info: OperationInfo): Hold {
    const draws = this.#draw(amount);
    const hold: Hold = {
      id,
      status: 'ACTIVE',
      credits: amount,
      captured: 0n,
      draws,
      expiresAt,
      createdAt: this.now,
    };
    this.#post({ ...info, metadata: holdTermsText(hold) }, draws.map(transfer('available', 'held')));
    this.#expectChange(expiresAt);
    this.#holdWrites.set(id, 'INSERT');
    return this.#setHold(hold);
  }

  /**
   * Sets more credits aside under a hold, or lets it hold longer.
   * @throws DomainError NOT_FOUND, HOLD_NOT_ACTIVE, and as `debit` does
   */
  extendHold(id: string, { credits, expiresAt }: HoldExtension, info: OperationInfo): Hold {
    const hold = this.activeHold(id);
    const draws = credits === null ? [] : this.#draw(credits);
    if (hold.credits + totalOf(draws) > maxMicroCredits) throw tooMuch('hold');
    const extended: Hold = {
      ...hold,
      credits: hold.credits + totalOf(draws),
      draws: this.#inBurnDownOrder(mergeDraws(hold.draws, draws)),
      expiresAt: expiresAt ?? hold.expiresAt,
    };
    this.#post({ ...info, metadata: holdTermsText(extended) }, draws.map(transfer('available', 'held')));
    return this.#setHold(extended);
  }

  /**
   * Charges what a call came to: first what the hold set aside, then what else may be spent. A capture that comes
   * after the hold expired charges what it can; an earlier one is all or nothing. Returns the hold and the charge.
   * @throws DomainError NOT_FOUND, HOLD_NOT_ACTIVE, BAD_USER_INPUT, and as `debit` does
   */
  capture(id: string, amount: MicroCredits, terms: CaptureTerms, info: OperationInfo): Hold {
    assertPositive(amount);
    const hold = this.hold(id);
    if (hold.status === 'CAPTURED' || hold.status === 'RELEASED') throw holdNotActive(hold.status);
    const isLate = hold.status === 'EXPIRED';
    const setAside = totalOf(hold.draws);
    if (!terms.final && !isLate && amount > setAside) {
      throw badInput(
        `This hold has ${formatCredits(setAside)} credits left. Extend it, or make this its final capture.`,
      );
    }
    const { first, rest } = splitDraws(hold.draws, amount);
    const extra = burnDown(this.#lots, amount - totalOf(first));
    const debt = terms.allowDebt ? extra.short : 0n;
    const charged = amount - extra.short + debt;
    if (charged < amount && (!isLate || charged === 0n)) {
      const { available, held, owed } = this.position;
      throw refusalOf({ available, held: held - setAside, owed }, amount - setAside);
    }
    if (this.position.owed + debt > maxMicroCredits) throw tooMuch('debt');
    if (hold.captured + charged > maxMicroCredits) throw tooMuch('hold');
    const isOver = terms.final || (!isLate && rest.length === 0);
    const released = isOver ? this.#partExpired(rest) : { live: [], expired: [] };
    this.#post(info, [
      ...first.map(transfer('held', 'consumed')),
      ...this.#freeing(released.live),
      ...extra.draws.map(transfer('available', 'consumed')),
      ...(debt > 0n
        ? [{ debit: 'debt', credit: 'consumed', amount: debt, lotId: null } satisfies Transfer]
        : []),
    ]);
    this.#expireHeld(id, released.expired);
    return this.#setHold({
      ...hold,
      status: isOver ? 'CAPTURED' : hold.status,
      captured: hold.captured + charged,
      draws: isOver ? [] : rest,
    });
  }

  /**
   * Gives back what a hold set aside. Once it is released, releasing it again changes nothing.
   * @throws DomainError NOT_FOUND, HOLD_NOT_ACTIVE
   */
  release(id: string): Hold {
    const hold = this.hold(id);
    return hold.status === 'RELEASED' ? hold : this.#endHold(this.activeHold(id), 'RELEASED', this.now);
  }

  /** What `clawBack` would take from where. */
  planClawBack(paymentLotId: string, amount: MicroCredits): ClawBackPlan {
    return planClawBack(this.#lots, paymentLotId, amount);
  }

  /** Takes credits back for money that goes back; see planClawBack. Returns the operation's number. */
  clawBack(paymentLotId: string, amount: MicroCredits, to: ClawBackAccount, info: OperationInfo): bigint {
    const { draws, debt } = this.planClawBack(paymentLotId, amount);
    const transfers = draws.map(transfer('available', to));
    if (debt > 0n) transfers.push({ debit: 'debt', credit: to, amount: debt, lotId: null });
    return this.#post(info, transfers);
  }

  /** Gives up what a claw-back took, given its transfers: it stays gone, and so does the debt that it made. */
  writeOff(taken: readonly Transfer[], info: OperationInfo): bigint {
    const transfers = taken.map(({ credit, amount, lotId }) =>
      transfer(credit, 'charged_back')({ amount, lotId }),
    );
    return this.#post(info, transfers);
  }

  /**
   * Undoes a claw-back, given its transfers, from where its credits are now: they return to the lots they came from,
   * and debt is forgiven as far as it is still owed. Debt that was paid since comes back as a lot of its own, on the
   * terms of `substitute`.
   */
  unwind(
    taken: readonly Transfer[],
    from: LedgerAccount,
    substitute: Pick<LotTerms, 'id' | 'priority'>,
    info: OperationInfo,
  ): bigint {
    const { owed } = this.position;
    const restored: Draw[] = [];
    let substituted: Lot | null = null;
    let forgiven = 0n;
    for (const { debit, amount, lotId } of taken) {
      if (lotId !== null) restored.push({ lotId, amount });
      else if (debit === 'debt') {
        forgiven = amount < owed ? amount : owed;
        if (amount > forgiven) {
          substituted = this.#addLot({
            ...substitute,
            source: 'ADJUSTMENT',
            granted: amount - forgiven,
            effectiveAt: this.now,
            expiresAt: null,
            paymentId: null,
            price: null,
            createdAt: this.now,
          });
          restored.push({ lotId: substitute.id, amount: amount - forgiven });
        }
      }
    }
    const { live, expired } = this.#partExpired(restored);
    const transfers = live.map(transfer(from, 'available'));
    if (forgiven > 0n) transfers.push({ debit: from, credit: 'debt', amount: forgiven, lotId: null });
    transfers.push(...repayDebt(owed - forgiven, live), ...expired.map(transfer(from, 'expired')));
    for (const { lotId } of live) {
      const { expiresAt } = this.#requireLot(lotId);
      if (expiresAt !== null) this.#expectChange(expiresAt);
    }
    return this.#post(substituted ? { ...info, metadata: lotTermsText(substituted) } : info, transfers);
  }

  /** Records that something happened to the account which moved no credits, such as a failed payment. */
  note(info: OperationInfo): bigint {
    return this.#post(info, []);
  }

  /** What has happened since the last call, to be written; null where nothing has. */
  takeChanges(): BooksChanges | null {
    const isNextChangeSame = this.#nextChangeAt?.getTime() === this.#nextChangeWritten?.getTime();
    if (this.#entries.length === 0 && isNextChangeSame) return null;
    const changes: BooksChanges = {
      before: this.#written,
      after: this.#head,
      updatedAt: this.#lastAt,
      nextChangeAt: this.#nextChangeAt,
      entries: this.#entries,
      newLots: keysOf(this.#lotWrites, 'INSERT'),
      changedLots: keysOf(this.#lotWrites, 'UPDATE'),
      newHolds: keysOf(this.#holdWrites, 'INSERT').map((id) => this.hold(id)),
      changedHolds: keysOf(this.#holdWrites, 'UPDATE').map((id) => this.hold(id)),
    };
    this.#written = this.#head;
    this.#nextChangeWritten = this.#nextChangeAt;
    this.#entries = [];
    this.#lotWrites.clear();
    this.#holdWrites.clear();
    return changes;
  }

  #bookChange(change: Change): void {
    const { at } = change;
    if (change.kind === 'HOLD_EXPIRES') {
      this.#endHold(change.hold, 'EXPIRED', at);
      return;
    }
    const { id, source, pending, remaining, expiresAt } = change.lot;
    if (change.kind === 'LOT_BECOMES_EFFECTIVE') {
      if (expiresAt !== null) this.#expectChange(expiresAt);
      const info: OperationInfo = {
        type: source === 'ADJUSTMENT' ? 'ADJUSTMENT' : 'GRANT',
        description: `${formatCredits(pending)} credits became available`,
      };
      const draw = { lotId: id, amount: pending };
      this.#post(
        info,
        [transfer('scheduled', 'available')(draw), ...repayDebt(this.position.owed, [draw])],
        at,
      );
    } else {
      this.#post(
        expiryOf(remaining),
        [transfer('available', 'expired')({ lotId: id, amount: remaining })],
        at,
      );
    }
  }

  #endHold(hold: Hold, status: 'RELEASED' | 'EXPIRED', at: Date): Hold {
    const { live, expired } = this.#partExpired(hold.draws, at);
    const verb = status === 'RELEASED' ? 'released' : 'expired';
    const info: OperationInfo = {
      type: 'RELEASE',
      description: `Hold of ${formatCredits(hold.credits)} credits ${verb}`,
      holdId: hold.id,
    };
    this.#post(info, this.#freeing(live), at);
    this.#expireHeld(hold.id, expired, at);
    return this.#setHold({ ...hold, status, draws: [] });
  }

  /** Draws of lots that have not expired, and of those that have: what is set free of these is gone at once. */
  #partExpired(draws: readonly Draw[], at = this.now): { live: readonly Draw[]; expired: readonly Draw[] } {
    const hasExpired = ({ lotId }: Draw) => isExpired(this.#requireLot(lotId), at);
    return {
      live: draws.filter((draw) => !hasExpired(draw)),
      expired: draws.filter(hasExpired),
    };
  }

  /** Sets held credits free. Debt is paid from them first. */
  #freeing(draws: readonly Draw[]): readonly Transfer[] {
    for (const { lotId } of draws) {
      const { expiresAt } = this.#requireLot(lotId);
      if (expiresAt !== null) this.#expectChange(expiresAt);
    }
    return [...draws.map(transfer('held', 'available')), ...repayDebt(this.position.owed, draws)];
  }

  #expireHeld(holdId: string, draws: readonly Draw[], at = this.now): void {
    if (draws.length > 0)
      this.#post({ ...expiryOf(totalOf(draws)), holdId }, draws.map(transfer('held', 'expired')), at);
  }

  /** What to take from which lots. @throws DomainError */
  #draw(amount: MicroCredits): readonly Draw[] {
    assertPositive(amount);
    const refusal = refusalOf(this.position, amount);
    if (refusal) throw refusal;
    const { draws, short } = burnDown(this.#lots, amount);
    if (short > 0n) throw new Error(`The lots of account ${this.accountId} hold less than its balance.`);
    return draws;
  }

  #inBurnDownOrder(draws: readonly Draw[]): readonly Draw[] {
    return draws.toSorted((a, b) => compareBurnDown(this.#requireLot(a.lotId), this.#requireLot(b.lotId)));
  }

  #assertStorable(added: MicroCredits): void {
    const pending = this.#lots.reduce((total, lot) => total + lot.pending, 0n);
    const { available, held } = this.position;
    if (available + held + pending + added > maxMicroCredits) throw tooMuch('balance');
  }

  #addLot(terms: LotTerms): OpenLot {
    const lot: OpenLot = { ...terms, remaining: 0n, held: 0n, pending: 0n };
    const place = this.#lots.findIndex((other) => compareBurnDown(lot, other) < 0);
    this.#lots.splice(place < 0 ? this.#lots.length : place, 0, lot);
    this.#lotsById.set(lot.id, lot);
    this.#lotWrites.set(lot, 'INSERT');
    return lot;
  }

  #requireLot(id: string): OpenLot {
    const lot = this.#lotsById.get(id);
    if (!lot) throw new Error(`Lot ${id} of account ${this.accountId} was not read.`);
    return lot;
  }

  #setHold(hold: Hold): Hold {
    this.#holds.set(hold.id, hold);
    if (!this.#holdWrites.has(hold.id)) this.#holdWrites.set(hold.id, 'UPDATE');
    return hold;
  }

  #expectChange(at: Date): void {
    if (this.#nextChangeAt === null || at < this.#nextChangeAt) this.#nextChangeAt = at;
  }

  #post(info: OperationInfo, transfers: readonly Transfer[], at = this.now): bigint {
    const entry = nextEntry(this.#head, info, transfers, later(at, this.#lastAt));
    for (const { debit, credit, amount, lotId } of transfers) {
      if (lotId === null) continue;
      const lot = this.#requireLot(lotId);
      if (!this.#lotWrites.has(lot)) this.#lotWrites.set(lot, 'UPDATE');
      if (debit === 'available') lot.remaining -= amount;
      else if (debit === 'held') lot.held -= amount;
      else if (debit === 'scheduled') lot.pending -= amount;
      if (credit === 'available') lot.remaining += amount;
      else if (credit === 'held') lot.held += amount;
      else if (credit === 'scheduled') lot.pending += amount;
    }
    this.#head = entry;
    this.#lastAt = entry.at;
    this.#entries.push(entry);
    return entry.seq;
  }
}

function keysOf<Key>(writes: ReadonlyMap<Key, Write>, write: Write): readonly Key[] {
  const keys: Key[] = [];
  for (const [key, which] of writes) if (which === write) keys.push(key);
  return keys;
}

const later = (a: Date, b: Date): Date => (a < b ? b : a);

const transfer =
  (debit: LedgerAccount, credit: LedgerAccount) =>
  ({ lotId, amount }: Pick<Transfer, 'lotId' | 'amount'>): Transfer => ({ debit, credit, amount, lotId });

const expiryOf = (amount: MicroCredits): OperationInfo => ({
  type: 'EXPIRY',
  description: `${formatCredits(amount)} credits expired`,
});

const tooMuch = (what: 'balance' | 'debt' | 'hold') =>
  badInput(`The ${what} would be larger than can be stored.`);
