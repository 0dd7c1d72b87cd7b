import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { gql } from 'graphql-request';
import { expectCode } from '../support/client.js';
import type { DebitCreditsInput, GrantCreditsInput } from '../support/generated/graphql.js';
import { expectSoundBooks } from '../support/invariants.js';
import {
  balanceQuery,
  debitCreditsMutation,
  grantCreditsMutation,
  historyQuery,
} from '../support/operations.js';
import { newCustomer, purchase, type TestCustomer } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';

const hourMs = 60 * 60 * 1000;

let service: TestService;
let customer: TestCustomer;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  customer = await newCustomer(service);
});
afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

let calls = 0;
const debit = async (input: Partial<DebitCreditsInput>) => {
  calls += 1;
  const defaults = { accountId: customer.accountId, credits: '1', idempotencyKey: `call ${calls}` };
  const answer = await service.clients.service.request(debitCreditsMutation, {
    input: { ...defaults, ...input },
  });
  return answer.debitCredits;
};
const grant = async (input: Partial<GrantCreditsInput>) => {
  calls += 1;
  const defaults = { accountId: customer.accountId, credits: '100', idempotencyKey: `call ${calls}` };
  const answer = await service.clients.admin.request(grantCreditsMutation, {
    input: { ...defaults, ...input },
  });
  return answer.grantCredits;
};
const balance = async () => (await customer.client.request(balanceQuery, {})).balance;
const history = async () => (await customer.client.request(historyQuery, {})).billingHistory.nodes;
const inAnHour = () => new Date(service.clock.now().getTime() + hourMs);

