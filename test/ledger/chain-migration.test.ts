import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { chainHash } from '../../src/ledger/chain.js';
import { mikroOrmConfig } from '../../src/mikro-orm.config.js';
import { createTestDatabase, emptyDatabase, type TestDatabase } from '../support/database.js';
import { expectSoundBooks } from '../support/invariants.js';

const lots = ['00000000-0000-7000-8000-00000000000a', '00000000-0000-7000-8000-00000000000b'] as const;
const payment = '00000000-0000-7000-8000-00000000000c';
const refund = '00000000-0000-7000-8000-00000000000d';

/** A journal as it was written before: microseconds, a clock that once went back, and texts with line feeds. */
const rows = `
  insert into accounts (id, name, created_at) values ('a', 'A', now()), ('b', 'B', now()), ('c', 'C', now());
  insert into payments (id, account_id, status, package_price_id, credits, amount, currency, refunded_amount, lot_id,
      created_at, succeeded_at)
    select '${payment}', 'a', 'PARTIALLY_REFUNDED', id, 100, 1000, 'USD', 300, '${lots[0]}', now(), now()
    from credit_package_prices where package_id = 'credits_100';
  insert into refunds (id, payment_id, status, amount, currency, credits, reason, claw_back_seq, created_at)
    values ('${refund}', '${payment}', 'SUCCEEDED', 300, 'USD', 30000000, 'DUPLICATE', 3, now());
  insert into credit_lots (account_id, id, source, granted, remaining, priority, expires_at, payment_id, created_at)
    values ('a', '${lots[0]}', 'PURCHASE', 100000000, 0, 50, null, '${payment}', '2026-09-30T23:59:59.999Z'),
      ('a', '${lots[1]}', 'PROMOTION', 30000000, 20000000, 10, '2027-01-01', null, '2026-10-02T00:00:00Z');
  insert into ledger_operations (account_id, seq, type, description, metadata, credits, money_amount, money_currency,
      payment_id, refund_id, available_after, held_after, owed_after, created_at) values
    ('a', 1, 'PURCHASE', 'Purchased 100 credits', null, 100000000, 1000, 'USD', '${payment}', null,
      100000000, 0, 0, '2026-09-30T23:59:59.999999Z'),
    ('a', 2, 'USAGE', e'äöü 💳\\n5:x\\n\\n', '{"b": {"list": [1, 2.50, "ü\\\\n"]}, "a": null}', -80000000, null, null, null,
      null, 20000000, 0, 0, '2026-09-30T23:59:59.9985Z'),
    ('a', 3, 'REFUND', '', '{}', -30000000, -300, 'USD', '${payment}', '${refund}', 0, 0, 10000000,
      '2026-10-01T00:00:00Z'),
    ('a', 4, 'GRANT', 'A gift', null, 30000000, null, null, null, null, 20000000, 0, 0, '2026-10-02T00:00:00.0004Z'),
    ('b', 1, 'PAYMENT_FAILED', 'Payment failed', null, 0, null, null, null, null, 0, 0, 0, '2025-02-28T12:00:00Z');
  insert into ledger_transfers (account_id, operation_seq, line, debit_account, credit_account, amount, lot_id) values
    ('a', 1, 0, 'issued', 'available', 100000000, '${lots[0]}'),
    ('a', 2, 0, 'available', 'consumed', 80000000, '${lots[0]}'),
    ('a', 3, 0, 'available', 'refunded', 20000000, '${lots[0]}'),
    ('a', 3, 1, 'debt', 'refunded', 10000000, null),
    ('a', 4, 0, 'issued', 'available', 30000000, '${lots[1]}'),
    ('a', 4, 1, 'available', 'debt', 10000000, '${lots[1]}');
  insert into credit_balances (account_id, available, held, owed, last_seq, updated_at) values
    ('a', 20000000, 0, 0, 4, '2026-10-02T00:00:00Z'), ('b', 0, 0, 0, 1, '2025-02-28T12:00:00Z'),
    ('c', 0, 0, 0, 0, '2025-01-01T00:00:00Z')`;

