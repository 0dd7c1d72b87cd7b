import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestAccount } from '../credits/account.js';
import { FakeClock } from '../support/clock.js';
import { expectSoundBooks } from '../support/invariants.js';
import { startTestService, type TestService } from '../support/service.js';

describe('the journal', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ clock: new FakeClock('2031-01-31T23:59:59.999Z') });
  });
  afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

  const parts = async (table: string, accountId: string) => {
    const found = await service.database.query<{ part: string }>(
      `select distinct tableoid::regclass::text as part from ${table} where account_id = $1 order by part`,
      [accountId],
    );
    return found.map(({ part }) => part);
  };

  it('has a partition for every month, made when it is needed', async () => {
    // Of two lots each, so that the transfers beyond the first have their partitions too.
    const account = await TestAccount.open(service, '10');
    await account.grant('5');
    await account.debit('12');
    service.clock.advance(1);
    await account.grant('20');
    await account.debit('20');
    for (const table of ['ledger_operations', 'ledger_further_transfers']) {
      expect(await parts(table, account.accountId)).toEqual([
        `journal.${table}_2031_01`,
        `journal.${table}_2031_02`,
      ]);
    }
    expect(await account.amounts(new Date('2031-01-31T23:59:59.999Z'))).toEqual(['3', '0', '0']);
  });

  it('makes the month of what is booked late, beside that of today', async () => {
    service.clock.set('2031-02-27T00:00:00.000Z');
    const account = await TestAccount.open(service, '10');
    await account.grant('5', { expiresAt: '2031-03-31T23:59:59.999Z' });
    await account.grant('7', { effectiveAt: '2031-04-15T00:00:00.000Z' });
    service.clock.set('2031-06-01T00:00:00.000Z');
    await account.debit('17');
    expect(await parts('ledger_operations', account.accountId)).toEqual(
      ['02', '03', '04', '06'].map((month) => `journal.ledger_operations_2031_${month}`),
    );
    expect((await account.journal()).slice(3).map(({ type, createdAt }) => [type, createdAt])).toEqual([
      ['EXPIRY', '2031-03-31T23:59:59.999Z'],
      ['GRANT', '2031-04-15T00:00:00.000Z'],
      ['USAGE', '2031-06-01T00:00:00.000Z'],
    ]);
  });

  it('makes one month once, however many ask for it at the same time', async () => {
    const accounts = await Promise.all(Array.from({ length: 5 }, () => TestAccount.open(service, '10')));
    service.clock.set('2031-07-01T00:00:00.000Z');
    await Promise.all(accounts.flatMap((account) => Array.from({ length: 4 }, () => account.debit('1'))));
    for (const account of accounts) expect(await account.amounts()).toEqual(['6', '0', '0']);
  });

  it('keeps its order where the clock goes back', async () => {
    service.clock.set('2031-08-01T00:00:10.000Z');
    const account = await TestAccount.open(service, '10');
    const { hold } = await account.hold('4', { expiresInSeconds: 5 });
    service.clock.set('2031-07-31T23:00:00.000Z');
    await account.debit('1');
    await account.capture(hold.id, '2');
    const next = await account.hold('1', { expiresInSeconds: 5 });
    expect(next.hold.expiresAt).toBe('2031-08-01T00:00:15.000Z');
    const journal = await account.journal();
    expect(new Set(journal.map(({ createdAt }) => createdAt))).toEqual(new Set(['2031-08-01T00:00:10.000Z']));
    expect(await account.amounts()).toEqual(['6', '1', '0']);
    service.clock.set('2031-08-01T00:00:15.000Z');
    expect(await account.amounts()).toEqual(['7', '0', '0']);
  });
});
