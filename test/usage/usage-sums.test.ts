import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sqlOf } from '../../src/platform/database/sql.js';
import { createLog } from '../../src/platform/log.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { UsageSumsStore } from '../../src/usage/usage-sums.store.js';
import { TestAccount } from '../credits/account.js';
import type { UsageDimension } from '../support/generated/graphql.js';
import { startTestService, type TestService } from '../support/service.js';
import { recordUsageMutation, sumUsage, usageQuery, usageSummerOf } from '../support/usage.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const noon = '2026-03-31T12:00:00.000Z';

let service: TestService;
let account: TestAccount;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  service.clock.set(noon);
  account = await TestAccount.open(service, '100000');
});
afterAll(() => service.close());

const store = new UsageSumsStore();
/** The next operations of the account, so many at most. */
const sumNext = (limit: number, { accountId } = account) =>
  new UnitOfWork(service.orm, createLog('error')).run((em) => store.sumNext(sqlOf(em), accountId, limit));
const markOf = async ({ accountId } = account) =>
  Number(
    (
      await service.database.query<{ seq: string }>(
        'select through_seq as seq from usage_marks where account_id = $1',
        [accountId],
      )
    )[0]?.seq ?? 0,
  );
const usageOf = async (from: number, to: number, groupBy: UsageDimension[], { customer } = account) => {
  const variables = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), groupBy };
  return (await customer.client.request(usageQuery, variables)).usage;
};

interface Used {
  readonly at: number;
  readonly credits: number;
  readonly provider: string | null;
  readonly model: string | null;
  readonly inputTokens: number;
}

let keys = 0;
/** Books usage: each record at its time, whenever that was. */
async function record(used: readonly Used[]): Promise<void> {
  const records = used.map(({ at, credits, provider, model, inputTokens }) => ({
    accountId: account.accountId,
    idempotencyKey: `${++keys}`,
    credits,
    occurredAt: new Date(at).toISOString(),
    metadata: { inputTokens, ...(provider && { provider }), ...(model && { model }) },
  }));
  const { recordUsage } = await service.clients.service.request(recordUsageMutation, { input: { records } });
  expect(recordUsage.refused).toBe(0);
}

const startOf: Readonly<Partial<Record<UsageDimension, (at: number) => string>>> = {
  HOUR: (at) => `${new Date(at).toISOString().slice(0, 13)}:00:00.000Z`,
  DAY: (at) => `${new Date(at).toISOString().slice(0, 10)}T00:00:00.000Z`,
  MONTH: (at) => `${new Date(at).toISOString().slice(0, 7)}-01T00:00:00.000Z`,
};

/** What a series must have in it, said once more and in another way: in no order, and without zeros. */
function expectedPoints(used: readonly Used[], from: number, to: number, groupBy: readonly UsageDimension[]) {
  const points = new Map<string, { credits: number; calls: number; inputTokens: number }>();
  for (const { at, credits, provider, model, inputTokens } of used) {
    if (at < from || at >= to) continue;
    const start = groupBy.map((dimension) => startOf[dimension]?.(at)).find(Boolean) ?? null;
    const name = JSON.stringify([
      start,
      groupBy.includes('PROVIDER') ? provider : null,
      groupBy.includes('MODEL') ? model : null,
    ]);
    const point = points.get(name) ?? { credits: 0, calls: 0, inputTokens: 0 };
    point.credits += credits;
    point.calls += 1;
    point.inputTokens += inputTokens;
    points.set(name, point);
  }
  return points;
}

async function expectSeries(
  used: readonly Used[],
  from: number,
  to: number,
  groupBy: UsageDimension[],
): Promise<void> {
  const { points, total } = await usageOf(from, to, groupBy);
  const found = points
    .filter(({ calls }) => calls > 0)
    .map(({ start, provider, model, credits, calls, inputTokens }) => [
      JSON.stringify([start, provider, model]),
      { credits: Number(credits), calls, inputTokens },
    ]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expectedPoints(used, from, to, groupBy)));
  expect(total.calls).toBe(used.filter(({ at }) => at >= from && at < to).length);
}

