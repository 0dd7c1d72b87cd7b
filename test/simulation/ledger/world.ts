import type { Pool } from 'pg';
import type { FakeClock } from '../../support/clock.js';
import type { TestDatabase } from '../../support/database.js';
import type { Random } from '../random.js';
import type { Executor } from './executor.js';
import type { AccountModel, ModelLot, Position } from './model.js';
import type { Operation, Outcome } from './operations.js';
import type { Processes } from './processes.js';

/** One idempotency key of an account. It belongs to the request that was done first under it. */
export interface Slot {
  readonly accountId: string;
  readonly operation: string;
  readonly key: string;
  /** The most credits that were asked for under it, so that no two requests ask for the same. */
  largest: bigint;
  owner: Request | null;
}

/** Something to ask for; it may be asked for again, word for word. */
export interface Request {
  /** Says in the journal what it was that moved something. */
  readonly name: string;
  readonly operation: Operation;
  /** Null: without a key. */
  readonly slot: Slot | null;
  /** What is wrong with it in itself; null: nothing. */
  readonly faults: readonly string[] | null;
  /** How often the books have it. */
  applied: number;
  /** In which round it was, and at which of its account's moments. */
  appliedIn: number;
  moment: number;
  /** Debits: answers that did not say "replayed". */
  fresh: number;
}

/** A request on its way in a round. */
export interface Attempt {
  readonly request: Request;
  process: number;
  outcome: Outcome | null;
  sent: number;
}

/** What had happened to an account at an instant. */
export interface Past {
  readonly at: number;
  readonly position: Position;
  readonly lots: readonly ModelLot[];
}

export class SimulatedAccount {
  /** The model before the round and after each of its operations, for what was right at one of these moments. */
  moments: AccountModel[] = [];
  /** The newest operation that the model knows, and its hash. */
  seq = 0n;
  hash = '';
  readonly past: Past[] = [];
  readonly requests: Request[] = [];

  constructor(
    readonly id: string,
    public model: AccountModel,
    /** Amounts near the largest that can be stored. */
    readonly isRich: boolean,
  ) {}

  get holdIds(): string[] {
    return [...this.model.holds.keys()];
  }
}

export interface ProcessClock {
  readonly now: number;
  readonly tickMs: number;
}

export class World {
  readonly counts: Record<string, number> = {};
  /** By name. */
  readonly requests = new Map<string, Request>();
  clocks: readonly ProcessClock[] = [];
  round = 0;
  /** Whether processes were killed or connections cut in this round. */
  isStruck = false;
  #names = 0;

  constructor(
    readonly random: Random,
    readonly database: TestDatabase,
    readonly pool: Pool,
    readonly processes: Processes,
    /** Looks at the books while nothing is under way. */
    readonly observer: Executor,
    readonly accounts: readonly SimulatedAccount[],
    /** The observer's. */
    readonly clock: FakeClock,
    public now: number,
  ) {}

  name(kind: string): string {
    this.#names += 1;
    return `${kind}-${this.#names}`;
  }

  account(id: string): SimulatedAccount {
    const account = this.accounts.find((one) => one.id === id);
    if (!account) throw new Error(`There is no account ${id}.`);
    return account;
  }

  count(what: string, times = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + times;
  }

  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query(sql, [...parameters])).rows as Row[];
  }
}
