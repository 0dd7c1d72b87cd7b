import type { GraphQLClient } from 'graphql-request';
import { ClientError } from 'graphql-request';
import { Pool } from 'pg';
import type Stripe from 'stripe';
import { clientWithKey } from '../../support/client.js';
import { FakeClock } from '../../support/clock.js';
import { createAccountMutation, createApiKeyMutation } from '../../support/operations.js';
import { startTestService, type TestService } from '../../support/service.js';
import { dashboard } from '../../support/stripe-sdk.js';
import { Random } from '../random.js';
import { AccountModel, type ModelClaim } from './model.js';
import { StripeTruth } from './stripe-truth.js';

/** Later than the machine's own clock: a job that is to wait does wait, until the simulation says it is time. */
const startOfTime = '2031-03-01T12:00:00.000Z';
const accountCount = 4;

/** What was asked for under one idempotency key; it may be asked for again. */
export interface Intention {
  readonly key: string;
  /** Says in the journal and in rows what it was that moved something. */
  readonly label: string;
  /** Whether the books have it. */
  applied: boolean;
}

export interface DebitIntention extends Intention {
  readonly micro: bigint;
  /** Answers that did not say "replayed". */
  fresh: number;
}

export interface GrantIntention extends Intention {
  readonly micro: bigint;
  readonly source: 'PROMOTION' | 'ADJUSTMENT' | 'SUBSCRIPTION';
  readonly priority: number;
  readonly expiresAt: Date | null;
}

export interface PurchaseIntention {
  readonly key: string;
  readonly credits: number;
  intent: SimulatedIntent | null;
}

export interface RefundIntention extends Intention {
  readonly intent: SimulatedIntent;
  readonly cents: bigint | null;
  readonly policy: 'REJECT' | 'CREATE_DEBT';
  /** What it took in the end. */
  taken: ModelClaim | null;
}

export interface SimulatedIntent {
  readonly id: string;
  readonly paymentId: string;
  readonly clientSecret: string;
  readonly micro: bigint;
  /** Confirmations that said they added the credits. */
  added: number;
}

export class SimulatedAccount {
  readonly model = new AccountModel();
  /** The model before and after every operation of the round, for answers that were right at one of these moments. */
  moments: AccountModel[] = [];
  /** The newest operation that the model knows. */
  seq = 0n;
  readonly debits = new Map<string, DebitIntention>();
  readonly grants = new Map<string, GrantIntention>();
  readonly purchases: PurchaseIntention[] = [];
  readonly refunds = new Map<string, RefundIntention>();

  constructor(
    readonly id: string,
    readonly client: GraphQLClient,
  ) {}

  get intents(): SimulatedIntent[] {
    return this.purchases.flatMap(({ intent }) => intent ?? []);
  }
}

/** What a round leaves to judge its answers by. */
export interface Round {
  readonly number: number;
  readonly now: number;
  /** Whether requests to Stripe may have failed. */
  readonly faults: boolean;
  /** The intents whose money had arrived at Stripe before the round. */
  readonly paidBefore: ReadonlySet<string>;
}

export type Answer<T> =
  | { readonly data: T; readonly code: null }
  | { readonly data: null; readonly code: string; readonly extensions: Readonly<Record<string, unknown>> };

/** A GraphQL request's data, or the code of its one error. */
export async function answerTo<T>(request: Promise<T>): Promise<Answer<T>> {
  try {
    return { data: await request, code: null };
  } catch (error) {
    const [first] = error instanceof ClientError ? (error.response.errors ?? []) : [];
    if (!first) throw error;
    return { data: null, code: String(first.extensions?.code), extensions: { ...first.extensions } };
  }
}

/** A service with accounts, and everything that the simulation knows and did. */
export class World {
  readonly counts: Record<string, number> = {};
  #names = 0;

  private constructor(
    readonly random: Random,
    readonly service: TestService,
    readonly pool: Pool,
    readonly stripe: Stripe,
    readonly truth: StripeTruth,
    readonly accounts: readonly SimulatedAccount[],
  ) {}

  static async start(seed: number): Promise<World> {
    const clock = new FakeClock(startOfTime);
    const service = await startTestService({ clock, sandbox: { seed } });
    const { admin } = service.clients;
    const accounts: SimulatedAccount[] = [];
    for (let number = 1; number <= accountCount; number++) {
      const id = `account-${number}`;
      await admin.request(createAccountMutation, { input: { id, name: `Account ${number}` } });
      const { createApiKey } = await admin.request(createApiKeyMutation, {
        input: { accountId: id, name: 'Browser', role: 'CUSTOMER' },
      });
      accounts.push(new SimulatedAccount(id, clientWithKey(service.url, createApiKey.token)));
    }
    const stripe = dashboard(service.sandbox);
    const pool = new Pool({ connectionString: service.database.url, max: 2 });
    return new World(new Random(seed), service, pool, stripe, new StripeTruth(service.sandbox), accounts);
  }

  get now(): number {
    return this.service.clock.now().getTime();
  }

  name(kind: string): string {
    this.#names += 1;
    return `${kind}-${this.#names}`;
  }

  count(what: string, times = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + times;
  }

  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query(sql, [...parameters])).rows as Row[];
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.service.close();
  }
}

const microPerCredit = 1_000_000n;

/** "12.5" for 12 500 000. */
export function creditsOf(micro: bigint): string {
  const fraction = (micro % microPerCredit).toString().padStart(6, '0');
  return `${micro / microPerCredit}.${fraction}`;
}

/** 12 500 000 for "12.5". */
export function microOf(credits: unknown): bigint {
  const [whole = '', fraction = ''] = String(credits).split('.');
  return BigInt(whole) * microPerCredit + BigInt(fraction.padEnd(6, '0'));
}
