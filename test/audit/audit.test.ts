import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForgedDatabase } from './forged-database.js';
import { bookColumns, dropConstraints } from './forgery.js';

let forged: ForgedDatabase;
beforeAll(async () => {
  forged = await ForgedDatabase.open();
});
afterAll(() => forged.close());

describe('sound books', () => {
  it('have no findings, whatever has happened to an account', async () => {
    const report = await forged.auditor.audit(null, () => undefined);
    expect(report.shown).toEqual([]);
    expect(report).toMatchObject({ accounts: 3, findings: 0, accountsBeginningDetached: 0 });
    expect(report.operations).toBeGreaterThan(60);
    expect(report.transfers).toBeGreaterThan(report.operations);
  });

  it('are audited for one account, and no others', async () => {
    const progress: number[] = [];
    const report = await forged.auditor.audit(forged.accountId, ({ operations }) =>
      progress.push(operations),
    );
    expect(report).toMatchObject({ accounts: 1, findings: 0 });
    expect(progress).toEqual(Array.from({ length: report.operations }, (_, i) => i + 1));
    await expect(forged.auditor.audit('nobody', () => undefined)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('what somebody forges who can switch triggers off', () => {
  // Constraints would refuse much of it: what the audit finds, it must find without them.
  beforeAll(() => dropConstraints(forged.service.database));

  /** The subjects of the findings, which are all of the forged account. */
  async function subjectsAfter(forge: string | (() => Promise<unknown>)): Promise<string[]> {
    const { shown } = await forged.auditAfter(forge);
    expect(new Set(shown.map(({ accountId }) => accountId))).toEqual(new Set([forged.accountId]));
    return shown.map(({ kind, subject }) => `${kind} ${subject}`);
  }
  const ofAccount = () => `account_id = '${forged.accountId}'`;
  const lastSeq = async () => {
    const { rows } = await forged.query(`select last_seq from credit_balances where ${ofAccount()}`);
    return Number(rows[0]?.last_seq);
  };

  it('is found in every column', async () => {
    const { missed, columns } = await forged.changeEverything({ inEveryRow: false });
    expect(missed).toEqual([]);
    expect([...columns].sort()).toEqual(await bookColumns(forged.service.database));
  }, 120_000);

  it('is found where an operation is deleted', async () => {
    expect(await subjectsAfter(`delete from ledger_operations where ${ofAccount()} and seq = 5`)).toContain(
      'OPERATION_MISSING operation 5',
    );
  });

  it('is found where the first operations are deleted', async () => {
    expect(await subjectsAfter(`delete from ledger_operations where ${ofAccount()} and seq < 3`)).toContain(
      'OPERATION_MISSING operation 1',
    );
  });

  it('is found where the last operations are deleted, also with their transfers', async () => {
    const seq = (await lastSeq()) - 1;
    const subjects = await subjectsAfter(
      `delete from ledger_operations where ${ofAccount()} and seq >= ${seq};
       delete from ledger_further_transfers where ${ofAccount()} and operation_seq >= ${seq}`,
    );
    expect(subjects).toContain('BALANCE_DIFFERS balance lastSeq');
    expect(subjects).toContain('BALANCE_DIFFERS balance headHash');
  });

  it('is found where the whole journal of an account is deleted', async () => {
    const subjects = await subjectsAfter(
      `delete from ledger_operations where ${ofAccount()}; delete from ledger_further_transfers where ${ofAccount()}`,
    );
    expect(subjects).toContain('BALANCE_DIFFERS balance lastSeq');
  });

  it.each(['ledger_further_transfers', 'credit_lots', 'credit_holds', 'credit_balances'])(
    'is found where a row of %s is deleted',
    async (table) => {
      const { rows } = await forged.query(
        `select tableoid::regclass::text as place, ctid::text from ${table} where ${ofAccount()}`,
      );
      for (const { place, ctid } of rows) {
        const subjects = await subjectsAfter(`delete from ${place} where ctid = '${ctid}'`);
        expect(subjects.length).toBeGreaterThan(0);
      }
    },
  );

  /** Gives the rows of two numbers each other's. The key is checked at every row, so by way of a number that is free. */
  const swap = (table: string, column: string, where: string, [a, b]: [number, number]) =>
    [`${a} -> -1`, `${b} -> ${a}`, `-1 -> ${b}`]
      .map((step) => step.split(' -> '))
      .map(([from, to]) => `update ${table} set ${column} = ${to} where ${where} and ${column} = ${from}`)
      .join('; ');

  it('is found where two operations are swapped', async () => {
    const subjects = await subjectsAfter(swap('ledger_operations', 'seq', ofAccount(), [4, 5]));
    expect(subjects).toContain('HASH_DIFFERS operation 4 hash');
  });

  it('is found where two transfers are swapped', async () => {
    const { rows } = await forged.query(
      `select operation_seq from ledger_further_transfers where ${ofAccount()} group by 1 having count(*) > 1`,
    );
    const seq = rows[0]?.operation_seq;
    const where = `${ofAccount()} and operation_seq = ${seq}`;
    const subjects = await subjectsAfter(swap('ledger_further_transfers', 'line', where, [1, 2]));
    expect(subjects).toEqual([`HASH_DIFFERS operation ${seq} hash`]);
  });

  it('is found where an operation is inserted, at the end or in between', async () => {
    const insert = (seq: string, from: number) => `insert into ledger_operations
      select account_id, created_at, ${seq}, type, description, metadata, occurred_at, credits, money_amount,
        money_currency, payment_id, refund_id, hold_id, debit_account, credit_account, amount, lot_id,
        available_after, held_after, owed_after, hash
      from ledger_operations where ${ofAccount()} and seq = ${from}`;
    const last = await lastSeq();
    expect(await subjectsAfter(insert('seq + 1', last))).toContain('BALANCE_DIFFERS balance lastSeq');
    // Beside one of the same number, a little later: the key allows it.
    const beside = insert('seq', 5).replace('created_at,', "created_at + interval '1 millisecond',");
    expect(await subjectsAfter(beside)).toContain('OPERATION_MISPLACED operation 5');
  });

  it('is found where a transfer, a lot or a hold is inserted', async () => {
    expect(
      await subjectsAfter(`insert into ledger_further_transfers
        select account_id, seq, 9, created_at, 'issued', 'available', 5, lot_id
        from ledger_operations where ${ofAccount()} and seq = 2`),
    ).toContain('TRANSFER_MALFORMED operation 2 transfer 9 line');
    expect(
      await subjectsAfter(`insert into ledger_further_transfers
        select account_id, 999, 1, created_at, 'issued', 'available', 5, lot_id
        from ledger_operations where ${ofAccount()} and seq = 2`),
    ).toEqual(['TRANSFER_WITHOUT_OPERATION operation 999 transfer 1']);
    const copy = (table: string) => `
      with copied as (select * from ${table} where ${ofAccount()} limit 1)
      insert into ${table} select (jsonb_populate_record(null::${table},
        to_jsonb(copied) || '{"id": "00000000-0000-7000-8000-000000000001", "payment_id": null}')).* from copied`;
    expect(await subjectsAfter(copy('credit_lots'))).toContain(
      'LOT_WITHOUT_GRANT lot 00000000-0000-7000-8000-000000000001',
    );
    expect(await subjectsAfter(copy('credit_holds'))).toContain(
      'HOLD_WITHOUT_OPERATION hold 00000000-0000-7000-8000-000000000001',
    );
  });

  it('is betrayed by the hash alone where everything else is made to agree', async () => {
    const { rows } = await forged.query(
      `select seq, amount, lot_id from ledger_operations o where ${ofAccount()} and type = 'USAGE' and hold_id is null
         and not exists (select from ledger_further_transfers f where f.account_id = o.account_id and f.operation_seq = o.seq)
       order by seq desc limit 1`,
    );
    const { seq, lot_id } = rows[0] ?? {};
    const subjects = await subjectsAfter(async () => {
      // Five micro-credits more were spent: it is in the operation, all balances after it, the lot, the balance, the sums.
      await forged.query(
        `update ledger_operations set amount = amount + 5, credits = credits - 5 where ${ofAccount()} and seq = ${seq};
         update ledger_operations set available_after = available_after - 5 where ${ofAccount()} and seq >= ${seq};
         update credit_lots set remaining = remaining - 5 where ${ofAccount()} and id = '${lot_id}';
         update credit_balances set available = available - 5 where ${ofAccount()};
         update usage_hours set credits = credits + 5 where ${ofAccount()} and hour = (
           select date_trunc('hour', created_at, 'UTC') from ledger_operations where ${ofAccount()} and seq = ${seq})`,
      );
    });
    const later = Array.from({ length: (await lastSeq()) - Number(seq) + 1 }, (_, i) => Number(seq) + i);
    expect(subjects).toEqual(later.map((changed) => `HASH_DIFFERS operation ${changed} hash`));
  });

  it('of one account does not hide what is wrong with another', async () => {
    const { shown, accountsWithFindings } = await forged.auditAfter(
      'update credit_lots set remaining = remaining + 1',
    );
    expect(accountsWithFindings).toBe(2);
    expect(new Set(shown.map(({ accountId }) => accountId))).toEqual(
      new Set([forged.accountId, forged.bystanderId]),
    );
  });

  it('is found where an account owes and has credits all the same', async () => {
    expect(await subjectsAfter(`update credit_balances set owed = 5 where ${ofAccount()}`)).toContain(
      'BALANCE_DIFFERS balance available while it owes',
    );
  });
});
