import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { startTestService, type TestService } from '../../support/service.js';
import { bookDue, inMs, TestAccount } from '../account.js';

let service: TestService;
let account: TestAccount;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  account = await TestAccount.open(service, '100');
});
afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

describe('a hold that is forgotten', () => {
  it('holds until the very instant, for balance and lots', async () => {
    await account.hold('60', { expiresInSeconds: 10 });
    service.clock.advance(9_999);
    expect(await account.amounts()).toEqual(['40', '60', '0']);
    expect(await account.lots()).toEqual(['40+60']);
    service.clock.advance(1);
    expect(await account.amounts()).toEqual(['100', '0', '0']);
    expect(await account.lots()).toEqual(['100+0']);
    expect((await account.balance()).updatedAt).toBe(service.clock.now().toISOString());
  });

  it('holds until the very instant, for debits', async () => {
    await account.hold('60', { expiresInSeconds: 10 });
    service.clock.advance(9_999);
    await expectCode(account.debit('100'), 'CREDITS_HELD');
    service.clock.advance(1);
    expect((await account.debit('100')).balance).toEqual({ available: '0', held: '0', owed: '0' });
  });

  it('is booked by the job, at its own instant, once', async () => {
    const { hold } = await account.hold('60', { expiresInSeconds: 10 });
    const expiresAt = inMs(service, 10_000);
    service.clock.advance(60_000);
    await bookDue(service);
    const journal = await account.journal();
    expect(journal.slice(2)).toEqual([
      { type: 'RELEASE', credits: '0', createdAt: expiresAt.toISOString(), holdId: hold.id },
    ]);
    await bookDue(service);
    expect(await account.journal()).toEqual(journal);
    expect((await account.balance()).updatedAt).toBe(expiresAt.toISOString());
  });

  it('is booked at its own instant by whatever happens first', async () => {
    const { hold } = await account.hold('60', { expiresInSeconds: 10 });
    service.clock.advance(60_000);
    await account.debit('1');
    const expected = [hold.expiresAt, service.clock.now().toISOString()];
    expect((await account.journal()).slice(2).map(({ createdAt }) => createdAt)).toEqual(expected);
  });

  it('is one of many, each with an instant of its own', async () => {
    for (const seconds of [30, 10, 20, 10]) await account.hold('5', { expiresInSeconds: seconds });
    const heldAfter = async (ms: number) => {
      service.clock.advance(ms);
      return (await account.balance()).held;
    };
    expect(await heldAfter(9_999)).toBe('20');
    expect(await heldAfter(1)).toBe('10');
    await account.debit('1');
    expect(await heldAfter(9_999)).toBe('10');
    expect(await heldAfter(1)).toBe('5');
    await bookDue(service);
    expect(await heldAfter(9_999)).toBe('5');
    expect(await heldAfter(1)).toBe('0');
  });

  it('gives back only the rest of a stream', async () => {
    const { id } = (await account.hold('60', { expiresInSeconds: 10 })).hold;
    await account.capture(id, '25', { finalCapture: false });
    service.clock.advance(10_000);
    expect(await account.amounts()).toEqual(['75', '0', '0']);
    const { extensions } = await expectCode(account.release(id), 'HOLD_NOT_ACTIVE');
    expect(extensions.status).toBe('EXPIRED');
  });
});

describe('captures against the job, at the instant of expiry,', () => {
  const holds = 50;

  it('are never lost, and never charged twice', async () => {
    const ids: string[] = [];
    for (let i = 0; i < holds; i++) ids.push((await account.hold('2', { expiresInSeconds: 10 })).hold.id);
    expect(await account.amounts()).toEqual(['0', '100', '0']);
    service.clock.advance(9_999);
    const capture = (id: string) => account.capture(id, '2', { idempotencyKey: id });
    const early = ids.slice(0, 25).map(capture);
    service.clock.advance(1);
    const [captured] = await Promise.all([
      Promise.all([...early, ...ids.slice(25).map(capture), ...ids.map(capture)]),
      bookDue(service),
      bookDue(service),
    ]);
    for (const { hold } of captured) expect(hold).toMatchObject({ status: 'CAPTURED', captured: '2' });
    expect(await account.amounts()).toEqual(['0', '0', '0']);
    const usages = (await account.journal()).filter(({ type }) => type === 'USAGE');
    expect(new Set(usages.map(({ holdId }) => holdId)).size).toBe(holds);
    expect(usages).toHaveLength(holds);
  });
});