describe('debitCredits', () => {
  it('spends decimal credits exactly', async () => {
    await purchase(service, customer, 100);
    expect(await debit({ credits: '12.345678' })).toEqual({
      debited: '12.345678',
      replayed: false,
      balance: { available: '87.654322', held: '0', owed: '0' },
    });
    expect(await debit({ credits: 7 })).toMatchObject({ debited: '7', balance: { available: '80.654322' } });
    expect(await debit({ credits: '0.000001' })).toMatchObject({ balance: { available: '80.654321' } });
    expect(await debit({ credits: '80.654321' })).toMatchObject({ balance: { available: '0' } });
    await expectCode(debit({ credits: '0.000001' }), 'INSUFFICIENT_CREDITS');
  });

  it('is seen in the history, with its description', async () => {
    await grant({ credits: '100' });
    await debit({ credits: '1.5', description: 'gpt-large, 1200 tokens', metadata: { model: 'gpt-large' } });
    await debit({ credits: '2' });
    expect((await history()).slice(0, 2)).toMatchObject([
      { type: 'USAGE', description: 'Usage', credits: '-2', money: null },
      { type: 'USAGE', description: 'gpt-large, 1200 tokens', credits: '-1.5', money: null },
    ]);
    const [stored] = await service.database.query<{ metadata: unknown }>(
      `select metadata from ledger_operations where account_id = $1 and type = 'USAGE' and metadata is not null`,
      [customer.accountId],
    );
    expect(stored?.metadata).toEqual({ model: 'gpt-large' });
  });

  it('spends nothing where there is too little, and says what there is', async () => {
    await grant({ credits: '10.5' });
    const { extensions } = await expectCode(debit({ credits: '10.500001' }), 'INSUFFICIENT_CREDITS');
    expect(extensions.available).toBe('10.5');
    expect((await balance()).available).toBe('10.5');
  });

  it('refuses what are no credits to spend', async () => {
    await grant({ credits: '100' });
    for (const credits of [
      '0',
      0,
      '-1',
      '0.0000001',
      '1.2345678',
      '1e3',
      'ten',
      '',
      1.5,
      '9223372036854.775808',
    ]) {
      await expectCode(debit({ credits }), 'BAD_USER_INPUT');
    }
    const literal = gql`mutation { debitCredits(input: { accountId: "x", credits: 1.5, idempotencyKey: "k" }) { debited } }`;
    await expectCode(service.clients.service.request(literal), 'BAD_USER_INPUT');
    expect((await balance()).available).toBe('100');
  });

  it('knows the largest amount there is', async () => {
    await expectCode(debit({ credits: '9223372036854.775807' }), 'INSUFFICIENT_CREDITS');
    await grant({ credits: '9223372036854.775807' });
    await expectCode(grant({ credits: '0.000001' }), 'BAD_USER_INPUT');
    expect(await debit({ credits: '9223372036854.775807' })).toMatchObject({ balance: { available: '0' } });
  });

  it('needs an account', async () => {
    await expectCode(debit({ accountId: 'nobody' }), 'NOT_FOUND');
    await expectCode(debit({ accountId: '' }), 'BAD_USER_INPUT');
    await expectCode(debit({ accountId: 'no spaces' }), 'BAD_USER_INPUT');
  });

  it('is not for customers', async () => {
    await grant({ credits: '100' });
    const input = { accountId: customer.accountId, credits: '1', idempotencyKey: 'mine' };
    await expectCode(customer.client.request(debitCreditsMutation, { input }), 'FORBIDDEN');
    await expectCode(service.clients.anonymous.request(debitCreditsMutation, { input }), 'UNAUTHENTICATED');
    expect(await service.clients.admin.request(debitCreditsMutation, { input })).toMatchObject({
      debitCredits: { debited: '1' },
    });
  });

  it('happens once per idempotency key', async () => {
    await grant({ credits: '100' });
    const request = { credits: '10', description: 'a call', metadata: { n: 1 }, idempotencyKey: 'one' };
    expect(await debit(request)).toMatchObject({ replayed: false, balance: { available: '90' } });
    await debit({ credits: '5' });
    expect(await debit(request)).toEqual({
      debited: '10',
      replayed: true,
      balance: { available: '85', held: '0', owed: '0' },
    });
    for (const change of [{ credits: '11' }, { description: 'other' }, { metadata: { n: 2 } }]) {
      await expectCode(debit({ ...request, ...change }), 'IDEMPOTENCY_KEY_REUSED');
    }
    // The same number, written another way, is the same request.
    expect(await debit({ ...request, credits: '10.000' })).toMatchObject({ replayed: true });
    const twenty = await Promise.all(
      Array.from({ length: 20 }, () => debit({ credits: '1', idempotencyKey: 'twenty' })),
    );
    expect(twenty.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await balance()).available).toBe('84');
  });

  it('leaves the key free where it was refused', async () => {
    const request = { credits: '10', idempotencyKey: 'again' };
    await expectCode(debit(request), 'INSUFFICIENT_CREDITS');
    await grant({ credits: '10' });
    expect(await debit(request)).toMatchObject({ replayed: false, balance: { available: '0' } });
  });

  it("does not confuse one account's keys with another's", async () => {
    await grant({ credits: '10' });
    await debit({ credits: '10', idempotencyKey: 'same' });
    customer = await newCustomer(service);
    await grant({ credits: '10' });
    expect(await debit({ credits: '10', idempotencyKey: 'same' })).toMatchObject({ replayed: false });
  });

  it('takes 8 KiB of metadata, counted in bytes', async () => {
    await grant({ credits: '100' });
    const fits = { text: 'x'.repeat(8192 - '{"text":""}'.length) };
    await debit({ metadata: fits });
    await expectCode(debit({ metadata: { text: `${fits.text}x` } }), 'BAD_USER_INPUT');
    await expectCode(debit({ metadata: { text: 'ü'.repeat(4096) } }), 'BAD_USER_INPUT');
    await expectCode(debit({ metadata: [] as never }), 'BAD_USER_INPUT');
    await expectCode(debit({ description: 'd'.repeat(501) }), 'BAD_USER_INPUT');
    await expectCode(debit({ idempotencyKey: '' }), 'BAD_USER_INPUT');
    await expectCode(debit({ idempotencyKey: 'k'.repeat(256) }), 'BAD_USER_INPUT');
    expect((await balance()).available).toBe('99');
  });

  it('refuses text that the database cannot hold', async () => {
    await grant({ credits: '100' });
    await expectCode(debit({ description: 'a\0b' }), 'BAD_USER_INPUT');
    await expectCode(debit({ idempotencyKey: 'a\0b' }), 'BAD_USER_INPUT');
    await expectCode(debit({ metadata: { text: 'a\0b' } }), 'BAD_USER_INPUT');
    await expectCode(debit({ metadata: { 'a\0b': 1 } }), 'BAD_USER_INPUT');
    await expectCode(debit({ metadata: { text: 'a\ud800b' } }), 'BAD_USER_INPUT');
    await expectCode(grant({ note: 'a\0b' }), 'BAD_USER_INPUT');
    await expectCode(grant({ idempotencyKey: 'a\0b' }), 'BAD_USER_INPUT');
    expect(
      await debit({ description: 'emoji 💳, escaped \\u0000', metadata: { text: '\\u0000 💳' } }),
    ).toMatchObject({
      replayed: false,
    });
  });

  it('lets exactly as many of a hundred at once succeed as there are credits for', async () => {
    await purchase(service, customer, 100);
    await debit({ credits: '40' });
    const debits = Array.from({ length: 100 }, () =>
      debit({ credits: '1' }).then(
        () => 'spent',
        () => 'refused',
      ),
    );
    for (let audits = 0; audits < 5; audits++) await expectSoundBooks(service.database);
    const outcomes = await Promise.all(debits);
    expect(outcomes.filter((outcome) => outcome === 'spent')).toHaveLength(60);
    expect(await balance()).toMatchObject({ available: '0', owed: '0' });
    await expectCode(debit({ credits: '1' }), 'INSUFFICIENT_CREDITS');
    await expectSoundBooks(service.database);
  });
});

