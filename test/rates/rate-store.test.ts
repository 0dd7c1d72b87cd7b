import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { AuditLog } from '../../src/audit-log/audit-log.service.js';
import { mikroOrmConfig } from '../../src/mikro-orm.config.js';
import { poolOf, type Sql, type Statement, sqlOf, sqlOfPool } from '../../src/platform/database/sql.js';
import { maxWantedRates } from '../../src/rates/limits.js';
import { type RateVersion, rateOf } from '../../src/rates/rate.js';
import { RateService } from '../../src/rates/rate.service.js';
import { RateStore } from '../../src/rates/rate.store.js';
import { FakeClock } from '../support/clock.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const store = new RateStore();
const clock = new FakeClock();
const rates = new RateService(store, clock, new AuditLog(clock));
const setBy = '00000000-0000-7000-8000-000000000001';
const start = new Date('2026-01-01T00:00:00.000Z');
const day = (n: number) => new Date(start.getTime() + n * 86_400_000);

let database: TestDatabase;
let orm: MikroORM;
let sql: Sql;
/** By "provider/model", in the order in which they were set. */
const all = new Map<string, RateVersion[]>();

/** Models with versions that overlap, tie, are scheduled and retire, out of order. */
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init(mikroOrmConfig({ url: database.url, poolSize: 2 }));
  sql = sqlOfPool(await poolOf(orm));
  for (const [p, provider] of ['openai', 'azure'].entries()) {
    for (let m = 0; m < 10; m++) {
      const model = `model-${m}`;
      const versions = Array.from({ length: m }, (_, v): RateVersion => {
        const number = v + 1;
        const terms = { inputPrice: BigInt(number), outputPrice: 10n ** 18n, markup: BigInt(m) };
        return {
          provider,
          model,
          version: number,
          effectiveFrom: day((number * 7 + m * 3 + p) % 11),
          terms: (number * 5 + m) % 4 === 0 ? null : terms,
          note: null,
          setBy,
          createdAt: start,
        };
      });
      all.set(`${provider}/${model}`, versions);
      for (const version of versions) await store.append(sql, version);
    }
  }
});
afterAll(async () => {
  await orm.close();
  await database.expectNoConnections().finally(() => database.drop());
});

/** What the rule says, by looking at every version. */
function inForce(provider: string, model: string, at: Date) {
  let newest: RateVersion | null = null;
  for (const version of all.get(`${provider}/${model}`) ?? []) {
    if (version.effectiveFrom <= at && (!newest || version.effectiveFrom >= newest.effectiveFrom)) {
      newest = version;
    }
  }
  return newest && rateOf(newest);
}

const wanted = ['openai', 'azure', 'unknown'].flatMap((provider) =>
  Array.from({ length: 11 }, (_, m) => `model-${m}`).flatMap((model) =>
    Array.from({ length: 14 }, (_, n) => ({ provider, model, at: day(n - 1) })),
  ),
);

