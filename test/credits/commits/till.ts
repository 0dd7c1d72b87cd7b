import 'reflect-metadata';
import { MikroORM } from '@mikro-orm/postgresql';
import { BalanceReader } from '../../../src/credits/balance-reader.js';
import { BooksStore } from '../../../src/credits/books.store.js';
import { CreditsService } from '../../../src/credits/credits.service.js';
import { GroupCommit } from '../../../src/credits/group-commit.js';
import { type DebitCommand, debitWork, SpendingService } from '../../../src/credits/spending.service.js';
import { LedgerStore } from '../../../src/ledger/ledger.store.js';
import { mikroOrmConfig } from '../../../src/mikro-orm.config.js';
import { commandLine } from '../../../src/platform/actor.js';
import { poolOf, sqlOfOrm } from '../../../src/platform/database/sql.js';
import { createLog } from '../../../src/platform/log.js';
import { UnitOfWork } from '../../../src/platform/unit-of-work.js';
import { FakeClock } from '../../support/clock.js';
import type { TestDatabase } from '../../support/database.js';

export const micro = (credits: number): bigint => BigInt(Math.round(credits * 1_000_000));

let keys = 0;

/** The credits of one process on a database, without a server around them. */
export class Till {
  readonly store = new BooksStore(new LedgerStore());
  readonly #log = createLog('silent');
  readonly uow: UnitOfWork;
  readonly credits: CreditsService;
  readonly commits: GroupCommit;
  readonly spending: SpendingService;
  readonly balances: BalanceReader;

  private constructor(
    private readonly orm: MikroORM,
    readonly database: TestDatabase,
    readonly clock: FakeClock,
  ) {
    const ledger = new LedgerStore();
    this.uow = new UnitOfWork(orm, this.#log);
    this.credits = new CreditsService(this.store, ledger, clock);
    this.commits = new GroupCommit(async () => (await poolOf(orm)).options, this.store, clock, this.#log);
    this.spending = new SpendingService(this.commits, clock);
    this.balances = new BalanceReader(sqlOfOrm(orm), this.uow, this.store, ledger, clock);
  }

  static async open(database: TestDatabase, clock = new FakeClock()): Promise<Till> {
    const orm = await MikroORM.init(mikroOrmConfig({ url: database.url, poolSize: 8 }));
    return new Till(orm, database, clock);
  }

  /** An account with so many credits. */
  async account(id: string, credits: number): Promise<string> {
    await this.database.query(`insert into accounts (id, name, created_at) values ($1, 'Test', now())`, [id]);
    await this.uow.run((em) => this.credits.openBalance(em, id));
    if (credits > 0) {
      await this.spending.grant({
        accountId: id,
        credits: micro(credits),
        source: 'PROMOTION',
        priority: 10,
        effectiveAt: null,
        expiresAt: null,
        note: null,
        idempotencyKey: 'first',
        by: commandLine,
      });
    }
    return id;
  }

  debit(accountId: string, credits: number, more: Partial<DebitCommand> = {}) {
    return this.spending.debit(debitOf(accountId, credits, more));
  }

  /** The outcome of each. */
  debitAll(commands: readonly DebitCommand[]) {
    return this.spending.debitAll(commands.map(debitWork));
  }

  async available(accountId: string): Promise<bigint> {
    return (await this.balances.balance(accountId)).available;
  }

  /** How many operations of a type an account's journal has. */
  async booked(accountId: string, type = 'USAGE'): Promise<number> {
    const [row] = await this.database.query<{ n: number }>(
      'select count(*)::int as n from ledger_operations where account_id = $1 and type = $2',
      [accountId, type],
    );
    return row?.n ?? 0;
  }

  async close(): Promise<void> {
    await this.commits.close();
    await this.orm.close();
  }
}

export function debitOf(accountId: string, credits: number, more: Partial<DebitCommand> = {}): DebitCommand {
  keys += 1;
  return {
    accountId,
    credits: micro(credits),
    description: null,
    metadata: null,
    occurredAt: null,
    idempotencyKey: `key ${keys}`,
    ...more,
  };
}

/** The code of what a promise was rejected with; the name where that has none; null where it was resolved. */
export const refusal = (promise: Promise<unknown>): Promise<string | null> =>
  promise.then(
    () => null,
    (error: Error & { code?: string }) => error.code ?? error.name,
  );

/** Of some values, how many there are of each. */
export function tally<Value>(values: readonly Value[]): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
