import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { maxSeriesMs, maxSeriesNameChars, maxSeriesPoints, maxUsageAgeDays } from '../../src/usage/limits.js';
import { TestAccount } from '../credits/account.js';
import { expectCode } from '../support/client.js';
import type { RecordUsageInput, UsageDimension, UsageQueryVariables } from '../support/generated/graphql.js';
import { startTestService, type TestService } from '../support/service.js';
import { recordUsageMutation, usageQuery } from '../support/usage.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

let service: TestService;
let account: TestAccount;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  service.clock.set('2026-03-31T12:00:00.000Z');
  account = await TestAccount.open(service, '1000');
});
afterAll(() => service.close());

const usageOf = async (variables: UsageQueryVariables, { customer } = account) =>
  (await customer.client.request(usageQuery, variables)).usage;

type Record = Omit<RecordUsageInput['records'][number], 'accountId' | 'idempotencyKey'>;
let keys = 0;
async function record(...records: readonly Record[]): Promise<void> {
  const { accountId } = account;
  const { recordUsage } = await service.clients.service.request(recordUsageMutation, {
    input: { records: records.map((one) => ({ ...one, accountId, idempotencyKey: `${++keys}` })) },
  });
  expect(recordUsage.refused).toBe(0);
}

const used = (credits: string, occurredAt: string | null = null, metadata: Record['metadata'] = null) => ({
  credits,
  occurredAt,
  metadata,
});
/**
 * An account that has used credits very often on 10 March 2026, as its journal says and its balance does not.
 * @param metadata SQL for it, given the SQL for the number of the usage, from 1
 * @param credits micro-credits of each
 */
async function createFilledAccount(
  rows: number,
  metadata: (n: string) => string,
  credits = 1n,
): Promise<TestAccount> {
  const account = await TestAccount.open(service);
  await service.database.query(`select ensure_journal_month('2026-03-10Z')`);
  await service.database.query(
    `insert into ledger_operations (account_id, created_at, seq, type, description, metadata, credits,
       available_after, held_after, owed_after, hash)
     select $1, '2026-03-10T00:00:00Z', n, 'USAGE', '', ${metadata('n')}, -$2::bigint, 0, 0, 0, ''
     from generate_series(1, $3::int) n`,
    [account.accountId, credits, rows],
  );
  return account;
}

