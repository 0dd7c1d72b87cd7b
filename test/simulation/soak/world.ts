import { setTimeout as sleep } from 'node:timers/promises';
import type Stripe from 'stripe';
import type { Sandbox } from '../../../src/sandbox/index.js';
import type {
  CaptureHoldMutation,
  CreatePaymentIntentMutation,
  GrantCreditsMutation,
  HoldCreditsMutation,
  RefundMutation,
} from '../../support/generated/graphql.js';
import type { Callers } from './callers.js';
import type { Intention } from './intention.js';
import type { Postgres } from './postgres.js';
import type { Servers } from './servers.js';
import type { Tally } from './tally.js';

const maxTries = 6;
const firstPauseMs = 100;

/** What a debit or a record of usage was answered with. */
export interface Debited {
  readonly debited: string;
  readonly replayed: boolean;
}

export interface Debit {
  readonly intention: Intention<Debited>;
  readonly micro: bigint;
}

export interface Grant {
  readonly intention: Intention<GrantCreditsMutation>;
  readonly micro: bigint;
  readonly expiresAt: Date | null;
}

export interface Hold {
  readonly intention: Intention<HoldCreditsMutation>;
  readonly captures: { readonly intention: Intention<CaptureHoldMutation>; readonly micro: bigint }[];
}

export interface Purchase {
  readonly intention: Intention<CreatePaymentIntentMutation>;
  readonly credits: number;
  /** Whether the customer's browser was told that it is paid. */
  isPaid: boolean;
  /** Confirmations that said they added the credits. */
  added: number;
}

export interface Refund {
  readonly intention: Intention<RefundMutation>;
  readonly purchase: Purchase;
}

/** One customer, and everything that was asked for in its name. */
export class Account {
  readonly debits: Debit[] = [];
  readonly grants: Grant[] = [];
  readonly holds: Hold[] = [];
  readonly purchases: Purchase[] = [];
  readonly refunds: Refund[] = [];
  /** The newest entry of its journal that was ever seen. */
  newestSeq = 0;

  constructor(
    readonly id: string,
    readonly key: string,
  ) {}
}

/** What runs, and what was asked of it. */
export class World {
  readonly accounts: Account[] = [];
  /** What was not answered, or not for certain. */
  readonly open = new Set<Intention<unknown>>();
  /** Set when it is time to stop. */
  readonly over = new AbortController();
  #names = 0;

  constructor(
    readonly seed: number,
    readonly callers: Callers,
    readonly servers: Servers,
    readonly postgres: Postgres,
    readonly sandbox: Sandbox,
    readonly stripe: Stripe,
    readonly tally: Tally,
    /** For commands that run as processes of their own. */
    readonly serverEnv: Readonly<Record<string, string>>,
  ) {}

  get isOver(): boolean {
    return this.over.signal.aborted;
  }

  name(kind: string): string {
    this.#names += 1;
    return `${kind}-${this.#names}`;
  }

  /** Ends early when it is time to stop. */
  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.over.signal }).catch(() => undefined);
  }

  /** Asks until there is an answer, or leaves it for the end. @returns what it was answered with, if it was done */
  async persist<Data>(intention: Intention<Data>, twice = false): Promise<Data | null> {
    this.open.add(intention);
    for (let tries = 1; tries <= maxTries; tries++) {
      if (tries > 1) this.tally.add('repeated');
      const answers = await Promise.all(twice ? [intention.ask(), intention.ask()] : [intention.ask()]);
      if (answers.some((answered) => answered)) break;
      await this.pause(firstPauseMs * 2 ** tries);
    }
    if (intention.isCertain) this.open.delete(intention);
    return intention.data;
  }
}

/** Does what somebody does at Stripe, where it may be refused: that is between the two. */
export async function atStripe<T>(act: () => T | Promise<T>): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Error && /Stripe|ApiError/.test(`${error.constructor.name} ${error.name}`))
      return null;
    throw error;
  }
}
