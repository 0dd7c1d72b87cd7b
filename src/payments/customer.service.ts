import type { EntityManager } from '@mikro-orm/postgresql';
import type { Account } from '../accounts/account.entity.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { type PaymentGateway, StuckKeyError } from './payment-gateway.js';
import { StripeCustomer } from './stripe-customer.entity.js';

/** One Stripe customer per account, however many requests ask for it at once or are cut off half-way. */
export class CustomerService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly gateway: PaymentGateway,
    private readonly clock: Clock,
  ) {}

  /** Fixes, inside the caller's transaction, what will be asked of Stripe for this account. */
  async prepare(em: EntityManager, account: Account): Promise<void> {
    await em.execute(
      `insert into stripe_customers (account_id, request_id, name, email, created_at) values (?, ?, ?, ?, ?)
       on conflict do nothing`,
      [account.id, newId(this.clock), account.name, account.email, this.clock.now()],
    );
  }

  /**
   * The id of the account's Stripe customer, made if need be. Call it outside any transaction, after `prepare`
   * committed. Everybody who asks sends the prepared request with the prepared key, so Stripe answers all of
   * them with one customer (https://docs.stripe.com/api/idempotent_requests).
   */
  async ensure(accountId: string): Promise<string> {
    const prepared = await this.uow.read((em) => em.findOneOrFail(StripeCustomer, { accountId }));
    if (prepared.stripeCustomerId !== null) return prepared.stripeCustomerId;
    try {
      return await this.create(prepared);
    } catch (error) {
      if (!(error instanceof StuckKeyError)) throw error;
      // Should Stripe have made a customer after all, it stays unused, which does no harm.
      return this.create(await this.uow.run((em) => this.renewRequest(em, prepared)));
    }
  }

  /** Another customer, for an account whose customer was deleted at Stripe; once, whoever asks for it at once. */
  async replace(accountId: string, gone: string): Promise<string> {
    await this.uow.run((em) =>
      em.execute(
        `update stripe_customers set request_id = ?, stripe_customer_id = null,
           former_customer_ids = array_append(former_customer_ids, stripe_customer_id)
         where account_id = ? and stripe_customer_id = ?`,
        [newId(this.clock), accountId, gone],
      ),
    );
    return this.ensure(accountId);
  }

  private async create(prepared: StripeCustomer): Promise<string> {
    const { accountId, requestId, name, email, stripeCustomerId } = prepared;
    if (stripeCustomerId !== null) return stripeCustomerId;
    const created = await this.gateway.createCustomer({
      idempotencyKey: `customer:${requestId}`,
      accountId,
      name,
      email,
    });
    return this.uow.run(async (em) => {
      const [row] = await em.execute<{ stripe_customer_id: string }[]>(
        `update stripe_customers set stripe_customer_id = coalesce(stripe_customer_id, ?) where account_id = ?
         returning stripe_customer_id`,
        [created, accountId],
      );
      if (!row) throw new Error('A prepared Stripe customer vanished.');
      return row.stripe_customer_id;
    });
  }

  /** Gives the request another key, unless somebody else did meanwhile: they all go on with the same one. */
  private async renewRequest(em: EntityManager, stuck: StripeCustomer): Promise<StripeCustomer> {
    await em.execute('update stripe_customers set request_id = ? where account_id = ? and request_id = ?', [
      newId(this.clock),
      stuck.accountId,
      stuck.requestId,
    ]);
    return em.findOneOrFail(StripeCustomer, { accountId: stuck.accountId });
  }
}
