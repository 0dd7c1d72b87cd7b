import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '../support/client.js';
import type { RetireRateInput, SetRateInput, UsageQuoteInput } from '../support/generated/graphql.js';
import {
  pricesQuery,
  rateCardQuery,
  rateVersionsQuery,
  retireRateMutation,
  setRateMutation,
  usageQuoteQuery,
} from '../support/rates.js';
import { startTestService, type TestService } from '../support/service.js';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

let service: TestService;
let model: string;
let models = 0;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(() => {
  models += 1;
  model = `model-${models}`;
});
afterAll(() => service.close());

let calls = 0;
const set = async (input: Partial<SetRateInput> = {}, client = service.clients.admin) => {
  calls += 1;
  const defaults = {
    provider: 'openai',
    model,
    inputPricePer1K: '0.25',
    outputPricePer1K: '1',
    idempotencyKey: `call ${calls}`,
  };
  return (await client.request(setRateMutation, { input: { ...defaults, ...input } })).setRate;
};
const retire = async (input: Partial<RetireRateInput> = {}, client = service.clients.admin) => {
  calls += 1;
  const defaults = { provider: 'openai', model, idempotencyKey: `call ${calls}` };
  return (await client.request(retireRateMutation, { input: { ...defaults, ...input } })).retireRate;
};
const quote = async (input: Partial<UsageQuoteInput> = {}, client = service.clients.service) => {
  const defaults = { provider: 'openai', model, inputTokens: 1_000, outputTokens: 0 };
  return (await client.request(usageQuoteQuery, { input: { ...defaults, ...input } })).usageQuote;
};
const card = async (variables: { at?: string; first?: number; after?: string | null } = {}) =>
  (await service.clients.service.request(rateCardQuery, variables)).rateCard;
const versions = async (variables: { first?: number; after?: string | null } = {}, name = model) => {
  const named = { provider: 'openai', model: name, ...variables };
  return (await service.clients.admin.request(rateVersionsQuery, named)).rateVersions;
};
const fromNow = (milliseconds: number) =>
  new Date(service.clock.now().getTime() + milliseconds).toISOString();
/** The price of 1,000 input tokens at an instant. */
const priceAt = async (at: string) => (await quote({ at })).credits;