describe('grantCredits', () => {
  it('adds a lot on its terms', async () => {
    const expiresAt = inAnHour().toISOString();
    expect(
      await grant({ credits: '25.5', source: 'SUBSCRIPTION', priority: 7, expiresAt, note: 'July' }),
    ).toEqual({
      lot: {
        id: expect.any(String),
        source: 'SUBSCRIPTION',
        granted: '25.5',
        remaining: '25.5',
        priority: 7,
        expiresAt,
      },
      balance: { available: '25.5', owed: '0' },
    });
    expect(await grant({})).toMatchObject({ lot: { source: 'PROMOTION', priority: 10, expiresAt: null } });
    await grant({ source: 'ADJUSTMENT' });
    expect(await history()).toMatchObject([
      { type: 'ADJUSTMENT', description: 'Granted 100 credits', credits: '100', money: null },
      { type: 'GRANT', description: 'Granted 100 credits', credits: '100' },
      { type: 'GRANT', description: 'July', credits: '25.5' },
    ]);
  });

  it('refuses terms that make no sense', async () => {
    for (const terms of [
      { credits: '0' },
      { credits: '-5' },
      { credits: '0.0000001' },
      { priority: -1 },
      { priority: 101 },
      { source: 'PURCHASE' as const },
      { expiresAt: service.clock.now().toISOString() },
      { expiresAt: '2020-01-01T00:00:00Z' },
      { expiresAt: 'tomorrow' },
      { note: 'n'.repeat(501) },
      { idempotencyKey: '' },
    ]) {
      await expectCode(grant(terms), 'BAD_USER_INPUT');
    }
    await expectCode(grant({ accountId: 'nobody' }), 'NOT_FOUND');
    expect(await history()).toEqual([]);
  });

  it('is for admin keys only', async () => {
    const input = { accountId: customer.accountId, credits: '1', idempotencyKey: 'free' };
    for (const client of [customer.client, service.clients.service]) {
      await expectCode(client.request(grantCreditsMutation, { input }), 'FORBIDDEN');
    }
  });

  it('happens once per idempotency key', async () => {
    const terms = { credits: '50', idempotencyKey: 'once' };
    const granted = await Promise.all(Array.from({ length: 10 }, () => grant(terms)));
    expect(new Set(granted.map(({ lot }) => lot.id)).size).toBe(1);
    await debit({ credits: '20' });
    expect(await grant(terms)).toMatchObject({ lot: { remaining: '30' }, balance: { available: '30' } });
    await expectCode(grant({ ...terms, credits: '51' }), 'IDEMPOTENCY_KEY_REUSED');
    await expectCode(grant({ ...terms, priority: 11 }), 'IDEMPOTENCY_KEY_REUSED');
    expect((await balance()).available).toBe('30');
  });
});

