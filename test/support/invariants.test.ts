import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disputeOf } from './dispute.js';
import { captureHoldMutation, holdCreditsMutation } from './holds.js';
import { expectSoundBooks } from './invariants.js';
import { debitCreditsMutation, grantCreditsMutation } from './operations.js';
import { newCustomer, purchase } from './purchase.js';
import { refund } from './refund.js';
import { startTestService, type TestService } from './service.js';

describe('the audit of the books', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
    const customer = await newCustomer(service);
    const id = await purchase(service, customer, 500);
    await refund(service, id, { amount: 900 });
    await service.clients.service.request(debitCreditsMutation, {
      input: { accountId: customer.accountId, credits: '10.5', idempotencyKey: 'call' },
    });
    const hold = async (credits: string, idempotencyKey: string) => {
      const input = { accountId: customer.accountId, credits, idempotencyKey };
      return (await service.clients.service.request(holdCreditsMutation, { input })).holdCredits.hold;
    };
    const { id: holdId } = await hold('20', 'captured');
    await service.clients.service.request(captureHoldMutation, {
      input: { accountId: customer.accountId, holdId, credits: '5', idempotencyKey: 'capture' },
    });
    await hold('30', 'active');
    const effectiveAt = new Date(service.clock.now().getTime() + 60_000).toISOString();
    await service.clients.admin.request(grantCreditsMutation, {
      input: { accountId: customer.accountId, credits: '7', effectiveAt, idempotencyKey: 'later' },
    });
    const disputed = await purchase(service, await newCustomer(service), 100);
    await disputeOf(service, disputed);
    await service.settle();
  });
  afterAll(() => service.close());

  it('passes books that are sound', () => expectSoundBooks(service.database));

  const forgeries: readonly (readonly [rule: string, forge: string, undo: string])[] = [
    [
      'balances are what the transfers of the journal come to',
      'update credit_balances set available = available + 1',
      'update credit_balances set available = available - 1',
    ],
    [
      'what was issued and not used up is what is there',
      `update ledger_operations set amount = amount - 1 where credit_account = 'consumed'`,
      `update ledger_operations set amount = amount + 1 where credit_account = 'consumed'`,
    ],
    [
      'operations carry the running balance, and their credits are its change',
      'update ledger_operations set credits = credits + 1 where seq = 2',
      'update ledger_operations set credits = credits - 1 where seq = 2',
    ],
    [
      'operations are numbered without gaps, up to the last one that the balance knows',
      'update credit_balances set last_seq = last_seq + 1',
      'update credit_balances set last_seq = last_seq - 1',
    ],
    [
      'operations follow each other in time as in number',
      `update ledger_operations set created_at = created_at - interval '1 ms' where seq = 3`,
      `update ledger_operations set created_at = created_at + interval '1 ms' where seq = 3`,
    ],
    [
      'operations have the hash of what they say and of the one before, the newest one in the balance as well',
      `update ledger_operations set description = 'Nothing' where type = 'USAGE' and credits = -10500000`,
      `update ledger_operations set description = 'Usage' where type = 'USAGE' and credits = -10500000`,
    ],
    [
      'operations have the hash of what they say and of the one before, the newest one in the balance as well',
      `update credit_balances set head_hash = head_hash || head_hash where last_seq > 0`,
      `update credit_balances set head_hash = substr(head_hash, 1, 32)`,
    ],
    [
      'transfers belong to an operation of their time, and all but debt to a lot',
      `insert into ledger_further_transfers
         select account_id, 99, 1, created_at, debit_account, credit_account, amount, lot_id
         from ledger_operations where seq = 3 limit 1`,
      'delete from ledger_further_transfers where operation_seq = 99',
    ],
    [
      'lots have what transfers put in and did not take out, within what was granted',
      'update credit_lots set granted = granted + 1',
      'update credit_lots set granted = granted - 1',
    ],
    [
      'lots have what transfers put in and did not take out, within what was granted',
      'update credit_lots set pending = pending - 1 where pending > 0',
      'update credit_lots set pending = pending + 1 where pending > 0',
    ],
    [
      'the available credits are those that lie in lots',
      'update credit_lots set remaining = remaining - 1 where remaining > 0',
      'update credit_lots set remaining = remaining + 1 where remaining > 0',
    ],
    [
      'the held credits are those that lots have set aside',
      'update credit_lots set held = held - 1 where held > 0',
      'update credit_lots set held = held + 1 where held > 0',
    ],
    [
      'the scheduled credits are those of lots that are not effective yet',
      'update credit_lots set pending = pending - 1 where pending > 0',
      'update credit_lots set pending = pending + 1 where pending > 0',
    ],
    [
      'what lots have set aside is what active holds hold of them',
      `update credit_holds set lot_amounts = array[29000000, 1000000], lot_ids = lot_ids || account_lot.id
       from (select id from credit_lots where pending > 0) as account_lot where status = 'ACTIVE'`,
      `update credit_holds set lot_amounts = array[30000000], lot_ids = lot_ids[1:1] where status = 'ACTIVE'`,
    ],
    [
      'holds set aside what they say, less what was charged of it',
      `update credit_holds set credits = credits + 1 where status = 'ACTIVE'`,
      `update credit_holds set credits = credits - 1 where status = 'ACTIVE'`,
    ],
    [
      'holds were charged what their operations consumed',
      `update credit_holds set captured = captured + 1 where status = 'CAPTURED'`,
      `update credit_holds set captured = captured - 1 where status = 'CAPTURED'`,
    ],
    [
      'holds were charged what their operations consumed',
      `update ledger_operations set hold_id = null where type = 'USAGE'`,
      `update ledger_operations set hold_id = (select id from credit_holds where status = 'CAPTURED')
       where type = 'USAGE' and credits = -5000000`,
    ],
    [
      'nothing falls due before the balance expects it',
      `update credit_balances set next_change_at = next_change_at + interval '1 ms'`,
      `update credit_balances set next_change_at = next_change_at - interval '1 ms'`,
    ],
    [
      'nothing falls due before the balance expects it',
      'update credit_balances set next_change_at = null where next_change_at is not null',
      `update credit_balances b set next_change_at = (select effective_at from credit_lots l
         where l.account_id = b.account_id and pending > 0)`,
    ],
    [
      'whoever owes has nothing to spend',
      'update credit_balances set owed = owed + 1',
      'update credit_balances set owed = owed - 1',
    ],
    [
      'payments that succeeded have one purchased lot each, and no others have any',
      `update credit_lots set source = 'PROMOTION', payment_id = null, price_amount = null, price_currency = null
       where source = 'PURCHASE'`,
      `update credit_lots l set source = 'PURCHASE', payment_id = p.id, price_amount = p.amount,
         price_currency = p.currency from payments p where p.lot_id = l.id`,
    ],
    [
      'payments that succeeded have one PURCHASE of their price and credits each, and no others have any',
      `update ledger_operations set money_amount = money_amount + 1 where type = 'PURCHASE'`,
      `update ledger_operations set money_amount = money_amount - 1 where type = 'PURCHASE'`,
    ],
    [
      'payments know what their refunds come to',
      'update payments set refunded_amount = refunded_amount + 1',
      'update payments set refunded_amount = refunded_amount - 1',
    ],
    [
      'refunds took the share of the credits that belongs to their money',
      'update refunds set credits = credits + 2',
      'update refunds set credits = credits - 2',
    ],
    [
      'refunds moved their credits and money, unless they failed',
      `update ledger_operations set refund_id = null where type = 'REFUND'`,
      `update ledger_operations set refund_id = (select id from refunds) where type = 'REFUND'`,
    ],
    [
      'payments know what disputes hold of them',
      `update payments set disputed_amount = disputed_amount + 1 where status = 'DISPUTED'`,
      `update payments set disputed_amount = disputed_amount - 1 where status = 'DISPUTED'`,
    ],
    [
      'disputes took what refunds left of the share of all that was returned',
      'update disputes set credits_taken = credits_taken - 1',
      'update disputes set credits_taken = credits_taken + 1',
    ],
    [
      'disputes moved their credits and money, unless these were reinstated',
      `update ledger_operations set money_amount = money_amount - 1 where type = 'DISPUTE'`,
      `update ledger_operations set money_amount = money_amount + 1 where type = 'DISPUTE'`,
    ],
  ];

  it.each(forgeries)('notices where it is not so that %s', async (rule, forge, undo) => {
    // As somebody would who can switch the journal's triggers off.
    const unguarded = (sql: string) =>
      service.database.query(`set session_replication_role = replica; ${sql}`);
    await unguarded(forge);
    await expect(expectSoundBooks(service.database)).rejects.toThrow(rule);
    await unguarded(undo);
    await expectSoundBooks(service.database);
  });
});