describe('setRate', () => {
  it('makes the first version, in force from now on', async () => {
    const [key] = await service.database.query<{ id: string }>(
      `select id from api_keys where name = 'Demo admin'`,
    );
    const now = service.clock.now().toISOString();
    expect(await set({ markupPercent: '20.50', note: 'As their price list of January' })).toEqual({
      rateVersion: {
        id: `openai/${model}/1`,
        provider: 'openai',
        model,
        version: 1,
        effectiveFrom: now,
        rate: {
          id: `openai/${model}/1`,
          inputPricePer1K: '0.25',
          outputPricePer1K: '1',
          markupPercent: '20.5',
          effectiveFrom: now,
        },
        note: 'As their price list of January',
        setBy: key?.id,
        createdAt: now,
      },
      replayed: false,
    });
    expect(await set()).toMatchObject({ rateVersion: { version: 2, rate: { markupPercent: '0' } } });
  });

  it('holds the smallest and the largest prices exactly', async () => {
    const terms = { inputPricePer1K: '0.000000000001', outputPricePer1K: '1000000.000000000000' };
    const { rateVersion } = await set({ ...terms, markupPercent: '1000' });
    expect(rateVersion.rate).toMatchObject({
      inputPricePer1K: '0.000000000001',
      outputPricePer1K: '1000000',
      markupPercent: '1000',
    });
    expect(await set({ ...terms, markupPercent: '0.0001' })).toMatchObject({
      rateVersion: { rate: { markupPercent: '0.0001' } },
    });
  });

  it('takes the names that providers use', async () => {
    for (const name of [
      'gpt-4o',
      'meta-llama/Llama-3.1-70B-Instruct',
      'anthropic.claude-3-5-sonnet-20240620-v1:0',
      'accounts/fireworks/models/llama-v3p1-405b',
      '@cf/meta/llama-3-8b-instruct',
      'm'.repeat(200),
    ]) {
      expect((await set({ provider: 'amazon-bedrock', model: name })).rateVersion.model).toBe(name);
      expect((await quote({ provider: 'amazon-bedrock', model: name })).credits).toBe('0.25');
    }
  });

  it('refuses what makes no sense', async () => {
    for (const input of [
      { provider: '' },
      { provider: 'OpenAI' },
      { provider: 'open/ai' },
      { provider: 'p'.repeat(65) },
      { model: '' },
      { model: 'no spaces' },
      { model: 'm'.repeat(201) },
      { inputPricePer1K: '-1' },
      { inputPricePer1K: '' },
      { inputPricePer1K: '1e3' },
      { inputPricePer1K: '0.0000000000001' },
      { outputPricePer1K: '1000000.000000000001' },
      { outputPricePer1K: 1 as never },
      { markupPercent: '0.00001' },
      { markupPercent: '1000.0001' },
      { markupPercent: '-5' },
      { effectiveFrom: fromNow(-1) },
      { effectiveFrom: fromNow(366 * dayMs + 1) },
      { effectiveFrom: 'tomorrow' },
      { note: 'n'.repeat(501) },
      { note: 'a\0b' },
      { idempotencyKey: '' },
      { idempotencyKey: 'k'.repeat(256) },
    ]) {
      await expectCode(set(input), 'BAD_USER_INPUT');
    }
    await expectCode(versions(), 'NOT_FOUND');
  });

  it('is for admin keys only', async () => {
    for (const client of [service.clients.customer, service.clients.service]) {
      await expectCode(set({}, client), 'FORBIDDEN');
      await expectCode(retire({}, client), 'FORBIDDEN');
    }
    await expectCode(set({}, service.clients.anonymous), 'UNAUTHENTICATED');
  });

  it('happens once per idempotency key', async () => {
    const idempotencyKey = `once ${model}`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => set({ idempotencyKey })));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    service.clock.advance(hourMs);
    await set({ inputPricePer1K: '0.5' });
    // The same price, written another way, is the same request, whenever it comes.
    expect(await set({ idempotencyKey, inputPricePer1K: '0.250' })).toEqual({
      ...answers[0],
      replayed: true,
    });
    for (const change of [
      { inputPricePer1K: '0.26' },
      { outputPricePer1K: '2' },
      { markupPercent: '1' },
      { model: `${model}-other` },
      { note: 'other' },
      { effectiveFrom: fromNow(hourMs) },
    ]) {
      await expectCode(set({ idempotencyKey, ...change }), 'IDEMPOTENCY_KEY_REUSED');
    }
    expect((await versions()).nodes).toHaveLength(2);
    expect(await retire({ idempotencyKey })).toMatchObject({ replayed: false, rateVersion: { version: 3 } });
  });

  it('leaves the key free where it was refused', async () => {
    const idempotencyKey = `free ${model}`;
    await expectCode(set({ idempotencyKey, effectiveFrom: fromNow(-1) }), 'BAD_USER_INPUT');
    expect(await set({ idempotencyKey, effectiveFrom: fromNow(0) })).toMatchObject({ replayed: false });
  });

  it('numbers versions without gaps, however many come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => set({ inputPricePer1K: String(i) })),
    );
    const numbers = answers.map(({ rateVersion }) => rateVersion.version).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    const last = answers.find(({ rateVersion }) => rateVersion.version === 20);
    expect((await quote()).rate.inputPricePer1K).toBe(last?.rateVersion.rate?.inputPricePer1K);
  });
});

