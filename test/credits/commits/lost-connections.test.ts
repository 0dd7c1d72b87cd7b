import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { debitOf, micro, refusal, Till } from './till.js';

const kills = 12;
const debitsPerKill = 60;

describe('connections that are cut while works are committed', () => {
  let database: TestDatabase;
  let till: Till;
  beforeAll(async () => {
    database = await createTestDatabase();
    till = await Till.open(database);
  });
  afterAll(async () => {
    await expectSoundBooks(database).finally(() => till.close());
    await database.drop();
  });

  const cutAll = () =>
    database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );

  it('lose nothing that was answered, and nothing is done twice when it is asked for again', async () => {
    const accounts = await Promise.all(['a', 'b', 'c'].map((id) => till.account(`cut-${id}`, 10_000)));
    const commands = Array.from({ length: kills * debitsPerKill }, (_, i) =>
      debitOf(accounts[i % 3] ?? '', 1),
    );
    const booked = async () => {
      const rows = await database.query<{ key: string }>(
        `select account_id || ' ' || key as key from idempotency_keys where operation = 'debitCredits'`,
      );
      return new Set(rows.map(({ key }) => key));
    };
    const nameOf = ({ accountId, idempotencyKey }: (typeof commands)[number]) =>
      `${accountId} ${idempotencyKey}`;

    const unanswered: typeof commands = [];
    for (let round = 0; round < kills; round++) {
      const some = commands.slice(round * debitsPerKill, (round + 1) * debitsPerKill);
      const waves = some.map(async (command, i) => {
        await new Promise((wake) => setTimeout(wake, Math.floor(i / 10) * 3));
        return refusal(till.spending.debit(command));
      });
      await new Promise((wake) => setTimeout(wake, 1 + 2 * round));
      await cutAll();
      const outcomes = await Promise.all(waves);
      const there = await booked();
      some.forEach((command, i) => {
        if (outcomes[i] === null) expect(there).toContain(nameOf(command));
        else unanswered.push(command);
      });
    }
    expect(unanswered.length).toBeGreaterThan(0);
    expect(unanswered.length).toBeLessThan(commands.length);
    await Promise.all(unanswered.map((command) => till.spending.debit(command)));
    for (const account of accounts) {
      expect(await till.booked(account)).toBe(commands.length / 3);
      expect(await till.available(account)).toBe(micro(10_000 - commands.length / 3));
    }
  });

  it('are made anew', async () => {
    const account = await till.account('anew', 10);
    await cutAll();
    await new Promise((wake) => setTimeout(wake, 50));
    await till.debit(account, 1);
    expect(await till.available(account)).toBe(micro(9));
  });
});