const nothing = { provider: null, model: null, credits: '0', calls: 0, inputTokens: 0, outputTokens: 0 };
/** The first instant that starts a day and can still be reported. */
const secondOfMarch = '2026-03-02T00:00:00.000Z';
const march = { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' };

describe('usage', () => {
  it('is summed up by day, every day of the range, by when it happened', async () => {
    await record(
      used('1', secondOfMarch, { inputTokens: 10, outputTokens: 1 }),
      used('2', '2026-03-30T23:59:59.999Z', { inputTokens: 20 }),
      used('4', '2026-03-31T00:00:00.000Z'),
      used('8'),
    );
    await account.grant('5');
    const { points, total, ...range } = await usageOf(march);
    expect(range).toEqual(march);
    expect(points.map(({ start }) => start)).toEqual(
      Array.from({ length: 31 }, (_, i) => new Date(Date.parse(march.from) + i * dayMs).toISOString()),
    );
    expect(points.filter(({ calls }) => calls > 0)).toEqual([
      { ...nothing, start: secondOfMarch, credits: '1', calls: 1, inputTokens: 10, outputTokens: 1 },
      { ...nothing, start: '2026-03-30T00:00:00.000Z', credits: '2', calls: 1, inputTokens: 20 },
      { ...nothing, start: '2026-03-31T00:00:00.000Z', credits: '12', calls: 2 },
    ]);
    expect(total).toEqual({ credits: '15', calls: 4, inputTokens: 30, outputTokens: 1 });
  });

  it('counts from the first instant on, up to the last and not with it', async () => {
    const at = '2026-03-15T10:00:00.000Z';
    await record(used('1', at), used('2', '2026-03-15T10:59:59.999Z'), used('4', '2026-03-15T11:00:00.000Z'));
    const to = '2026-03-15T11:00:00.000Z';
    const { points, total } = await usageOf({ from: at, to, groupBy: ['HOUR'] });
    expect(points).toEqual([{ ...nothing, start: at, credits: '3', calls: 2 }]);
    expect(total.credits).toBe('3');
    const later = await usageOf({ from: '2026-03-15T10:00:00.001Z', to, groupBy: ['HOUR'] });
    expect(later.points).toEqual([{ ...nothing, start: at, credits: '2', calls: 1 }]);
  });

  it('finds what was reported as late, or as early, as may be', async () => {
    const now = service.clock.now().getTime();
    const oldest = new Date(now - maxUsageAgeDays * dayMs).toISOString();
    const ahead = new Date(now + 60_000).toISOString();
    await record(used('1', oldest), used('2', ahead));
    const around = (at: string) => ({
      from: at,
      to: new Date(Date.parse(at) + 1).toISOString(),
      groupBy: ['HOUR'] as const,
    });
    expect((await usageOf({ ...around(oldest), groupBy: ['HOUR'] })).total.credits).toBe('1');
    expect((await usageOf({ ...around(ahead), groupBy: ['HOUR'] })).total.credits).toBe('2');
  });

  it('finds what an account whose clock was a day ahead booked as late as may be', async () => {
    const oldest = new Date(service.clock.now().getTime() - maxUsageAgeDays * dayMs);
    service.clock.advance(26 * hourMs);
    await account.debit('1');
    service.clock.advance(-26 * hourMs);
    await record(used('2', oldest.toISOString()));
    const to = new Date(oldest.getTime() + hourMs).toISOString();
    expect((await usageOf({ from: oldest.toISOString(), to })).total.credits).toBe('2');
  });

  it('has months of any length, and hours, in UTC', async () => {
    await record(used('1', secondOfMarch), used('2'));
    const year = { from: '2026-01-31T10:00:00+02:00', to: '2026-04-01T00:00:00.001Z' };
    const months = await usageOf({ ...year, groupBy: ['MONTH'] });
    expect(months.points.map(({ start, credits }) => `${start?.slice(0, 10)} ${credits}`)).toEqual([
      '2026-01-01 0',
      '2026-02-01 0',
      '2026-03-01 3',
      '2026-04-01 0',
    ]);
    const hours = await usageOf({ from: secondOfMarch, to: '2026-03-03T00:00:00.000Z', groupBy: ['HOUR'] });
    expect(hours.points).toHaveLength(24);
    expect(hours.points[0]).toMatchObject({ start: secondOfMarch, credits: '1' });
  });

  it('is broken down by provider and model, in one order, without zeros', async () => {
    const of = (provider: string | null, model: string | null, inputTokens = 1) => ({
      ...(provider === null ? {} : { provider }),
      ...(model === null ? {} : { model }),
      inputTokens,
    });
    const [one, two] = ['2026-03-30T12:00:00.000Z', '2026-03-31T12:00:00.000Z'];
    await record(
      used('1', two, of('openai', 'b')),
      used('2', two, of('openai', 'a')),
      used('4', two, of('azure', 'b')),
      used('8', two, of(null, 'b')),
      used('16', two, of('openai', null)),
      used('32', one, of('openai', 'b')),
      used('64', two, of('openai', 'b')),
    );
    const rows = async (groupBy: UsageDimension[]) =>
      (await usageOf({ ...march, groupBy })).points.map(
        ({ start, provider, model, credits, calls }) =>
          `${start?.slice(8, 10)} ${provider} ${model} ${credits} ${calls}`,
      );
    expect(await rows(['DAY', 'MODEL', 'PROVIDER'])).toEqual([
      '30 openai b 32 1',
      '31 azure b 4 1',
      '31 openai a 2 1',
      '31 openai b 65 2',
      '31 openai null 16 1',
      '31 null b 8 1',
    ]);
    expect(await rows(['MODEL', 'MODEL'])).toEqual([
      'undefined null a 2 1',
      'undefined null b 109 5',
      'undefined null null 16 1',
    ]);
    expect(await rows(['PROVIDER'])).toEqual([
      'undefined azure null 4 1',
      'undefined openai null 115 5',
      'undefined null null 8 1',
    ]);
  });

  it('counts what metadata says only where it is what it should be', async () => {
    const long = 'm'.repeat(maxSeriesNameChars);
    await record(
      used('1', null, { model: 5, provider: ['x'], inputTokens: '7', outputTokens: null }),
      used('1', null, { model: { a: 1 }, inputTokens: -3, outputTokens: true }),
      used('1', null, { model: `${long}m`, inputTokens: { n: 1 }, outputTokens: [1] }),
      used('1', null, { inputTokens: 1e300, outputTokens: 1.5 }),
      used('1', null, { model: long, inputTokens: 5, outputTokens: 7 }),
      used('1', null, { model: '', provider: "'; drop table --" }),
      used('1', null, { outputTokens: 0.9 }),
      used('1', null, {}),
      used('1', null, null),
    );
    const { points } = await usageOf({ ...march, groupBy: ['MODEL', 'PROVIDER'] });
    expect(points).toEqual([
      { ...nothing, start: null, provider: "'; drop table --", credits: '1', calls: 1 },
      { ...nothing, start: null, model: long, credits: '1', calls: 1, inputTokens: 5, outputTokens: 7 },
      { ...nothing, start: null, credits: '7', calls: 7, inputTokens: 1_000_000_000_000, outputTokens: 1 },
    ]);
  });

  it('is what was spent: of holds what was captured, on debt too, and not what was set aside', async () => {
    const { hold } = await account.hold('10');
    await account.capture(hold.id, '3', { finalCapture: false });
    await account.capture(hold.id, '4.000001');
    await account.release((await account.hold('500')).hold.id);
    const big = (await account.hold('1')).hold;
    await account.capture(big.id, '2000', { allowDebt: true });
    expect((await usageOf(march)).total).toMatchObject({ credits: '2007.000001', calls: 3 });
  });

  it('is bounded in time and points', async () => {
    const { from } = march;
    const until = (ms: number) => new Date(Date.parse(from) + ms).toISOString();
    for (const groupBy of [['DAY'], ['MONTH'], ['MODEL']] as const) {
      await usageOf({ from, to: until(366 * dayMs), groupBy: [...groupBy] });
      await expectCode(
        usageOf({ from, to: until(366 * dayMs + 1), groupBy: [...groupBy] }),
        'BAD_USER_INPUT',
      );
    }
    expect((await usageOf({ from, to: until(31 * dayMs), groupBy: ['HOUR'] })).points).toHaveLength(31 * 24);
    await expectCode(usageOf({ from, to: until(31 * dayMs + 1), groupBy: ['HOUR'] }), 'BAD_USER_INPUT');
    for (const to of [from, until(-1)]) await expectCode(usageOf({ from, to }), 'BAD_USER_INPUT');
    for (const groupBy of [[], ['DAY', 'HOUR'], ['MONTH', 'MODEL', 'DAY']] as const) {
      await expectCode(usageOf({ ...march, groupBy: [...groupBy] }), 'BAD_USER_INPUT');
    }
    for (const year of ['0001', '9999']) {
      const range = { from: `${year}-01-01T00:00:00.000Z`, to: `${year}-12-31T23:59:59.999Z` };
      expect((await usageOf(range)).total.calls).toBe(0);
    }
    // Parts of the first and of the last hour; the end of that is in no year that can be written.
    for (const hour of ['0001-01-01T00', '9999-12-31T23']) {
      const range = { from: `${hour}:00:00.001Z`, to: `${hour}:59:59.999Z`, groupBy: ['HOUR' as const] };
      expect((await usageOf(range)).points).toHaveLength(1);
    }

    const fill = (rows: number) =>
      createFilledAccount(rows, (n) => `json_build_object('model', 'model ' || ${n})`);
    const groupBy = ['MODEL' as const];
    const full = await fill(maxSeriesPoints);
    expect((await usageOf({ ...march, groupBy }, full)).points).toHaveLength(maxSeriesPoints);
    expect((await usageOf(march, full)).total.calls).toBe(maxSeriesPoints);
    await expectCode(usageOf({ ...march, groupBy }, await fill(maxSeriesPoints + 1)), 'BAD_USER_INPUT');
  });

  it('sums up what no JSON number could hold', async () => {
    const most = 1_000_000_000_000;
    const rows = 10_000;
    const full = await createFilledAccount(
      rows,
      () => `json_build_object('inputTokens', ${most}, 'outputTokens', 3)`,
      9_000_000_000_000_000n,
    );
    expect((await usageOf(march, full)).total).toEqual({
      credits: '90000000000000',
      calls: rows,
      inputTokens: Number.MAX_SAFE_INTEGER,
      outputTokens: 3 * rows,
    });
  });

  it(
    'keeps the database for so long and no longer',
    async () => {
      const client = new Client({ connectionString: service.database.url });
      await client.connect();
      await client.query('begin; lock table ledger_operations in access exclusive mode');
      try {
        await expectCode(usageOf(march), 'BAD_USER_INPUT');
      } finally {
        await client.end();
      }
      expect((await usageOf(march)).total.calls).toBe(0);
    },
    maxSeriesMs * 4,
  );

  it('is asked for a few times at once, not many times', async () => {
    const document = (charts: number) =>
      `query { ${Array.from({ length: charts }, (_, i) => `c${i}: usage(from: "${march.from}", to: "${march.to}") { total { calls } }`).join(' ')} }`;
    await account.customer.client.request(document(4));
    await expectCode(account.customer.client.request(document(5)), 'BAD_USER_INPUT');
  });

  it("is everybody's own; the gateway and support name the account", async () => {
    await account.debit('3');
    const { accountId } = account;
    const other = await TestAccount.open(service);
    await expectCode(usageOf({ ...march, accountId }, other), 'FORBIDDEN');
    for (const client of [service.clients.service, service.clients.admin]) {
      const { usage } = await client.request(usageQuery, { ...march, accountId });
      expect(usage.total.credits).toBe('3');
      await expectCode(client.request(usageQuery, march), 'BAD_USER_INPUT');
      await expectCode(client.request(usageQuery, { ...march, accountId: 'nobody' }), 'NOT_FOUND');
    }
  });
});