describe('the rate in force', () => {
  it('is the one that became effective last', async () => {
    const start = fromNow(0);
    await set({ inputPricePer1K: '1' });
    service.clock.advance(hourMs);
    await set({ inputPricePer1K: '2' });
    const [before, change] = [fromNow(-1), fromNow(0)];
    expect(await Promise.all([start, before, change, fromNow(hourMs)].map(priceAt))).toEqual([
      '1',
      '1',
      '2',
      '2',
    ]);
    expect((await quote()).rate).toMatchObject({ id: `openai/${model}/2` });
  });

  it('is the one that was set last, also by a process whose clock is behind', async () => {
    await set({ inputPricePer1K: '1' });
    const start = fromNow(0);
    service.clock.advance(-hourMs);
    const { rateVersion } = await set({ inputPricePer1K: '2' });
    expect(rateVersion).toMatchObject({ effectiveFrom: start, createdAt: start });
    service.clock.set(start);
    expect((await quote()).credits).toBe('2');
  });

  it('may be scheduled, and what is set until then ends when its time comes', async () => {
    await set({ inputPricePer1K: '1' });
    const later = fromNow(dayMs);
    await set({ inputPricePer1K: '9', effectiveFrom: later });
    service.clock.advance(hourMs);
    await set({ inputPricePer1K: '2' });
    expect((await quote()).credits).toBe('2');
    expect(await priceAt(fromNow(dayMs - hourMs - 1))).toBe('2');
    expect(await priceAt(later)).toBe('9');
    // Another one from the same instant takes its place.
    await set({ inputPricePer1K: '3', effectiveFrom: later });
    expect(await priceAt(later)).toBe('3');
    service.clock.set(later);
    expect(await quote()).toMatchObject({ credits: '3', rate: { version: 4 } });
  });

  it('ends where the model is retired, and may begin again', async () => {
    const start = fromNow(0);
    await set({ inputPricePer1K: '1' });
    service.clock.advance(hourMs);
    const end = fromNow(hourMs);
    expect(await retire({ effectiveFrom: end, note: 'They switched it off' })).toEqual({
      rateVersion: {
        id: `openai/${model}/2`,
        version: 2,
        effectiveFrom: end,
        rate: null,
        note: 'They switched it off',
      },
      replayed: false,
    });
    expect((await quote()).credits).toBe('1');
    service.clock.set(end);
    const { message } = await expectCode(quote(), 'NOT_FOUND');
    expect(message).toBe(`openai/${model} has no rate at ${end}.`);
    expect(await priceAt(start)).toBe('1');
    service.clock.advance(hourMs);
    await set({ inputPricePer1K: '4' });
    expect((await quote()).credits).toBe('4');
    await expectCode(priceAt(end), 'NOT_FOUND');
  });

  it('is not there before the first version', async () => {
    await expectCode(quote(), 'NOT_FOUND');
    await expectCode(retire(), 'NOT_FOUND');
    await set({ effectiveFrom: fromNow(hourMs) });
    await expectCode(quote(), 'NOT_FOUND');
    await expectCode(priceAt(fromNow(-1)), 'NOT_FOUND');
    expect(await priceAt(fromNow(hourMs))).toBe('0.25');
  });

  it('tells models apart by case, and by provider', async () => {
    await set({ inputPricePer1K: '1' });
    await expectCode(quote({ model: model.toUpperCase() }), 'NOT_FOUND');
    await expectCode(quote({ provider: 'azure' }), 'NOT_FOUND');
  });
});

describe('usageQuote', () => {
  it('prices tokens, rounding up once', async () => {
    await set({ inputPricePer1K: '0.25', outputPricePer1K: '1', markupPercent: '20' });
    expect(await quote({ inputTokens: 1_200, outputTokens: 350 })).toEqual({
      credits: '0.78',
      rate: {
        id: `openai/${model}/1`,
        version: 1,
        inputPricePer1K: '0.25',
        outputPricePer1K: '1',
        markupPercent: '20',
      },
    });
    await set({ inputPricePer1K: '0.0000025', outputPricePer1K: '0.00001' });
    expect((await quote({ inputTokens: 1, outputTokens: 1 })).credits).toBe('0.000001');
    expect((await quote({ inputTokens: 100_000, outputTokens: 75_123 })).credits).toBe('0.001002');
    expect((await quote({ inputTokens: 0, outputTokens: 0 })).credits).toBe('0');
  });

  it('refuses tokens that nobody has, and more credits than there are', async () => {
    await set({ inputPricePer1K: '1000000', outputPricePer1K: '0' });
    for (const input of [
      { inputTokens: -1 },
      { outputTokens: -1 },
      { inputTokens: 1_000_000_000_001 },
      { outputTokens: 1_000_000_000_001 },
      { inputTokens: 1.5 },
      { inputTokens: '1' as never },
      { inputTokens: 1_000_000_000_000 },
      { at: 'yesterday' },
      { provider: 'OpenAI' },
      { model: 'no spaces' },
    ]) {
      await expectCode(quote(input), 'BAD_USER_INPUT');
    }
    expect((await quote({ inputTokens: 1_000_000_000 })).credits).toBe('1000000000000');
  });

  it('is for any key; of what a price is made of, customers are not told', async () => {
    await set({
      inputPricePer1K: '0.0000025',
      outputPricePer1K: '999999.999999999999',
      markupPercent: '20.0001',
    });
    const input = { provider: 'openai', model, inputTokens: 1_000_000, outputTokens: 0 };
    const { customer, service: gateway, admin, anonymous } = service.clients;
    for (const client of [customer, gateway, admin]) {
      expect((await client.request(pricesQuery, { input })).usageQuote).toEqual({
        credits: '0.003001',
        rate: {
          id: `openai/${model}/1`,
          inputCreditsPer1K: '0.0000030000025',
          outputCreditsPer1K: '1200000.999999999998799999',
        },
      });
    }
    for (const client of [gateway, admin]) expect((await quote({}, client)).credits).toBe('0.000004');
    await expectCode(quote({}, customer), 'FORBIDDEN');
    await expectCode(customer.request(rateCardQuery, {}), 'FORBIDDEN');
    await expectCode(quote({}, anonymous), 'UNAUTHENTICATED');
  });
});

