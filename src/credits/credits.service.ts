import type { EntityManager } from '@mikro-orm/postgresql';
import type { LedgerStore } from '../ledger/ledger.store.js';
import type { OperationInfo } from '../ledger/operation.js';
import type { Transfer } from '../ledger/posting.js';
import type { Clock } from '../platform/clock.js';
import type { MicroCredits } from '../platform/credits.js';
import { type Sql, sqlOf } from '../platform/database/sql.js';
import { notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import type { Money } from '../platform/money.js';
import { Books } from './books.js';
import type { BooksStore } from './books.store.js';
import { type ClawBack, type Unwound, whereTakenIs } from './claw-back.js';
import type { Lot } from './lot.js';
import { Rehearsal } from './rehearsal.js';

/** The credits that a payment bought. */
export interface PurchasedCredits {
  readonly accountId: string;
  /** The database lets each payment grant once. */
  readonly paymentId: string;
  readonly credits: MicroCredits;
  readonly price: Money;
}

/** Purchases burn after promotions and adjustments, so that free credits go first. */
const purchasePriority = 50;
/** Between promotions (10 by default) and purchases: what we return is spent before what was just bought. */
const adjustmentPriority = 40;

/**
 * What payments do to an account's credits. Each method runs inside the caller's transaction, takes the account's
 * lock, and either posts its operation (after what has fallen due) or throws and leaves nothing.
 */
export class CreditsService {
  constructor(
    private readonly store: BooksStore,
    private readonly ledger: LedgerStore,
    private readonly clock: Clock,
  ) {}

  /** Gives a new account its empty balance. Repeating it changes nothing. */
  openBalance(em: EntityManager, accountId: string): Promise<void> {
    return this.store.insertBalance(sqlOf(em), accountId, this.clock.now());
  }

  /** What may be spent of one lot. It takes the account's lock, so that it stays so until the transaction ends. */
  async remainingInLot(em: EntityManager, accountId: string, lotId: string): Promise<MicroCredits> {
    const books = await this.#open(sqlOf(em), accountId);
    return books.spendable.find((lot) => lot.id === lotId)?.remaining ?? 0n;
  }

  /**
   * An account's books to try things out on, what is due counted in, the lot among them, and what some claw-backs
   * took. In a snapshot they show one moment.
   * @throws DomainError NOT_FOUND
   * @throws Error where the journal of a claw-back was detached
   */
  async rehearse(
    em: EntityManager,
    accountId: string,
    lotId: string,
    clawBackSeqs: readonly bigint[],
  ): Promise<Rehearsal> {
    const sql = sqlOf(em);
    const taken = new Map<bigint, readonly Transfer[]>();
    for (const seq of clawBackSeqs) taken.set(seq, await this.ledger.transfersOf(sql, accountId, seq));
    const lotIds = [lotId, ...[...taken.values()].flatMap(lotsOf)];
    return new Rehearsal(await this.#open(sql, accountId, lotIds, 'look'), taken);
  }

  /**
   * What claw-backs that still stand took of one lot.
   * @throws Error where the journal of one of them was detached
   */
  takenFromLot(
    em: EntityManager,
    accountId: string,
    lotId: string,
    clawBackSeqs: readonly bigint[],
  ): Promise<MicroCredits> {
    return this.ledger.drawnFromLot(sqlOf(em), accountId, lotId, clawBackSeqs);
  }

  /**
   * Adds what was bought. Debt is paid from it first.
   * @throws DomainError NOT_FOUND, BAD_USER_INPUT (more than can be stored)
   */
  purchase(em: EntityManager, bought: PurchasedCredits, info: OperationInfo): Promise<Lot> {
    const { accountId, paymentId, credits, price } = bought;
    return this.#post(sqlOf(em), accountId, (books) =>
      books.grant(
        {
          id: newId(this.clock),
          source: 'PURCHASE',
          granted: credits,
          priority: purchasePriority,
          effectiveAt: books.now,
          expiresAt: null,
          paymentId,
          price,
        },
        info,
      ),
    );
  }

  /**
   * Takes credits back for money that goes back: from the payment's own lot, then from the rest of the
   * balance, then as debt. Returns the operation's number, by which it can be undone or written off.
   */
  clawBack(
    em: EntityManager,
    accountId: string,
    { lotId, amount, to }: ClawBack,
    info: OperationInfo,
  ): Promise<bigint> {
    return this.#post(sqlOf(em), accountId, (books) => books.clawBack(lotId, amount, to, info));
  }

  /** Gives up what a claw-back took: it will not return, unless what was lost is reinstated after all. */
  async writeOff(
    em: EntityManager,
    accountId: string,
    clawBackSeq: bigint,
    info: OperationInfo,
  ): Promise<bigint> {
    const sql = sqlOf(em);
    const taken = await this.ledger.transfersOf(sql, accountId, clawBackSeq);
    return this.#post(sql, accountId, (books) => books.writeOff(taken, info), lotsOf(taken));
  }

  /** Undoes a claw-back, also one that was written off; see Books.unwind. */
  async unwind(em: EntityManager, accountId: string, unwound: Unwound, info: OperationInfo): Promise<bigint> {
    const sql = sqlOf(em);
    const taken = await this.ledger.transfersOf(sql, accountId, unwound.clawBackSeq);
    const from = whereTakenIs(taken, unwound);
    const substitute = { id: newId(this.clock), priority: adjustmentPriority };
    return this.#post(sql, accountId, (books) => books.unwind(taken, from, substitute, info), lotsOf(taken));
  }

  /** Records that something happened to the account which moved no credits, such as a failed payment. */
  note(em: EntityManager, accountId: string, info: OperationInfo): Promise<bigint> {
    return this.#post(sqlOf(em), accountId, (books) => books.note(info));
  }

  async #post<Result>(
    sql: Sql,
    accountId: string,
    work: (books: Books) => Result,
    lotIds: readonly string[] = [],
  ): Promise<Result> {
    const books = await this.#open(sql, accountId, lotIds);
    const result = work(books);
    await this.store.save(sql, [books]);
    return result;
  }

  async #open(
    sql: Sql,
    accountId: string,
    lotIds: readonly string[] = [],
    how: 'lock' | 'look' = 'lock',
  ): Promise<Books> {
    // One instant for both: the holds that are read are those that are due then.
    const now = this.clock.now();
    const states = await this.store[how](sql, {
      accountIds: [accountId],
      holds: [],
      lots: lotIds.map((id) => [accountId, id]),
      now,
    });
    const state = states.get(accountId);
    if (!state) throw notFound('Account');
    const books = new Books(state, now);
    books.settle();
    return books;
  }
}

const lotsOf = (transfers: readonly Transfer[]): string[] => transfers.flatMap(({ lotId }) => lotId ?? []);
