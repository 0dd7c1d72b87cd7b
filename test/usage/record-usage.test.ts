import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectCode } from '../support/client.js';
import type { RecordUsageInput } from '../support/generated/graphql.js';
import { expectSoundBooks } from '../support/invariants.js';
import {
  balanceQuery,
  debitCreditsMutation,
  grantCreditsMutation,
  historyQuery,
} from '../support/operations.js';
import { newCustomer, type TestCustomer } from '../support/purchase.js';
import { setRateMutation } from '../support/rates.js';
import { startTestService, type TestService } from '../support/service.js';
import { recordUsageMutation } from '../support/usage.js';

const dayMs = 86_400_000;

let service: TestService;
let customer: TestCustomer;
let keys = 0;
beforeAll(async () => {
  service = await startTestService();
  await service.clients.admin.request(setRateMutation, {
    input: {
      provider: 'openai',
      model: 'gpt-4o',
      inputPricePer1K: '0.025',
      outputPricePer1K: '0.1',
      markupPercent: '20',
      idempotencyKey: 'rate',
    },
  });
  await service.clients.admin.request(setRateMutation, {
    input: {
      provider: 'local',
      model: 'free',
      inputPricePer1K: '0',
      outputPricePer1K: '0',
      idempotencyKey: 'free',
    },
  });
});
afterAll(async () => {
  await expectSoundBooks(service.database);
  await service.close();
});

async function fundedCustomer(credits: string): Promise<TestCustomer> {
  const made = await newCustomer(service);
  keys += 1;
  await service.clients.admin.request(grantCreditsMutation, {
    input: { accountId: made.accountId, credits, idempotencyKey: `fund ${keys}` },
  });
  return made;
}

const record = async (records: RecordUsageInput['records']) =>
  (await service.clients.service.request(recordUsageMutation, { input: { records } })).recordUsage;

const available = async ({ client }: TestCustomer) =>
  (await client.request(balanceQuery, {})).balance.available;

