import { expect } from '@jest/globals';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Payment } from '../../../src/payments/payment.entity.js';
import type { IntentSnapshot } from '../../../src/payments/payment-gateway.js';
import { stripe } from '../../../src/platform/actor.js';
import { creditsToMicro } from '../../../src/platform/credits.js';
import { sqlOf } from '../../../src/platform/database/sql.js';
import { Random } from '../../simulation/random.js';
import { FakeClock } from '../../support/clock.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { debitCreditsMutation } from '../../support/operations.js';
import { paymentServicesOf } from '../../support/payment-services.js';
import { confirm, newCustomer, pay, purchase, startPurchase } from '../../support/purchase.js';
import { startTestService, type TestService } from '../../support/service.js';
import { type Books, booksAfter, type Heard, nothingHeard } from './expected.js';
import type { History } from './histories.js';

const credits = 500;
export const amount = 4500n;
/** What was spent of it, where something was. */
const spentCredits = 300;

/** Something our service may hear: a snapshot that Stripe answered with once. */
type Report =
  | { readonly kind: 'intent'; readonly intent: IntentSnapshot }
  | { readonly kind: 'refunds' | 'disputes'; readonly version: number };

interface Scene {
  readonly history: History;
  readonly accountId: string;
  readonly intentId: string;
  /** The intent that succeeded: read before anything else is, as each sync does. */
  readonly succeeded: IntentSnapshot;
  readonly reports: readonly Report[];
  readonly spent: bigint;
}

/**
 * Walks from the books before a payment over every report there is to every state that any sequence of them can lead
 * to, in one transaction with savepoints. What a report does depends on the state alone. So all orders and all numbers
 * of reports are covered, endless ones too, by as many steps as there are states times reports.
 */
export class Explorer {
  readonly counts = { histories: 0, orders: 0n, states: 0, steps: 0 };
  readonly seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  private readonly random = new Random(this.seed);
  private readonly payments: ReturnType<typeof paymentServicesOf>;

  private constructor(private readonly service: TestService) {
    this.payments = paymentServicesOf(service);
  }

  static async start(): Promise<Explorer> {
    const service = await startTestService({ clock: new FakeClock(new Date()) });
    // The journal's month is made by whoever needs it first: it must not be what is rolled back.
    await purchase(service, await newCustomer(service), 100);
    return new Explorer(service);
  }

  /** Looks at all books once more, and says what was done. */
  async finish(): Promise<void> {
    const { histories, orders, states, steps } = this.counts;
    process.stdout.write(
      `Seed ${this.seed}: ${histories} histories, ${orders} orders of their reports, ${states} states, ${steps} steps.\n`,
    );
    await expectSoundBooks(this.service.database).finally(() => this.service.close());
  }

  /** A payment of its own, paid at Stripe without our service hearing of it; or credited, and some of it spent. */
  private async stage(history: History, isSpent: boolean): Promise<Scene> {
    const customer = await newCustomer(this.service);
    const intent = await startPurchase(customer, credits);
    const unheard = this.service.sandbox.faults.delivery({ fault: 'drop' });
    await pay(this.service, intent);
    unheard.remove();
    if (isSpent) {
      await confirm(customer, intent);
      const input = { accountId: customer.accountId, credits: `${spentCredits}`, idempotencyKey: 'spent' };
      await this.service.clients.service.request(debitCreditsMutation, { input });
    }
    const succeeded = await this.payments.gateway.retrievePaymentIntent(intent.paymentIntentId);
    if (!succeeded) throw new Error('Stripe has no such intent.');
    const failure = { chargeId: 'ch_declined', code: 'card_declined', message: 'Your card was declined.' };
    const failed: IntentSnapshot = { ...succeeded, fact: 'FAILED', amountReceived: 0n, failure };
    const versions = (kind: 'refunds' | 'disputes') =>
      history[kind].map((_, i): Report => ({ kind, version: i + 1 }));
    return {
      history,
      accountId: customer.accountId,
      intentId: intent.paymentIntentId,
      succeeded,
      reports: [
        ...(isSpent ? [] : [failed, succeeded].map((one): Report => ({ kind: 'intent', intent: one }))),
        ...versions('refunds'),
        ...versions('disputes'),
      ],
      spent: isSpent ? creditsToMicro(BigInt(spentCredits)) : 0n,
    };
  }

  /** As StripeSync does, with what Stripe answered some time. */
  private async apply(outer: EntityManager, scene: Scene, report: Report): Promise<void> {
    const em = outer.fork({ keepTransactionContext: true });
    const intent = report.kind === 'intent' ? report.intent : scene.succeeded;
    const settled = await this.payments.settlement.settle(em, intent, stripe);
    await em.flush();
    if (!settled || report.kind === 'intent') return;
    const own = <T extends { readonly id: string }>(snapshots: readonly T[] | undefined) =>
      (snapshots ?? []).map((snapshot) => ({ ...snapshot, id: `${snapshot.id}_${scene.intentId}` }));
    const { history } = scene;
    const at = report.version - 1;
    if (report.kind === 'refunds')
      await this.payments.refunds.report(em, settled.payment, own(history.refunds[at]));
    else await this.payments.disputes.report(em, settled.payment, own(history.disputes[at]));
    await em.flush();
  }