describe('many rates at once', () => {
  it('are each the one in force, in the order they are wanted', async () => {
    const found = await rates.rates(sql, wanted);
    expect(found).toEqual(wanted.map(({ provider, model, at }) => inForce(provider, model, at)));
    expect(found.filter((rate) => rate === null).length).toBeGreaterThan(50);
    expect(found.filter((rate) => rate !== null).length).toBeGreaterThan(50);
    const backwards = await rates.rates(sql, wanted.toReversed());
    expect(backwards).toEqual(found.toReversed());
  });

  it('are the same in a transaction of the ORM', async () => {
    const found = await orm.em.fork().transactional((em) => rates.rates(sqlOf(em), wanted));
    expect(found).toEqual(await rates.rates(sql, wanted));
  });

  it('are found to the millisecond', async () => {
    const version = all.get('azure/model-1')?.[0];
    if (!version) throw new Error('There is no such version.');
    const { provider, model, effectiveFrom } = version;
    const before = new Date(effectiveFrom.getTime() - 1);
    expect(
      await rates.rates(sql, [
        { provider, model, at: before },
        { provider, model, at: effectiveFrom },
      ]),
    ).toEqual([null, rateOf(version)]);
  });

  it('take one statement, and none where nothing is wanted', async () => {
    const statements: Statement[] = [];
    const counting: Sql = {
      pipelined: false,
      query: (statement, values) => {
        statements.push(statement);
        return sql.query(statement, values);
      },
    };
    const most = Array.from({ length: maxWantedRates }, () => ({
      provider: 'azure',
      model: 'model-9',
      at: day(10),
    }));
    expect(await rates.rates(counting, most)).toHaveLength(maxWantedRates);
    expect(await rates.rates(counting, [])).toEqual([]);
    expect(statements).toHaveLength(1);
    await expect(rates.rates(counting, [...most, ...most.slice(0, 1)])).rejects.toThrow(RangeError);
  });

  it('are names and nothing else', async () => {
    const odd = [`'; drop table rate_versions; --`, '{"a",NULL}', '\\', 'NULL', ''];
    const asked = odd.map((name) => ({ provider: name, model: name, at: day(10) }));
    expect(await rates.rates(sql, asked)).toEqual(odd.map(() => null));
  });
});

describe('the rate card', () => {
  test.each([-1, 0, 3, 6, 9, 12])('of day %p has every rate in force, in any size of pages', async (n) => {
    const at = day(n);
    const expected = [...all.keys()]
      .map((name) => name.split('/') as [string, string])
      .map(([provider, model]) => inForce(provider, model, at))
      .filter((rate) => rate !== null)
      .sort((a, b) => a.provider.localeCompare(b.provider) || a.model.localeCompare(b.model));
    for (const limit of [1, 3, 100]) {
      const found = [];
      for (;;) {
        const page = await rates.card(sql, { at, after: found.at(-1) ?? null, limit });
        found.push(...page);
        if (page.length < limit) break;
      }
      expect(found).toEqual(expected);
    }
  });
});

describe('the database refuses', () => {
  const insert = (overrides: Record<string, string> = {}) => {
    const row = {
      provider: `'x'`,
      model: `'new'`,
      version: '1',
      input_price: '1',
      output_price: '1',
      markup_ppm: '0',
      effective_from: 'now()',
      set_by: `'${setBy}'`,
      created_at: 'now()',
      ...overrides,
    };
    return `insert into rate_versions (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`;
  };

  test.each([
    ['changing a version', 'update rate_versions set input_price = 2', /append-only/],
    ['deleting a version', 'delete from rate_versions', /append-only/],
    ['emptying the rate card', 'truncate rate_versions', /append-only/],
    [
      'a second version of the same number',
      insert({ provider: `'azure'`, model: `'model-1'` }),
      /rate_versions_pkey/,
    ],
    ['a provider in upper case', insert({ provider: `'OpenAI'` }), /rate_versions_provider_check/],
    ['a model with a space', insert({ model: `'a b'` }), /rate_versions_model_check/],
    ['a model of two lines', insert({ model: `E'a\\n'` }), /rate_versions_model_check/],
    ['a version 0', insert({ version: '0' }), /rate_versions_version_check/],
    ['a negative price', insert({ input_price: '-1' }), /rate_versions_input_price_check/],
    ['a price too high', insert({ output_price: '1000000000000000001' }), /rate_versions_output_price_check/],
    ['a negative markup', insert({ markup_ppm: '-1' }), /rate_versions_markup_check/],
    ['a markup too high', insert({ markup_ppm: '10000001' }), /rate_versions_markup_check/],
    ['half a retirement', insert({ input_price: 'null' }), /rate_versions_terms_check/],
    [
      'what is effective before it was set',
      insert({ effective_from: `now() - interval '1 second'` }),
      /rate_versions_effective_check/,
    ],
  ])('%s', async (_what, statement, reason) => {
    await expect(database.query(statement)).rejects.toThrow(reason);
  });
});
