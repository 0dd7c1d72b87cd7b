import type { EntityManager } from '@mikro-orm/postgresql';
import type { LedgerStore, LockedBooks } from '../ledger/ledger.store.js';
import type { OperationInfo } from '../ledger/operation.js';
import type { Transfer } from '../ledger/posting.js';
import type { Clock } from '../platform/clock.js';
import { formatCredits, type MicroCredits, maxMicroCredits } from '../platform/credits.js';
import { badInput, DomainError, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { burnDown, compareBurnDown, type Draw } from './burn-down.js';
import { planClawBack } from './claw-back.js';
import type { BalanceSnapshot, CreditsStore } from './credits.store.js';
import { repayDebt } from './debt.js';
import { type CreditSource, isExpired, type Lot } from './lot.js';

export interface Grant {
  /** A new id; the caller chooses it, to find the lot again when the same grant is asked for twice. */
  readonly lotId: string;
  readonly accountId: string;
  readonly credits: MicroCredits;
  readonly source: CreditSource;
  readonly priority: number;
  readonly expiresAt?: Date | null;
  /** The payment that bought the credits; the database lets each payment grant once. */
  readonly paymentId?: string;
}

/** An account's books and spendable lots, under the account's lock, nothing in them expired. */
interface OpenAccount {
  books: LockedBooks;
  readonly lots: readonly Lot[];
  readonly now: Date;
}

/**
 * Everything that changes an account's credits. Each method runs inside the caller's transaction, takes the
 * account's lock, and either posts exactly one operation (after the expiries that are due) or throws and
 * leaves nothing.
 */
export class CreditsService {
  constructor(
    private readonly store: CreditsStore,
    private readonly ledger: LedgerStore,
    private readonly clock: Clock,
  ) {}

  /** Gives a new account its empty balance. Repeating it changes nothing. */
  openBalance(em: EntityManager, accountId: string): Promise<void> {
    return this.store.insertBalance(em, accountId, this.clock.now());
  }

  /** @throws DomainError NOT_FOUND */
  async balance(em: EntityManager, accountId: string): Promise<BalanceSnapshot> {
    const balance = await this.store.readBalance(em, accountId, this.clock.now());
    if (!balance) throw notFound('Account');
    return balance;
  }

  /** What can be spent, lot by lot, in burn-down order. */
  async lots(em: EntityManager, accountId: string): Promise<Lot[]> {
    const now = this.clock.now();
    const lots = await this.store.lotsWithCredits(em, accountId);
    return lots.filter((lot) => !isExpired(lot, now)).sort(compareBurnDown);
  }

  /** A lot as it is now, spent or not. Null: the account has no such lot. */
  lot(em: EntityManager, accountId: string, lotId: string): Promise<Lot | null> {
    return this.store.findLot(em, accountId, lotId);
  }

  /** What remains in one lot. It takes the account's lock, so that it stays so until the transaction ends. */
  async remainingInLot(em: EntityManager, accountId: string, lotId: string): Promise<MicroCredits> {
    const { lots } = await this.open(em, accountId);
    return lots.find((lot) => lot.id === lotId)?.remaining ?? 0n;
  }

  /**
   * Adds a lot. Debt is paid from it first.
   * @throws DomainError NOT_FOUND, BAD_USER_INPUT (not positive, expired already, more than can be stored)
   */
  async grant(em: EntityManager, grant: Grant, info: OperationInfo): Promise<Lot> {
    assertPositive(grant.credits);
    const account = await this.open(em, grant.accountId);
    const expiresAt = grant.expiresAt ?? null;
    if (isExpired({ expiresAt }, account.now))
      throw badInput('The expiry of granted credits must lie in the future.');
    if (account.books.position.available + grant.credits > maxMicroCredits) {
      throw badInput('The balance would be larger than can be stored.');
    }
    const id = grant.lotId;
    const repayment = repayDebt(account.books.position.owed, [{ lotId: id, amount: grant.credits }]);
    const lot: Lot = {
      id,
      source: grant.source,
      granted: grant.credits,
      remaining: grant.credits - (repayment[0]?.amount ?? 0n),
      priority: grant.priority,
      expiresAt,
      createdAt: account.now,
    };
    // The lot's row carries the result of these transfers already, so they are not applied to lots again.
    await this.store.insertLot(em, grant.accountId, { ...lot, paymentId: grant.paymentId ?? null });
    await this.record(em, account, info, [
      { debit: 'issued', credit: 'available', amount: grant.credits, lotId: id },
      ...repayment,
    ]);
    return lot;
  }

  /**
   * Spends credits, in burn-down order, all or nothing. Returns the operation's number.
   * @throws DomainError NOT_FOUND, BAD_USER_INPUT, ACCOUNT_IN_DEBT, INSUFFICIENT_CREDITS
   */
  async debit(
    em: EntityManager,
    accountId: string,
    amount: MicroCredits,
    info: OperationInfo,
  ): Promise<bigint> {
    assertPositive(amount);
    const account = await this.open(em, accountId);
    const { owed, available } = account.books.position;
    if (owed > 0n) {
      throw new DomainError(
        'ACCOUNT_IN_DEBT',
        'The account owes credits and cannot spend until they are paid.',
        {
          owed: formatCredits(owed),
        },
      );
    }
    const { draws, short } = burnDown(account.lots, amount);
    if (short > 0n) {
      throw new DomainError('INSUFFICIENT_CREDITS', 'The account has too few credits for this.', {
        available: formatCredits(available),
      });
    }
    return this.post(em, account, info, draws.map(transferTo('consumed')));
  }

  /**
   * Takes credits back for money that goes back: from the payment's own lot, then from the rest of the
   * balance, then as debt. Returns the operation's number, by which `unwind` can undo it.
   */
  async clawBack(
    em: EntityManager,
    accountId: string,
    paymentLotId: string,
    amount: MicroCredits,
    info: OperationInfo,
  ): Promise<bigint> {
    const account = await this.open(em, accountId);
    const { draws, debt } = planClawBack(account.lots, paymentLotId, amount);
    const transfers = draws.map(transferTo('refunded'));
    if (debt > 0n) transfers.push({ debit: 'debt', credit: 'refunded', amount: debt, lotId: null });
    return this.post(em, account, info, transfers);
  }

  /**
   * Undoes a claw-back: credits return to the lots they came from, and debt is forgiven as far as it is still
   * owed. Debt that a grant has paid since comes back as a lot of its own.
   */
  async unwind(
    em: EntityManager,
    accountId: string,
    clawBackSeq: bigint,
    info: OperationInfo,
  ): Promise<bigint> {
    const taken = await this.ledger.transfersOf(em, accountId, clawBackSeq);
    const account = await this.open(em, accountId);
    const { owed } = account.books.position;
    const restored: Draw[] = [];
    let forgiven = 0n;
    for (const { debit, amount, lotId } of taken) {
      if (debit === 'debt') {
        forgiven = amount < owed ? amount : owed;
        if (amount > forgiven)
          restored.push({
            lotId: await this.emptyLot(em, account, amount - forgiven),
            amount: amount - forgiven,
          });
      } else if (lotId !== null) {
        restored.push({ lotId, amount });
      }
    }
    const transfers: Transfer[] = restored.map(({ lotId, amount }) => ({
      debit: 'refunded',
      credit: 'available',
      amount,
      lotId,
    }));
    if (forgiven > 0n) transfers.push({ debit: 'refunded', credit: 'debt', amount: forgiven, lotId: null });
    transfers.push(...repayDebt(owed - forgiven, restored));
    return this.post(em, account, info, transfers);
  }

  /** Records that something happened to the account which moved no credits, such as a failed payment. */
  async note(em: EntityManager, accountId: string, info: OperationInfo): Promise<bigint> {
    return this.post(em, await this.open(em, accountId), info, []);
  }

  /** Books what has expired in an account. Reads and debits do not wait for it; history and audits like it soon. */
  async sweepExpired(em: EntityManager, accountId: string): Promise<void> {
    await this.open(em, accountId);
  }

  /** Locks the account and books expiries that are due, so that no rule after this meets an expired lot. */
  private async open(em: EntityManager, accountId: string): Promise<OpenAccount> {
    const books = await this.store.lockBalance(em, accountId);
    if (!books) throw notFound('Account');
    const now = this.clock.now();
    const lots = await this.store.lotsWithCredits(em, accountId);
    const expired = lots.filter((lot) => isExpired(lot, now));
    const account: OpenAccount = { books, lots: lots.filter((lot) => !isExpired(lot, now)), now };
    if (expired.length > 0) {
      const draws = expired.map((lot) => ({ lotId: lot.id, amount: lot.remaining }));
      const total = draws.reduce((sum, draw) => sum + draw.amount, 0n);
      const info: OperationInfo = { type: 'EXPIRY', description: `${formatCredits(total)} credits expired` };
      await this.post(em, account, info, draws.map(transferTo('expired')));
    }
    return account;
  }

  private async post(
    em: EntityManager,
    account: OpenAccount,
    info: OperationInfo,
    transfers: readonly Transfer[],
  ): Promise<bigint> {
    await this.store.applyToLots(em, account.books.accountId, transfers);
    return this.record(em, account, info, transfers);
  }

  private async record(
    em: EntityManager,
    account: OpenAccount,
    info: OperationInfo,
    transfers: readonly Transfer[],
  ): Promise<bigint> {
    account.books = await this.ledger.append(em, account.books, info, transfers, account.now);
    await this.store.saveBalance(em, account.books, account.now);
    return account.books.lastSeq;
  }

  /** A lot for credits that have no lot to return to. It is filled by the transfers that follow. */
  private async emptyLot(em: EntityManager, account: OpenAccount, granted: MicroCredits): Promise<string> {
    const id = newId(this.clock);
    await this.store.insertLot(em, account.books.accountId, {
      id,
      source: 'ADJUSTMENT',
      granted,
      remaining: 0n,
      priority: adjustmentPriority,
      expiresAt: null,
      paymentId: null,
      createdAt: account.now,
    });
    return id;
  }
}

/** Between promotions (10 by default) and purchases (50): what we return is spent before what was just bought. */
const adjustmentPriority = 40;

const transferTo =
  (credit: 'consumed' | 'refunded' | 'expired') =>
  ({ lotId, amount }: Draw): Transfer => ({ debit: 'available', credit, amount, lotId });

function assertPositive(credits: MicroCredits): void {
  if (credits <= 0n) throw badInput('The number of credits must be positive.');
}