describe('rateVersions', () => {
  it('tells of every edit, newest first, page by page', async () => {
    await set({ inputPricePer1K: '1' });
    await set({ inputPricePer1K: '2', effectiveFrom: fromNow(hourMs), note: 'Soon' });
    await retire();
    const first = await versions({ first: 2 });
    expect(first.nodes).toMatchObject([
      { version: 3, rate: null, note: null },
      { version: 2, rate: { inputPricePer1K: '2' }, effectiveFrom: fromNow(hourMs), note: 'Soon' },
    ]);
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    // What is set meanwhile does not move the pages.
    await set();
    const second = await versions({ first: 2, after: first.pageInfo.endCursor ?? null });
    expect(second.nodes).toMatchObject([{ version: 1, rate: { inputPricePer1K: '1' } }]);
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect((await versions({ after: second.pageInfo.endCursor ?? null })).nodes).toEqual([]);
  });

  it('has bounds', async () => {
    await set();
    const forged = Buffer.from('["rateVersions",1,"9999999999"]').toString('base64url');
    await expectCode(versions({ first: 0 }), 'BAD_USER_INPUT');
    await expectCode(versions({ first: 101 }), 'BAD_USER_INPUT');
    await expectCode(versions({ after: forged }), 'BAD_USER_INPUT');
    await expectCode(versions({}, 'unknown'), 'NOT_FOUND');
    const named = { provider: 'openai', model };
    await expectCode(service.clients.service.request(rateVersionsQuery, named), 'FORBIDDEN');
  });
});

describe('rateCard', () => {
  let own: TestService;
  beforeAll(async () => {
    own = service;
    service = await startTestService();
  });
  afterAll(async () => {
    await service.close();
    service = own;
  });
  const models = (page: Awaited<ReturnType<typeof card>>) =>
    page.nodes.map((rate) => `${rate.provider}/${rate.model} ${rate.inputPricePer1K}`);

  it('has the rates in force at an instant, page by page', async () => {
    expect(await card()).toEqual({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
    const start = fromNow(0);
    for (const name of ['b', 'a', 'c', 'd']) await set({ model: name, inputPricePer1K: '1' });
    await set({ provider: 'azure', model: 'b', inputPricePer1K: '5' });
    service.clock.advance(hourMs);
    await set({ model: 'a', inputPricePer1K: '2' });
    await set({ model: 'e', inputPricePer1K: '7', effectiveFrom: fromNow(hourMs) });
    await retire({ model: 'c' });

    expect(models(await card())).toEqual(['azure/b 5', 'openai/a 2', 'openai/b 1', 'openai/d 1']);
    expect(models(await card({ at: start }))).toEqual([
      'azure/b 5',
      'openai/a 1',
      'openai/b 1',
      'openai/c 1',
      'openai/d 1',
    ]);
    expect(models(await card({ at: fromNow(hourMs) }))).toContain('openai/e 7');

    const pages: string[][] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await card({ first: 2, after: cursor });
      pages.push(models(page));
      if (!page.pageInfo.hasNextPage) break;
      cursor = page.pageInfo.endCursor ?? null;
    }
    expect(pages).toEqual([
      ['azure/b 5', 'openai/a 2'],
      ['openai/b 1', 'openai/d 1'],
    ]);
    await expectCode(card({ first: 101 }), 'BAD_USER_INPUT');
    await expectCode(card({ after: 'forged' }), 'BAD_USER_INPUT');
  });
});
