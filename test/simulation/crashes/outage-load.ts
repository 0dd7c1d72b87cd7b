import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError } from 'graphql-request';
import type { Sandbox } from '../../../src/sandbox/index.js';
import { type Clients, clientWithKey } from '../../support/client.js';
import {
  confirmPaymentMutation,
  createAccountMutation,
  createApiKeyMutation,
  createPaymentIntentMutation,
  debitCreditsMutation,
  refundMutation,
} from '../../support/operations.js';
import type { Customer } from './breakable-service.js';
import { payAtStripe } from './pay.js';

/** What a purchase costs and brings, and the part of it that is refunded, in cents and credits. */
export const purchase = { amount: 4_500, credits: 500 } as const;
export const refunded = { amount: 900, credits: 100 } as const;
/** Micro-credits that a debit takes. */
const debitMicroCredits = 1_000n;
const debitsAtOnce = 4;
const pauseBetweenTriesMs = 50;
/** What may be tried again: the database is not there, or too much waits for it already. */
const passingCodes: ReadonlySet<unknown> = new Set(['UNAVAILABLE', 'RATE_LIMITED']);

/** A customer, what was asked for in its name, and answered. */
export class Account {
  purchases = 0;
  refunds = 0;
  readonly debits: string[] = [];

  constructor(
    readonly customer: Customer,
    private readonly clients: Clients,
  ) {}

  /** What must be there once everything has arrived. */
  get available(): bigint {
    const bought = this.purchases * purchase.credits - this.refunds * refunded.credits;
    return BigInt(bought) * 1_000_000n - BigInt(this.debits.length) * debitMicroCredits;
  }

  debit(idempotencyKey: string) {
    const input = { accountId: this.customer.accountId, credits: '0.001', idempotencyKey };
    return this.clients.service.request(debitCreditsMutation, { input });
  }
}

/** Customers that buy, spend and are given money back without end, and ask again until they are answered. */
export class Load {
  answered = 0;
  /** With UNAVAILABLE. */
  refused = 0;
  #stopped = false;
  #keys = 0;

  constructor(
    readonly accounts: readonly Account[],
    private readonly clients: Clients,
    private readonly sandbox: Sandbox,
  ) {}

  static async open(url: string, clients: Clients, sandbox: Sandbox, count: number): Promise<Load> {
    const accounts: Account[] = [];
    while (accounts.length < count) {
      const input = { name: 'Customer' };
      const { createAccount } = await clients.admin.request(createAccountMutation, { input });
      const accountId = createAccount.account.id;
      const key = { accountId, name: 'Browser', role: 'CUSTOMER' } as const;
      const { createApiKey } = await clients.admin.request(createApiKeyMutation, { input: key });
      accounts.push(new Account({ accountId, client: clientWithKey(url, createApiKey.token) }, clients));
    }
    return new Load(accounts, clients, sandbox);
  }

  /** Resolves once it was stopped and all that it had begun is answered. */
  async run(): Promise<void> {
    this.#stopped = false;
    await Promise.all(
      this.accounts.flatMap((account) => [
        this.#forever(() => this.#buyAndRefund(account)),
        ...Array.from({ length: debitsAtOnce }, () => this.#forever(() => this.#debit(account))),
      ]),
    );
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Every second purchase is left to its webhook, and refunded once that has arrived. */
  async #buyAndRefund(account: Account): Promise<void> {
    const { client } = account.customer;
    const input = { creditAmount: purchase.credits, idempotencyKey: this.#key() };
    const { createPaymentIntent } = await this.#untilAnswered(() =>
      client.request(createPaymentIntentMutation, { input }),
    );
    const { clientSecret, paymentIntentId } = createPaymentIntent;
    await payAtStripe(this.sandbox, clientSecret, 'pm_card_visa');
    account.purchases += 1;
    if (account.purchases % 2 === 0) return;
    await this.#untilAnswered(() => client.request(confirmPaymentMutation, { input: { paymentIntentId } }));
    const refund = { paymentIntentId, amount: refunded.amount, idempotencyKey: this.#key() };
    await this.#untilAnswered(() => this.clients.admin.request(refundMutation, { input: refund }));
    account.refunds += 1;
  }

  async #debit(account: Account): Promise<void> {
    if (account.refunds === 0) {
      await sleep(pauseBetweenTriesMs);
      return;
    }
    const key = this.#key();
    await this.#untilAnswered(() => account.debit(key));
    account.debits.push(key);
  }

  async #forever(work: () => Promise<void>): Promise<void> {
    while (!this.#stopped) await work();
  }

  /** With the same key. */
  async #untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const answer = await ask();
        this.answered += 1;
        return answer;
      } catch (error) {
        const code = error instanceof ClientError ? error.response.errors?.[0]?.extensions?.code : undefined;
        if (!passingCodes.has(code)) throw error;
        if (code === 'UNAVAILABLE') this.refused += 1;
        await sleep(pauseBetweenTriesMs);
      }
    }
  }

  #key(): string {
    this.#keys += 1;
    return `key-${this.#keys}`;
  }
}