  private async read(outer: EntityManager, scene: Scene): Promise<Books> {
    const em = outer.fork({ keepTransactionContext: true });
    const payment = await em.findOneOrFail(Payment, { stripePaymentIntentId: scene.intentId });
    const [balance] = await sqlOf(em).query<{ net: string; frozen: string; lost: string }>(
      {
        text: `select available + held - owed as net, ${lyingIn('disputed')} as frozen, ${lyingIn('charged_back')} as lost
          from credit_balances b where account_id = $1`,
      },
      [scene.accountId],
    );
    return {
      status: payment.status,
      net: BigInt(balance?.net ?? 0),
      refunded: payment.refundedAmount,
      disputed: payment.disputedAmount,
      frozen: BigInt(balance?.frozen ?? 0),
      lost: BigInt(balance?.lost ?? 0),
    };
  }

  private async expectBooks(em: EntityManager, scene: Scene, heard: Heard): Promise<void> {
    const bought = { amount, credits: creditsToMicro(BigInt(credits)), spent: scene.spent };
    const actual = await this.read(em, scene);
    const { rounding, ...expected } = booksAfter(scene.history, bought, heard);
    const rounded = {
      net: within(actual.net, expected.net, rounding.net),
      frozen: within(actual.frozen, expected.frozen, expected.frozen === 0n ? 0n : rounding.disputes),
      lost: within(actual.lost, expected.lost, expected.lost === 0n ? 0n : rounding.disputes),
    };
    expect({ heard, ...actual, ...rounded }).toEqual({ heard, ...expected });
  }

  private async walk(em: EntityManager, scene: Scene, heard: Heard, seen: Set<string>): Promise<void> {
    this.counts.states++;
    for (const report of scene.reports) {
      await sqlOf(em).query({ text: 'savepoint step' }, []);
      await this.apply(em, scene, report);
      this.counts.steps++;
      const next = hear(heard, report);
      await this.expectBooks(em, scene, next);
      const state = await this.stateOf(em, scene, next);
      if (!seen.has(state)) await this.walk(em, scene, next, seen.add(state));
      await sqlOf(em).query({ text: 'rollback to step' }, []);
      await sqlOf(em).query({ text: 'release step' }, []);
    }
  }

  /** All that decides what the next report does. */
  private async stateOf(em: EntityManager, scene: Scene, heard: Heard): Promise<string> {
    const [row] = await sqlOf(em).query<{ state: string }>(
      {
        text: `select concat_ws(' ', p.status, p.refunded_amount, p.disputed_amount,
            (select string_agg(concat_ws(' ', stripe_refund_id, status, credits), ' ' order by stripe_refund_id)
             from refunds r where r.payment_id = p.id),
            (select string_agg(concat_ws(' ', status, fund_moves, funds_withdrawn, credits_taken, written_off), ' ')
             from disputes d where d.payment_id = p.id)) as state
          from payments p where stripe_payment_intent_id = $1`,
      },
      [scene.intentId],
    );
    return `${JSON.stringify(heard)} ${row?.state}`;
  }

  /** Fisher and Yates's. */
  private shuffled<T>(items: readonly T[]): T[] {
    const rest = [...items];
    return items.flatMap(() => rest.splice(this.random.integer(0, rest.length - 1), 1));
  }

  async explore(history: History, isSpent: boolean): Promise<void> {
    const scene = await this.stage(history, isSpent);
    const start: Heard = isSpent ? { ...nothingHeard, intent: 'SUCCEEDED' } : nothingHeard;
    await this.service.orm.em
      .fork()
      .transactional(async (em) => {
        await this.walk(em, scene, start, new Set());
        throw new Undone();
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error;
      });
    // One order is committed, each report twice, so that the books at the end have seen it in earnest.
    const twice = this.shuffled([...scene.reports, ...scene.reports]);
    for (const report of twice)
      await this.service.orm.em.fork().transactional((em) => this.apply(em, scene, report));
    const all = twice.reduce(hear, start);
    await this.expectBooks(this.service.orm.em.fork(), scene, all);
    this.counts.histories++;
    this.counts.orders += factorial(scene.reports.length);
  }
}

/** What an account of the books comes to, of a balance b. */
const lyingIn = (account: string): string =>
  `(select coalesce(sum(case credit_account when '${account}' then amount else -amount end), 0) from ledger_transfers t
    where t.account_id = b.account_id and '${account}' in (credit_account, debit_account))`;

/** What is expected, where the actual number is as good. */
const within = (actual: bigint, expected: bigint, most: bigint): bigint =>
  actual >= expected - most && actual <= expected + most ? expected : actual;

const hear = (heard: Heard, report: Report): Heard =>
  report.kind === 'intent'
    ? {
        ...heard,
        intent: heard.intent === 'SUCCEEDED' || report.intent.fact === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED',
      }
    : {
        ...heard,
        intent: 'SUCCEEDED',
        [report.kind]: Math.max(heard[report.kind], report.version),
      };

class Undone extends Error {}

const factorial = (n: number): bigint => (n < 2 ? 1n : BigInt(n) * factorial(n - 1));