interface OperationRow {
  readonly account_id: string;
  readonly seq: string;
  readonly type: 'USAGE';
  readonly description: string;
  readonly metadata: string | null;
  readonly credits: string;
  readonly money_amount: string | null;
  readonly money_currency: string;
  readonly payment_id: string | undefined;
  readonly refund_id: string | undefined;
  readonly available_after: string;
  readonly held_after: string;
  readonly owed_after: string;
  readonly created_at: Date;
  readonly hash: string;
}

describe('the migration of a journal', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(emptyDatabase);
    const orm = await MikroORM.init(mikroOrmConfig({ url: database.url, poolSize: 2 }));
    try {
      await orm.migrator.up({ to: 'Migration20261123000100_credit_packages' });
      await database.query(rows);
      await orm.migrator.up();
    } finally {
      await orm.close();
    }
  });
  afterAll(() => database.drop());

  it('leaves sound books', () => expectSoundBooks(database));

  it('makes the hashes that this program makes', async () => {
    const operations = await database.query<OperationRow>(
      `select *, metadata::text, encode(hash, 'hex') as hash from ledger_operations order by account_id, seq`,
    );
    expect(operations).toHaveLength(5);
    const heads = new Map<string, string>();
    for (const row of operations) {
      const transfers = await database.query<Record<string, string>>(
        'select * from ledger_transfers where account_id = $1 and operation_seq = $2 order by line',
        [row.account_id, row.seq],
      );
      const computed = chainHash(heads.get(row.account_id) ?? '', {
        accountId: row.account_id,
        seq: BigInt(row.seq),
        info: {
          type: row.type,
          description: row.description,
          metadata: row.metadata,
          money:
            row.money_amount === null
              ? undefined
              : { amount: BigInt(row.money_amount), currency: row.money_currency },
          paymentId: row.payment_id,
          refundId: row.refund_id,
        },
        credits: BigInt(row.credits),
        position: {
          available: BigInt(row.available_after),
          held: BigInt(row.held_after),
          owed: BigInt(row.owed_after),
        },
        at: row.created_at,
        transfers: transfers.map((one) => ({
          debit: one.debit_account as 'issued',
          credit: one.credit_account as 'available',
          amount: BigInt(one.amount ?? 0),
          lotId: one.lot_id ?? null,
        })),
      });
      expect(row.hash).toBe(computed);
      heads.set(row.account_id, computed);
    }
    const balances = await database.query(
      `select account_id, encode(head_hash, 'hex') as hash from credit_balances order by account_id`,
    );
    expect(balances).toEqual([
      { account_id: 'a', hash: heads.get('a') },
      { account_id: 'b', hash: heads.get('b') },
      { account_id: 'c', hash: '' },
    ]);
  });

  it('puts operations in order, in milliseconds, each into its month', async () => {
    const found = await database.query(
      `select tableoid::regclass::text as part, seq, created_at from ledger_operations order by account_id, seq`,
    );
    const part = (month: string) => `journal.ledger_operations_${month}`;
    expect(found).toEqual([
      { part: part('2026_09'), seq: '1', created_at: new Date('2026-09-30T23:59:59.999Z') },
      { part: part('2026_09'), seq: '2', created_at: new Date('2026-09-30T23:59:59.999Z') },
      { part: part('2026_10'), seq: '3', created_at: new Date('2026-10-01T00:00:00.000Z') },
      { part: part('2026_10'), seq: '4', created_at: new Date('2026-10-02T00:00:00.000Z') },
      { part: part('2025_02'), seq: '1', created_at: new Date('2025-02-28T12:00:00.000Z') },
    ]);
  });

  it('knows of lots what they cost, and when they expire', async () => {
    const found = await database.query(
      `select id, open, price_amount, price_currency, effective_at = created_at as at_once from credit_lots order by id`,
    );
    expect(found).toEqual([
      { id: lots[0], open: false, price_amount: '1000', price_currency: 'USD', at_once: true },
      { id: lots[1], open: true, price_amount: null, price_currency: null, at_once: true },
    ]);
    const [balance] = await database.query(
      `select next_change_at, updated_at from credit_balances where account_id = 'a'`,
    );
    expect(balance).toEqual({
      next_change_at: new Date('2027-01-01'),
      updated_at: new Date('2026-10-02T00:00:00.000Z'),
    });
  });
});
