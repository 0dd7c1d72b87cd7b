import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectSoundBooks } from './invariants.js';
import { debitCreditsMutation } from './operations.js';
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
      `update ledger_transfers set amount = amount - 1 where credit_account = 'consumed'`,
      `update ledger_transfers set amount = amount + 1 where credit_account = 'consumed'`,
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
      'transfers belong to an operation, and available credits to a lot',
      'update ledger_transfers set operation_seq = 9 where operation_seq = 3',
      'update ledger_transfers set operation_seq = 3 where operation_seq = 9',
    ],
    [
      'lots hold what transfers put in and did not take out, within what was granted',
      'update credit_lots set granted = granted + 1',
      'update credit_lots set granted = granted - 1',
    ],
    [
      'the available credits are those that lie in lots',
      'update credit_lots set remaining = remaining - 1',
      'update credit_lots set remaining = remaining + 1',
    ],
    [
      'payments that succeeded have one purchased lot each, and no others have any',
      `update credit_lots set source = 'PROMOTION', payment_id = null`,
      `update credit_lots set source = 'PURCHASE', payment_id = (select id from payments where lot_id = credit_lots.id)`,
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
