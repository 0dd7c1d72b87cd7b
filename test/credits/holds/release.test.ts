import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { startTestService, type TestService } from '../../support/service.js';
import { TestAccount } from '../account.js';

let service: TestService;
let account: TestAccount;
let holdId: string;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  account = await TestAccount.open(service, '100');
  holdId = (await account.hold('10', { expiresInSeconds: 10 })).hold.id;
});
afterAll(() => expectSoundBooks(service.database).finally(() => service.close()));

describe('releaseHold', () => {
  it('gives everything back', async () => {
    expect(await account.release(holdId)).toMatchObject({
      hold: { id: holdId, status: 'RELEASED', credits: '10', captured: '0' },
      balance: { available: '100', held: '0', owed: '0' },
    });
    expect(await account.lots()).toEqual(['100+0']);
  });

  it('knows it by its id in upper case too', async () => {
    expect((await account.release(holdId.toUpperCase())).hold).toMatchObject({
      id: holdId,
      status: 'RELEASED',
    });
  });

  it('changes nothing the second time, also after the time of the hold', async () => {
    await account.release(holdId);
    await account.debit('1');
    const before = await account.journal();
    expect(await account.release(holdId)).toMatchObject({
      hold: { status: 'RELEASED' },
      balance: { available: '99' },
    });
    service.clock.advance(10_000);
    expect((await account.release(holdId)).hold.status).toBe('RELEASED');
    expect(await account.journal()).toEqual(before);
  });

  it('gives back the rest of a stream', async () => {
    await account.capture(holdId, '4', { finalCapture: false });
    expect(await account.release(holdId)).toMatchObject({
      hold: { status: 'RELEASED', credits: '10', captured: '4' },
      balance: { available: '96', held: '0' },
    });
    await expectCode(account.capture(holdId, '1'), 'HOLD_NOT_ACTIVE');
  });

  it.each([
    ['CAPTURED', () => account.capture(holdId, '4')],
    ['EXPIRED', async () => service.clock.advance(10_000)],
  ] as const)('refuses a hold that is %s', async (status, end) => {
    await end();
    const { extensions } = await expectCode(account.release(holdId), 'HOLD_NOT_ACTIVE');
    expect(extensions.status).toBe(status);
  });

  it('does not reach what is not there, or not theirs', async () => {
    const other = await TestAccount.open(service, '100');
    await expectCode(other.release(holdId), 'NOT_FOUND');
    await expectCode(account.release('00000000-0000-7000-8000-000000000001'), 'NOT_FOUND');
    await expectCode(account.release('no uuid'), 'BAD_USER_INPUT');
    expect(await account.amounts()).toEqual(['90', '10', '0']);
  });

  it('or a capture wins where both come at once, never both', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = (await account.hold('1')).hold;
      const [released, captured] = await Promise.allSettled([account.release(id), account.capture(id, '1')]);
      expect([released.status, captured.status].sort()).toEqual(['fulfilled', 'rejected']);
    }
  });
});