describe('usage that is summed up by the hour', () => {
  it('is the same to a chart, however far it is summed up', async () => {
    const groupings: UsageDimension[][] = [
      ['HOUR'],
      ['DAY', 'MODEL'],
      ['MONTH', 'PROVIDER'],
      ['PROVIDER', 'MODEL'],
      ['HOUR', 'MODEL', 'PROVIDER'],
    ];
    const hoursBack = (most: number) =>
      fc.oneof(
        fc.integer({ min: 0, max: most }).map((hours) => hours * hourMs),
        fc.integer({ min: 0, max: most * hourMs }),
        // Around the start of an hour, to the millisecond.
        fc
          .tuple(fc.integer({ min: 1, max: most - 1 }), fc.integer({ min: -1, max: 1 }))
          .map(([hours, ms]) => hours * hourMs + ms),
      );
    const one = fc.record({
      back: hoursBack(20 * 24),
      credits: fc.integer({ min: 1, max: 9 }),
      provider: fc.constantFrom('openai', 'azure', null),
      model: fc.constantFrom('a', 'b', null),
      inputTokens: fc.integer({ min: 0, max: 5 }),
    });
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ record: fc.array(one, { minLength: 1, maxLength: 12 }) }) },
      { weight: 2, arbitrary: fc.record({ sum: fc.integer({ min: 1, max: 15 }) }) },
      { weight: 1, arbitrary: fc.record({ advance: hoursBack(30) }) },
      {
        weight: 3,
        arbitrary: fc.record({
          ask: fc.tuple(hoursBack(22 * 24), hoursBack(22 * 24), fc.constantFrom(...groupings)),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        service.clock.set(noon);
        account = await TestAccount.open(service, '100000');
        const used: Used[] = [];
        const now = () => service.clock.now().getTime();
        for (const step of steps) {
          if ('record' in step) {
            const records = step.record.map(({ back, ...rest }) => ({ ...rest, at: now() - back }));
            await record(records);
            used.push(...records);
          } else if ('sum' in step) {
            await sumNext(step.sum);
          } else if ('advance' in step) {
            service.clock.advance(step.advance);
          } else {
            const [one, other, groupBy] = step.ask;
            const [from, to] = [now() - Math.max(one, other), now() - Math.min(one, other) + 1];
            await expectSeries(used, from, to, groupBy);
          }
        }
        await sumUsage(service);
        await expectSeries(used, now() - 25 * dayMs, now() + 1, ['HOUR', 'MODEL', 'PROVIDER']);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('does not read the journal for whole hours, nor lose what months that are detached had', async () => {
    const at = Date.parse('2026-03-30T10:00:00.000Z');
    await record([{ at, credits: 3, provider: 'p', model: 'm', inputTokens: 5 }]);
    await sumUsage(service);
    await service.database.query(
      `alter table ledger_operations detach partition journal.ledger_operations_2026_03`,
    );
    try {
      expect((await usageOf(at, at + hourMs, ['HOUR'])).total).toMatchObject({ credits: '3', calls: 1 });
      expect((await usageOf(at, at + hourMs - 1, ['HOUR'])).total).toMatchObject({ calls: 0 });
    } finally {
      await service.database.query(
        `alter table ledger_operations attach partition journal.ledger_operations_2026_03
         for values from ('2026-03-01Z') to ('2026-04-01Z')`,
      );
    }
    expect((await usageOf(at, at + hourMs - 1, ['HOUR'])).total).toMatchObject({ credits: '3', calls: 1 });
  });

  it('is counted once by many that sum it up at the same time', async () => {
    const used = Array.from({ length: 300 }, (_, i) => ({
      at: Date.parse(noon) - i * 600_000,
      credits: 1,
      provider: null,
      model: 'm',
      inputTokens: 1,
    }));
    const booking = record(used);
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let i = 0; i < 10; i++) await sumNext(20);
      }),
    );
    await booking;
    await Promise.all(Array.from({ length: 4 }, () => sumUsage(service)));
    expect(await markOf()).toBe(301);
    await expectSeries(used, Date.parse(noon) - 5 * dayMs, Date.parse(noon) + 1, ['HOUR', 'MODEL']);
  });
});

