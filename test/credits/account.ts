import type {
  CaptureHoldInput,
  DebitCreditsInput,
  ExtendHoldInput,
  GrantCreditsInput,
  HoldCreditsInput,
} from '../support/generated/graphql.js';
import {
  balanceAsOfQuery,
  captureHoldMutation,
  extendHoldMutation,
  holdCreditsMutation,
  releaseHoldMutation,
} from '../support/holds.js';
import { debitCreditsMutation, grantCreditsMutation } from '../support/operations.js';
import { newCustomer, type TestCustomer } from '../support/purchase.js';
import type { TestService } from '../support/service.js';

export interface Booked {
  readonly type: string;
  /** Micro-credits. */
  readonly credits: string;
  readonly createdAt: string;
  readonly holdId: string | null;
}

let calls = 0;
const newKey = () => `call ${++calls}`;

/** An account of its own for a test, and what the gateway and support do with it over HTTP. */
export class TestAccount {
  readonly accountId: string;

  private constructor(
    private readonly service: TestService,
    readonly customer: TestCustomer,
  ) {
    this.accountId = customer.accountId;
  }

  /** With so many credits that never expire. */
  static async open(service: TestService, credits: string | null = null): Promise<TestAccount> {
    const account = new TestAccount(service, await newCustomer(service));
    if (credits !== null) await account.grant(credits);
    return account;
  }

  async grant(credits: string, more: Partial<GrantCreditsInput> = {}) {
    const input = { accountId: this.accountId, credits, idempotencyKey: newKey(), ...more };
    return (await this.service.clients.admin.request(grantCreditsMutation, { input })).grantCredits;
  }

  async debit(credits: string, more: Partial<DebitCreditsInput> = {}) {
    const input = { accountId: this.accountId, credits, idempotencyKey: newKey(), ...more };
    return (await this.service.clients.service.request(debitCreditsMutation, { input })).debitCredits;
  }

  async hold(credits: string | number, more: Partial<HoldCreditsInput> = {}) {
    const input = { accountId: this.accountId, credits, idempotencyKey: newKey(), ...more };
    return (await this.service.clients.service.request(holdCreditsMutation, { input })).holdCredits;
  }

  async extend(holdId: string, more: Partial<ExtendHoldInput>) {
    const input = { accountId: this.accountId, holdId, ...more };
    return (await this.service.clients.service.request(extendHoldMutation, { input })).extendHold;
  }

  async capture(holdId: string, credits: string, more: Partial<CaptureHoldInput> = {}) {
    const input = { accountId: this.accountId, holdId, credits, idempotencyKey: newKey(), ...more };
    return (await this.service.clients.service.request(captureHoldMutation, { input })).captureHold;
  }

  async release(holdId: string) {
    const input = { accountId: this.accountId, holdId };
    return (await this.service.clients.service.request(releaseHoldMutation, { input })).releaseHold;
  }

  async balance(asOf: Date | null = null) {
    const variables = { accountId: this.accountId, asOf: asOf?.toISOString() ?? null };
    return (await this.service.clients.service.request(balanceAsOfQuery, variables)).balance;
  }

  /** `[available, held, owed]` */
  async amounts(asOf: Date | null = null): Promise<readonly string[]> {
    const { available, held, owed } = await this.balance(asOf);
    return [available, held, owed];
  }

  /** What is left of the lots, and what holds have set aside of them: `"remaining+held"`. */
  async lots(asOf: Date | null = null): Promise<readonly string[]> {
    return (await this.balance(asOf)).lots.map(({ remaining, held }) => `${remaining}+${held}`);
  }

  /** Everything that was booked, oldest first. */
  async journal(): Promise<readonly Booked[]> {
    const rows = await this.service.database.query<{
      type: string;
      credits: string;
      created_at: Date;
      hold_id: string | null;
    }>(
      'select type, credits, created_at, hold_id from ledger_operations where account_id = $1 order by seq',
      [this.accountId],
    );
    return rows.map((row) => ({
      type: row.type,
      credits: row.credits,
      createdAt: row.created_at.toISOString(),
      holdId: row.hold_id,
    }));
  }
}

/** Runs the job that books what has fallen due. */
export async function bookDue({ database, settle }: TestService): Promise<void> {
  await database.query(`select graphile_worker.add_job('book_due')`);
  await settle();
}

/** An instant so many milliseconds from the test's now. */
export const inMs = ({ clock }: TestService, milliseconds: number): Date =>
  new Date(clock.now().getTime() + milliseconds);
