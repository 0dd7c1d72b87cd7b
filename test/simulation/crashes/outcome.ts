import type Stripe from 'stripe';
import type { BreakableService } from './breakable-service.js';

/**
 * Everything that is left of an account's doings, in our books and at Stripe, without ids and times: what two
 * runs of the same story must agree on.
 */
export async function outcomeOf(service: BreakableService, accountId: string) {
  const rows = (sql: string) => service.query(sql, [accountId]);
  const created = <T>(type: string, isOurs: (object: T) => boolean): T[] =>
    service.sandbox
      .events()
      .filter((event) => event.type === type)
      .map((event) => event.data.object as T)
      .filter(isOurs);
  const ofAccount = ({ metadata }: { metadata: Stripe.Metadata | null }) =>
    metadata?.account_id === accountId;
  const customers = created<Stripe.Customer>('customer.created', ofAccount);
  const ofCustomer = ({ customer }: { customer?: unknown }) => customers.some(({ id }) => id === customer);
  return {
    payments: await rows(
      'select status, credits, amount, refunded_amount from payments where account_id = $1 order by created_at',
    ),
    refunds: await rows(
      `select r.status, r.amount, r.credits from refunds r join payments p on p.id = r.payment_id
       where p.account_id = $1 order by r.created_at`,
    ),
    balance: await rows('select available, held, owed from credit_balances where account_id = $1'),
    lots: await rows(
      'select source, granted, remaining, priority from credit_lots where account_id = $1 order by created_at',
    ),
    journal: await rows(
      'select type, credits, money_amount, available_after from ledger_operations where account_id = $1 order by seq',
    ),
    unprocessed: await service.query(
      `select type, status, outcome from webhook_events where status not in ('PROCESSED', 'IGNORED')`,
    ),
    atStripe: {
      customers: customers.length,
      intents: created<Stripe.PaymentIntent>('payment_intent.created', ofAccount).map(({ amount }) => amount),
      charges: created<Stripe.Charge>('charge.succeeded', ofCustomer).map(({ amount }) => amount),
      refunds: created<Stripe.Refund>('refund.created', ofCustomer).map(({ amount }) => amount),
    },
  };
}