describe('recordUsage', () => {
  it('books each record, in order, and says what each came to', async () => {
    customer = await fundedCustomer('100');
    const { accountId } = customer;
    const { outcomes, refused } = await record([
      { accountId, credits: '1.5', idempotencyKey: 'a', description: 'Chat', metadata: { model: 'm' } },
      { accountId, credits: '2', idempotencyKey: 'b' },
    ]);
    expect(refused).toBe(0);
    expect(outcomes).toEqual([
      {
        accountId,
        idempotencyKey: 'a',
        debited: '1.5',
        replayed: false,
        balance: { available: '98.5' },
        refusal: null,
      },
      {
        accountId,
        idempotencyKey: 'b',
        debited: '2',
        replayed: false,
        balance: { available: '96.5' },
        refusal: null,
      },
    ]);
    const { billingHistory } = await customer.client.request(historyQuery, {});
    expect(billingHistory.nodes.map(({ type, credits }) => [type, credits]).slice(0, 2)).toEqual([
      ['USAGE', '-2'],
      ['USAGE', '-1.5'],
    ]);
  });

  it('takes nothing more for a record that comes again, alone or within one call', async () => {
    const { accountId } = await fundedCustomer('10');
    const same = { accountId, credits: '4', idempotencyKey: 'same' };
    const first = await record([same, same]);
    expect(first.outcomes.map(({ replayed }) => replayed)).toEqual([false, true]);
    const again = await record([same, { ...same, credits: '5' }]);
    expect(again.outcomes[0]).toMatchObject({ debited: '4', replayed: true, balance: { available: '6' } });
    expect(again.outcomes[1]?.refusal?.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('refuses what is wrong with one record without disturbing the others', async () => {
    const rich = await fundedCustomer('10');
    const poor = await fundedCustomer('1');
    const { accountId } = rich;
    const tokens = { provider: 'openai', model: 'gpt-4o', inputTokens: 1, outputTokens: 1 };
    const now = service.clock.now().getTime();
    const { outcomes, refused } = await record([
      { accountId, credits: '1', idempotencyKey: 'ok 1' },
      { accountId: poor.accountId, credits: '2', idempotencyKey: 'too much' },
      { accountId: 'nobody', credits: '2', idempotencyKey: 'x' },
      { accountId: '!', credits: '2', idempotencyKey: 'x' },
      { accountId, credits: '0', idempotencyKey: 'x' },
      { accountId, credits: '-1', idempotencyKey: 'x' },
      { accountId, idempotencyKey: 'x' },
      { accountId, credits: '1', tokens, idempotencyKey: 'x' },
      { accountId, tokens: { ...tokens, model: 'unknown' }, idempotencyKey: 'x' },
      { accountId, tokens: { ...tokens, provider: 'Open AI' }, idempotencyKey: 'x' },
      { accountId, tokens: { ...tokens, inputTokens: -1 }, idempotencyKey: 'x' },
      { accountId, credits: '1', idempotencyKey: '' },
      { accountId, credits: '1', description: 'x'.repeat(501), idempotencyKey: 'x' },
      { accountId, credits: '1', metadata: { long: 'x'.repeat(9_000) }, idempotencyKey: 'x' },
      { accountId, credits: '1', occurredAt: new Date(now - 31 * dayMs).toISOString(), idempotencyKey: 'x' },
      { accountId, credits: '1', occurredAt: new Date(now + 61_000).toISOString(), idempotencyKey: 'x' },
      { accountId, credits: '1', idempotencyKey: 'ok 2' },
    ]);
    expect(outcomes.map(({ refusal }) => refusal?.code ?? 'OK')).toEqual([
      'OK',
      'INSUFFICIENT_CREDITS',
      'NOT_FOUND',
      ...Array(5).fill('BAD_USER_INPUT'),
      'NOT_FOUND',
      ...Array(7).fill('BAD_USER_INPUT'),
      'OK',
    ]);
    expect(refused).toBe(15);
    expect(outcomes[1]?.refusal?.details).toEqual({ available: '1' });
    expect(await available(rich)).toBe('8');
    expect(await available(poor)).toBe('1');
  });

  it('prices tokens by the rate card, once, also where it is edited between two tries', async () => {
    const priced = await fundedCustomer('10');
    const { accountId } = priced;
    const call = {
      accountId,
      tokens: { provider: 'openai', model: 'gpt-4o', inputTokens: 1_234, outputTokens: 567 },
      idempotencyKey: 'call',
    };
    // (1234 × 0.025 + 567 × 0.1) × 1.2 / 1000
    expect((await record([call])).outcomes[0]?.debited).toBe('0.10506');
    await service.clients.admin.request(setRateMutation, {
      input: {
        provider: 'openai',
        model: 'gpt-4o',
        inputPricePer1K: '1',
        outputPricePer1K: '1',
        idempotencyKey: 'dearer',
      },
    });
    expect((await record([call])).outcomes[0]).toMatchObject({ debited: '0.10506', replayed: true });
    expect((await record([{ ...call, idempotencyKey: 'next' }])).outcomes[0]?.debited).toBe('1.801');
    const [operation] = await service.database.query<{ metadata: unknown }>(
      'select metadata from ledger_operations where account_id = $1 and seq = 2',
      [accountId],
    );
    expect(operation?.metadata).toEqual({
      provider: 'openai',
      model: 'gpt-4o',
      inputTokens: 1_234,
      outputTokens: 567,
      rate: 'openai/gpt-4o/1',
    });
  });

  it('records what the rate card gives away', async () => {
    const { accountId } = await fundedCustomer('1');
    const tokens = { provider: 'local', model: 'free', inputTokens: 5, outputTokens: 5 };
    const { outcomes } = await record([{ accountId, tokens, idempotencyKey: 'free' }]);
    expect(outcomes[0]).toMatchObject({ debited: '0', balance: { available: '1' }, refusal: null });
  });

  it('means the same by a key as debitCredits', async () => {
    const { accountId } = await fundedCustomer('5');
    await record([{ accountId, credits: '1', idempotencyKey: 'shared' }]);
    const { debitCredits } = await service.clients.service.request(debitCreditsMutation, {
      input: { accountId, credits: '1', idempotencyKey: 'shared' },
    });
    expect(debitCredits.replayed).toBe(true);
  });

  it('takes 1 to 1,000 records, all of them or none', async () => {
    const many = await fundedCustomer('2000');
    const { accountId } = many;
    const records = Array.from({ length: 1_001 }, (_, i) => ({
      accountId,
      credits: '1',
      idempotencyKey: `n${i}`,
    }));
    await expectCode(record([]), 'BAD_USER_INPUT');
    await expectCode(record(records), 'BAD_USER_INPUT');
    expect(await available(many)).toBe('2000');
    const { outcomes, refused } = await record(records.slice(1));
    expect([outcomes.length, refused]).toEqual([1_000, 0]);
    expect(await available(many)).toBe('1000');
  });
});
