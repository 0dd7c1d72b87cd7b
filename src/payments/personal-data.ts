import type { EntityManager } from '@mikro-orm/postgresql';
import { erasedName } from '../accounts/limits.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';

/** Names, addresses and notes in what this room keeps of an account. Amounts and states hold none. */
export class PaymentPersonalData {
  constructor(private readonly clock: Clock) {}

  /** Forgets them. Returns the account's customer at Stripe, where the same is left to do; null where there is none. */
  async erase(em: EntityManager, accountId: string): Promise<string | null> {
    await em.execute('update payments set receipt_email = null where account_id = ?', [accountId]);
    await em.execute(
      `update refunds set note = null
       where note is not null and payment_id in (select id from payments where account_id = ?)`,
      [accountId],
    );
    // A customer that Stripe has not made yet is asked for anew: one key never comes with two requests.
    const [customer] = await em.execute<{ stripe_customer_id: string | null }[]>(
      `update stripe_customers
       set name = ?, email = null, request_id = case when stripe_customer_id is null then ? else request_id end
       where account_id = ? returning stripe_customer_id`,
      [erasedName, newId(this.clock), accountId],
    );
    return customer?.stripe_customer_id ?? null;
  }
}
