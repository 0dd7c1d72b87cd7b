import 'reflect-metadata';
import { MikroORM } from '@mikro-orm/postgresql';
import type { JobHelpers } from 'graphile-worker';
import { AccountService } from '../../../src/accounts/account.service.js';
import { AuditLog } from '../../../src/audit-log/audit-log.service.js';
import { loadConfig } from '../../../src/config.js';
import { BalanceReader } from '../../../src/credits/balance-reader.js';
import { BooksStore } from '../../../src/credits/books.store.js';
import { CreditsService } from '../../../src/credits/credits.service.js';
import { bookDueTask } from '../../../src/credits/due.job.js';
import type { Lot } from '../../../src/credits/lot.js';
import type { UsageNote } from '../../../src/credits/spending.service.js';
import { LedgerStore } from '../../../src/ledger/ledger.store.js';
import type { Position } from '../../../src/ledger/posting.js';
import { mikroOrmConfig } from '../../../src/mikro-orm.config.js';
import { commandLine } from '../../../src/platform/actor.js';
import type { Clock } from '../../../src/platform/clock.js';
import { sqlOf, sqlOfOrm } from '../../../src/platform/database/sql.js';
import { DomainError } from '../../../src/platform/errors.js';
import { createLog } from '../../../src/platform/log.js';
import { UnitOfWork } from '../../../src/platform/unit-of-work.js';
import { type Wired, wire } from '../../../src/wiring.js';
import type { Answer, Operation, Outcome, SeenHold, SeenLot, SeenPosition } from './operations.js';
import { Payments } from './payments.js';

const poolSize = 6;
/** Nothing is known of what was answered with them, and it may be tried again. */
const passingCodes: ReadonlySet<string> = new Set(['RATE_LIMITED', 'UNAVAILABLE']);

/** The service's own parts, wired as the server wires them, asked to do one operation after the other or many at once. */
export class Executor {
  readonly #reader: BalanceReader;
  readonly #store: BooksStore;
  readonly #payments: Payments;
  readonly #uow: UnitOfWork;

  private constructor(
    private readonly orm: MikroORM,
    private readonly wired: Wired,
    private readonly clock: Clock,
    /** Lines of errors that were logged; whoever reads them takes them out. */
    readonly logged: string[],
  ) {
    const ledger = new LedgerStore();
    this.#uow = new UnitOfWork(orm, createLog('silent'));
    this.#store = new BooksStore(ledger);
    const credits = new CreditsService(this.#store, ledger, clock);
    this.#payments = new Payments(this.#uow, credits, clock);
    this.#reader = new BalanceReader(sqlOfOrm(orm), this.#uow, this.#store, ledger, clock);
  }

  static async start(databaseUrl: string, clock: Clock): Promise<Executor> {
    const logged: string[] = [];
    const log = createLog('error', { write: (line: string) => void logged.push(line) });
    const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: databaseUrl });
    const orm = await MikroORM.init(mikroOrmConfig({ url: databaseUrl, poolSize }));
    return new Executor(orm, wire({ config, orm, clock, log }), clock, logged);
  }

  async openAccount(id: string): Promise<void> {
    const accounts = new AccountService(this.clock, new AuditLog(this.clock), (em, accountId) =>
      this.#store.insertBalance(sqlOf(em), accountId, this.clock.now()),
    );
    await this.#uow.run((em) => accounts.create(em, { id, name: id }, commandLine));
  }

  async execute(operation: Operation): Promise<Outcome> {
    try {
      return { state: 'done', answer: await this.#do(operation) };
    } catch (error) {
      if (error instanceof DomainError && !passingCodes.has(error.code))
        return { state: 'refused', code: error.code, details: error.details };
      return {
        state: 'unanswered',
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      };
    }
  }

  /** An account's books as they are written, with these of its holds. */
  async look(accountId: string, holdIds: readonly string[]) {
    return this.#uow.snapshot(async (em) => {
      const now = this.clock.now();
      const holds = holdIds.map((id) => [accountId, id] as const);
      const request = { accountIds: [accountId], holds, lots: [], now };
      const state = (await this.#store.look(sqlOf(em), request)).get(accountId);
      if (!state) throw new Error(`The account ${accountId} is not there.`);
      return {
        position: positionOf(state.head.position),
        seq: state.head.seq,
        hash: state.head.hash,
        updatedAt: state.updatedAt,
        nextChangeAt: state.nextChangeAt,
        lots: [...state.lots.values()].map(lotOf),
        holds: holdIds.flatMap((id) => state.holds.get(id) ?? []).map(holdOf),
      };
    });
  }

  async close(): Promise<void> {
    await this.wired.drain();
    await this.orm.close();
  }

  async #do(operation: Operation): Promise<Answer> {
    const { spending } = this.wired;
    switch (operation.kind) {
      case 'debit': {
        const { key, ...command } = operation;
        const { balance, debited, replayed } = await spending.debit({
          ...command,
          ...note,
          idempotencyKey: key,
          description: operation.description,
        });
        return { ...balanceOf(balance), debited, replayed };
      }
      case 'hold': {
        const { key, ...command } = operation;
        return held(await spending.hold({ ...command, idempotencyKey: key }));
      }
      case 'extend': {
        const { key, ...command } = operation;
        return held(await spending.extendHold({ ...command, idempotencyKey: key }));
      }
      case 'capture': {
        const { key, ...command } = operation;
        return held(await spending.captureHold({ ...command, metadata: null, idempotencyKey: key }));
      }
      case 'release':
        return held(await spending.releaseHold(operation.accountId, operation.holdId));
      case 'grant': {
        const { key, ...command } = operation;
        const { lot, balance } = await spending.grant({ ...command, idempotencyKey: key, by: commandLine });
        return { ...balanceOf(balance), lot: lotOf(lot) };
      }
      case 'purchase':
        await this.#payments.purchase(operation);
        return {};
      case 'refund':
        await this.#payments.refund(operation);
        return {};
      case 'unwind':
        await this.#payments.unwind(operation);
        return {};
      case 'failure':
        await this.#payments.fail(operation);
        return {};
      case 'bookDue':
        await this.wired.taskList[bookDueTask]?.({}, {} as JobHelpers);
        return {};
      case 'balance':
        return balanceOf(await this.#reader.balance(operation.accountId, operation.asOf));
      case 'lots':
        return { lots: (await this.#reader.lots(operation.accountId, operation.asOf)).map(lotOf) };
    }
  }
}

/** To the letter, with what might be escaped on the way. */
const note: Pick<UsageNote, 'metadata'> = { metadata: { model: 'a "model" \\ {x,y}', tokens: 12 } };

const positionOf = ({ available, held, owed }: Position): SeenPosition => ({ available, held, owed });

const balanceOf = (balance: Position & { readonly updatedAt: Date }): Answer => ({
  position: positionOf(balance),
  updatedAt: balance.updatedAt,
});

const held = (result: {
  readonly hold: SeenHold;
  readonly balance: Position & { readonly updatedAt: Date };
}): Answer => ({
  ...balanceOf(result.balance),
  hold: holdOf(result.hold),
});

const lotOf = ({ id, granted, remaining, held, pending }: Lot): SeenLot => ({
  id,
  granted,
  remaining,
  held,
  pending,
});

const holdOf = ({ id, status, credits, captured, draws, expiresAt }: SeenHold): SeenHold => ({
  id,
  status,
  credits,
  captured,
  draws: draws.map(({ lotId, amount }) => ({ lotId, amount })),
  expiresAt,
});
