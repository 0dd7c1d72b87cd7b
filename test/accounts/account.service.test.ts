import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountService } from '../../src/accounts/account.service.js';
import { commandLine } from '../../src/platform/actor.js';
import { type OpenAccounts, openAccounts } from './open-accounts.js';

let room: OpenAccounts;
beforeAll(async () => {
  room = await openAccounts();
});
afterAll(() => room.close());

const badInput = expect.objectContaining({ code: 'BAD_USER_INPUT' });
const create = (id: string, name = 'A name', email?: string) =>
  room.uow.run((em) => room.accounts.create(em, { id, name, email }, commandLine));

describe('opening an account', () => {
  it('opens its balance in the same transaction', async () => {
    await create('with-balance');
    expect(
      await room.database.query(
        `select available::text, held::text, owed::text from credit_balances where account_id = 'with-balance'`,
      ),
    ).toEqual([{ available: '0', held: '0', owed: '0' }]);

    const failing = new AccountService(room.clock, room.auditLog, () =>
      Promise.reject(new Error('no balance')),
    );
    await expect(
      room.uow.run((em) => failing.create(em, { id: 'without-balance', name: 'A name' }, commandLine)),
    ).rejects.toThrow('no balance');
    await expect(room.uow.read((em) => room.accounts.get(em, 'without-balance'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('lets one of several win an id at the same moment', async () => {
    const results = await Promise.allSettled(
      ['first', 'second', 'third'].map((name) => create('contested', name)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toEqual(badInput);
    }
  });

  it('trims the name, and makes up an id where none is given', async () => {
    const account = await room.uow.run((em) => room.accounts.create(em, { name: '  Ada ' }, commandLine));
    expect(account).toMatchObject({ name: 'Ada', email: null, createdAt: room.clock.now() });
    expect(account.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it.each(['', ' ', 'a b', 'a/b', 'ä', 'a\n', '\0', 'x'.repeat(65)])('refuses the id %j', async (id) => {
    await expect(create(id)).rejects.toEqual(badInput);
  });

  it.each(['', '   ', 'two\nlines', 'nul\0', 'x'.repeat(201)])('refuses the name %j', async (name) => {
    await expect(create('badly-named', name)).rejects.toEqual(badInput);
  });

  it.each(['', 'nobody', 'a@b', 'a@example.com\0', `${'a'.repeat(250)}@example.com`])(
    'refuses the email address %j',
    async (email) => {
      await expect(create('badly-addressed', 'A name', email)).rejects.toEqual(badInput);
    },
  );
});

describe('listing accounts', () => {
  const list = async (search: string | null, limit = 100, afterId: string | null = null) => {
    const found = await room.uow.read((em) => room.accounts.list(em, { search, limit, afterId }));
    return found.map(({ id }) => id);
  };

  beforeAll(async () => {
    await create('list:1', '100% Cotton', 'cotton@shop.example');
    await create('list:2', 'Under_score', 'score@shop.example');
    await create('list:3', 'Back\\slash', 'Slash@Shop.example');
  });

  it('finds part of an id, a name or an address, in any case', async () => {
    expect(await list('LIST:')).toEqual(['list:1', 'list:2', 'list:3']);
    expect(await list('cotton')).toEqual(['list:1']);
    expect(await list('slash@shop')).toEqual(['list:3']);
    expect(await list('nothing like it')).toEqual([]);
  });

  it('takes what it searches for literally', async () => {
    expect(await list('%')).toEqual(['list:1']);
    expect(await list('_')).toEqual(['list:2']);
    expect(await list('\\')).toEqual(['list:3']);
    expect(await list("'")).toEqual([]);
    expect(await list('?')).toEqual([]);
  });

  it('goes on where a page ended', async () => {
    expect(await list('list:', 2)).toEqual(['list:1', 'list:2']);
    expect(await list('list:', 2, 'list:2')).toEqual(['list:3']);
  });

  it.each(['\0', 'x'.repeat(101)])('refuses to search for %j', async (search) => {
    await expect(list(search)).rejects.toEqual(badInput);
  });
});