describe('lots', () => {
  it('are spent by priority, then expiry, then promotions before purchases, then age', async () => {
    await purchase(service, customer, 100);
    service.clock.advance(1000);
    const later = new Date(service.clock.now().getTime() + 2 * hourMs);
    const names = new Map<string, string>();
    for (const [name, terms] of Object.entries({
      lateExpiry: { priority: 50, expiresAt: later.toISOString() },
      earlyExpiry: { priority: 50, expiresAt: inAnHour().toISOString() },
      promotion: { priority: 50 },
      subscription: { priority: 50, source: 'SUBSCRIPTION' as const },
      urgent: { priority: 5 },
    })) {
      names.set((await grant({ credits: '10', ...terms })).lot.id, name);
      service.clock.advance(1000);
    }
    const order = async () =>
      (await balance()).lots.map((lot) => `${names.get(lot.id) ?? 'purchase'} ${lot.remaining}`);
    expect(await order()).toEqual([
      'urgent 10',
      'earlyExpiry 10',
      'lateExpiry 10',
      'promotion 10',
      'purchase 100',
      'subscription 10',
    ]);
    await debit({ credits: '15' });
    expect(await order()).toEqual([
      'earlyExpiry 5',
      'lateExpiry 10',
      'promotion 10',
      'purchase 100',
      'subscription 10',
    ]);
    await debit({ credits: '25.000001' });
    expect(await order()).toEqual(['purchase 99.999999', 'subscription 10']);
    await debit({ credits: '105' });
    expect(await order()).toEqual(['subscription 4.999999']);
  });

  it('are gone from the very instant of their expiry', async () => {
    const expiresAt = inAnHour();
    await grant({ credits: '30', expiresAt: expiresAt.toISOString() });
    await grant({ credits: '5' });
    service.clock.set(new Date(expiresAt.getTime() - 1));
    expect(await balance()).toMatchObject({ available: '35' });
    expect(await debit({ credits: '10' })).toMatchObject({ balance: { available: '25' } });

    service.clock.set(expiresAt);
    expect(await balance()).toMatchObject({ available: '5', lots: [{ remaining: '5' }] });
    const { extensions } = await expectCode(debit({ credits: '6' }), 'INSUFFICIENT_CREDITS');
    expect(extensions.available).toBe('5');
    expect(await debit({ credits: '5' })).toMatchObject({ balance: { available: '0' } });
    expect(await history()).toMatchObject([
      { type: 'USAGE', credits: '-5' },
      { type: 'EXPIRY', credits: '-20', description: '20 credits expired', money: null },
      { type: 'USAGE', credits: '-10' },
      { type: 'GRANT' },
      { type: 'GRANT' },
    ]);
  });

  it('that expire are booked every minute, without anybody asking', async () => {
    const expiresAt = inAnHour();
    const other = await newCustomer(service);
    await grant({ credits: '30', expiresAt: expiresAt.toISOString() });
    await grant({ credits: '10', accountId: other.accountId, expiresAt: expiresAt.toISOString() });
    service.clock.set(new Date(expiresAt.getTime() + 1));
    expect(await history()).toHaveLength(1);
    await service.database.query(`select graphile_worker.add_job('book_due')`);
    await service.settle();
    expect(await history()).toMatchObject([{ type: 'EXPIRY', credits: '-30' }, { type: 'GRANT' }]);
    const theirs = await other.client.request(historyQuery, {});
    expect(theirs.billingHistory.nodes).toMatchObject([
      { type: 'EXPIRY', credits: '-10' },
      { type: 'GRANT' },
    ]);
    await service.database.query(`select graphile_worker.add_job('book_due')`);
    await service.settle();
    expect(await history()).toHaveLength(2);
  });
});