describe('the job that sums usage up', () => {
  const job = () => usageSummerOf(service).run();

  it('leaves a few operations to the charts until they are a day old', async () => {
    await account.debit('1');
    await job();
    // A mark that is older than a day is that of a new account, too.
    expect(await markOf()).toBe(2);
    await account.debit('1');
    service.clock.advance(dayMs);
    await job();
    expect(await markOf()).toBe(2);
    service.clock.advance(1);
    await job();
    expect(await markOf()).toBe(3);
  });

  it('takes on whoever has many', async () => {
    await job();
    const used = Array.from({ length: 1_000 }, () => ({
      at: Date.parse(noon),
      credits: 1,
      provider: null,
      model: null,
      inputTokens: 0,
    }));
    await record(used.slice(1));
    await job();
    expect(await markOf()).toBe(1);
    await record(used.slice(0, 1));
    await job();
    expect(await markOf()).toBe(1_001);
  });

  /** Accounts with so many operations, of which the last is kept, or none. */
  async function addAccounts(names: string, count: number, operations: number, kept: 0 | 1): Promise<void> {
    const { database } = service;
    await database.query(
      `insert into credit_balances (account_id, available, held, owed, last_seq, head_hash, updated_at)
       select $1 || n, 0, 0, 0, $3::int, '', $4 from generate_series(1, $2::int) n`,
      [names, count, operations, noon],
    );
    await database.query(
      `insert into ledger_operations (account_id, created_at, seq, type, description, credits, available_after,
         held_after, owed_after, hash)
       select $1 || n, $4, $3::int, 'USAGE', '', -1, 0, 0, 0, '' from generate_series(1, $2::int) n where $5::int > 0`,
      [names, count, operations, noon, kept],
    );
  }

  it('takes on a thousand small accounts at once', async () => {
    await addAccounts('small ', 1_000, 1, 1);
    await job();
    const marks = `select count(*)::int from usage_marks where account_id like 'small %' and through_seq = 1`;
    expect(await service.database.query(marks)).toEqual([{ count: 1_000 }]);
  });

  it('does not look again and again for what was detached before it was summed up', async () => {
    await addAccounts('detached ', 1_001, 1_000_000, 0);
    await usageSummerOf(service).sumBefore(service.clock.now());
    const lag = { minOperations: 1n, markedBefore: service.clock.now() };
    const lagging = await new UnitOfWork(service.orm, createLog('error')).read((em) =>
      store.lagging(sqlOf(em), lag, 1_000),
    );
    expect(lagging.filter((accountId) => accountId.startsWith('detached'))).toEqual([]);
  });

  it('goes on with others where one cannot be summed up', async () => {
    const broken = account;
    await broken.debit('1');
    const sound = await TestAccount.open(service, '5');
    await sound.debit('2');
    await service.database.query(
      `alter table usage_hours add constraint unlucky check (account_id <> '${broken.accountId}')`,
    );
    const logged: string[] = [];
    const silent = usageSummerOf(service, createLog('error', { write: (line) => logged.push(line) }));
    try {
      await silent.run();
      expect(await markOf(sound)).toBe(2);
      expect(await markOf(broken)).toBe(0);
      expect(logged.join()).toContain('usage not summed up');
      await expect(silent.sumBefore(service.clock.now())).rejects.toThrow('unlucky');
    } finally {
      await service.database.query('alter table usage_hours drop constraint unlucky');
    }
    await job();
    expect(await markOf(broken)).toBe(2);
  });
});
