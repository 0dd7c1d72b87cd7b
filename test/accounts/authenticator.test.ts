import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { NewApiKey } from '../../src/accounts/api-key.service.js';
import { newToken, prefixOf } from '../../src/accounts/api-key-token.js';
import type { Authenticator } from '../../src/accounts/authenticator.js';
import { seedDemo } from '../../src/accounts/demo.js';
import { commandLine } from '../../src/platform/actor.js';
import { type OpenAccounts, openAccounts } from './open-accounts.js';

const minuteMs = 60_000;

let room: OpenAccounts;
let authenticator: Authenticator;

beforeAll(async () => {
  room = await openAccounts();
  authenticator = room.authenticatorWith({ demoKeysAllowed: false });
  await room.uow.run((em) => room.accounts.create(em, { id: 'acme', name: 'Acme' }, commandLine));
});
afterEach(() => authenticator.drain());
afterAll(() => room.close());

const createKey = (rest: Partial<NewApiKey> = {}) =>
  room.uow.run((em) => room.apiKeys.create(em, { role: 'SERVICE', name: 'a key', ...rest }, commandLine));

async function lastUsedAt(id: string): Promise<Date | null> {
  await authenticator.drain();
  return (await room.uow.read((em) => room.apiKeys.get(em, id))).lastUsedAt;
}

describe('a key', () => {
  it('stands for its role, and a customer key for its account', async () => {
    const customer = await createKey({ role: 'CUSTOMER', accountId: 'acme' });
    const admin = await createKey({ role: 'ADMIN' });
    expect(await authenticator.authenticate(customer.token)).toEqual({
      role: 'CUSTOMER',
      keyId: customer.apiKey.id,
      accountId: 'acme',
    });
    expect(await authenticator.authenticate(admin.token)).toEqual({
      role: 'ADMIN',
      keyId: admin.apiKey.id,
      accountId: null,
    });
  });

  it('is not stored', async () => {
    const { token, apiKey } = await createKey();
    const [row] = await room.database.query<{ row: string }>(
      'select api_keys::text as row from api_keys where id = $1',
      [apiKey.id],
    );
    expect(row?.row).toContain(prefixOf(token));
    expect(row?.row).not.toContain(token.slice(prefixOf(token).length));
    expect(row?.row).not.toContain(Buffer.from(token).toString('hex'));
  });

  it('is refused when any character of its secret differs', async () => {
    const { token } = await createKey();
    for (let i = prefixOf(token).length; i < token.length; i++) {
      const other = token[i] === 'x' ? 'y' : 'x';
      expect(await authenticator.authenticate(token.slice(0, i) + other + token.slice(i + 1))).toBeNull();
    }
    expect(await authenticator.authenticate(token.slice(0, -1))).toBeNull();
    expect(await authenticator.authenticate(`${token}x`)).toBeNull();
  });

  it('that never was is refused, whatever it looks like', async () => {
    const never = [
      newToken(),
      '',
      'x',
      'ubk_',
      'x'.repeat(100_000),
      "'; drop table api_keys; --",
      'ubk_%',
      '\0',
    ];
    for (const token of never) expect(await authenticator.authenticate(token)).toBeNull();
  });

  it('works until it expires, to the millisecond', async () => {
    const expiresAt = new Date(room.clock.now().getTime() + minuteMs);
    const { token } = await createKey({ expiresAt });
    room.clock.set(new Date(expiresAt.getTime() - 1));
    expect(await authenticator.authenticate(token)).not.toBeNull();
    room.clock.set(expiresAt);
    expect(await authenticator.authenticate(token)).toBeNull();
  });

  it('works until it is revoked', async () => {
    const { token, apiKey } = await createKey();
    expect(await authenticator.authenticate(token)).not.toBeNull();
    await room.uow.run((em) => room.apiKeys.revoke(em, apiKey.id, commandLine));
    expect(await authenticator.authenticate(token)).toBeNull();
  });
});

describe('when a key was last used', () => {
  it('is noted at the first use, and then at most once a minute', async () => {
    const { token, apiKey } = await createKey();
    expect(await lastUsedAt(apiKey.id)).toBeNull();

    const first = room.clock.now();
    await authenticator.authenticate(token);
    expect(await lastUsedAt(apiKey.id)).toEqual(first);

    room.clock.advance(minuteMs - 1);
    await authenticator.authenticate(token);
    expect(await lastUsedAt(apiKey.id)).toEqual(first);

    room.clock.advance(1);
    await authenticator.authenticate(token);
    expect(await lastUsedAt(apiKey.id)).toEqual(new Date(first.getTime() + minuteMs));
  });

  it('is not noted for a wrong, expired or revoked key', async () => {
    const expiresAt = new Date(room.clock.now().getTime() + 1);
    const expired = await createKey({ expiresAt });
    const revoked = await createKey();
    const wrong = await createKey();
    room.clock.set(expiresAt);
    await room.uow.run((em) => room.apiKeys.revoke(em, revoked.apiKey.id, commandLine));
    for (const token of [expired.token, revoked.token, `${wrong.token.slice(0, -1)}_`]) {
      expect(await authenticator.authenticate(token)).toBeNull();
    }
    for (const { apiKey } of [expired, revoked, wrong]) expect(await lastUsedAt(apiKey.id)).toBeNull();
  });

  it('is written once by many requests at the same moment, of several servers', async () => {
    const { token, apiKey } = await createKey();
    const other = room.authenticatorWith({ demoKeysAllowed: false });
    await room.database.query('create table touched (id uuid)');
    await room.database.query(`create function note_touch() returns trigger language plpgsql as
      $$ begin insert into touched values (new.id); return new; end $$`);
    await room.database.query(
      'create trigger note_touch before update on api_keys for each row execute function note_touch()',
    );
    const uses = Array.from({ length: 20 }, (_, i) => (i % 2 ? authenticator : other).authenticate(token));
    expect(await Promise.all(uses)).not.toContain(null);
    await other.drain();
    expect(await lastUsedAt(apiKey.id)).toEqual(room.clock.now());
    expect(await room.database.query('select * from touched')).toEqual([{ id: apiKey.id }]);
    await room.database.query('drop trigger note_touch on api_keys');
  });

  it('keeps no request waiting, while closing waits for it', async () => {
    const { token, apiKey } = await createKey();
    const locker = new Client({ connectionString: room.database.url });
    await locker.connect();
    await locker.query('begin');
    await locker.query('select from api_keys where id = $1 for update', [apiKey.id]);

    expect(await authenticator.authenticate(token)).not.toBeNull();
    expect(await authenticator.authenticate(token)).not.toBeNull();
    let drained = false;
    const drain = authenticator.drain().then(() => {
      drained = true;
    });
    await room.database.query('select pg_sleep(0.1)');
    expect(drained).toBe(false);

    await locker.query('commit');
    await locker.end();
    await drain;
    expect(await lastUsedAt(apiKey.id)).toEqual(room.clock.now());
  });

  it('fails no request when it cannot be noted', async () => {
    const { token, apiKey } = await createKey();
    await room.database.query(`create function refuse_touch() returns trigger language plpgsql as
      $$ begin raise exception 'the disk is full'; end $$`);
    await room.database.query(
      'create trigger refuse_touch before update on api_keys for each row execute function refuse_touch()',
    );
    expect(await authenticator.authenticate(token)).toMatchObject({ keyId: apiKey.id });
    await authenticator.drain();
    await room.database.query('drop trigger refuse_touch on api_keys');
    expect(room.logged.filter((line) => line.includes('the disk is full'))).toHaveLength(1);
    expect(await authenticator.authenticate(token)).not.toBeNull();
    expect(await lastUsedAt(apiKey.id)).toEqual(room.clock.now());
  });
});

describe('demo keys', () => {
  const demoKeys = ['demo_customer_key', 'demo_service_key', 'demo_admin_key'];
  const seed = () => room.uow.run((em) => seedDemo(em, room.accounts, room.clock));

  it('are made once, however often and by however many servers', async () => {
    await Promise.all([seed(), seed(), seed()]);
    await seed();
    expect(
      await room.database.query(
        `select accounts.name, email, available::text, count(*)::int from accounts
           join credit_balances on account_id = accounts.id
          where accounts.id = 'demo' group by 1, 2, 3`,
      ),
    ).toEqual([{ name: 'Demo customer', email: 'demo@example.com', available: '0', count: 1 }]);
    expect(await room.database.query(`select from api_keys where prefix like 'demo\\_%'`)).toHaveLength(3);
  });

  it('stand for a customer, a gateway and an admin where they are allowed', async () => {
    const permissive = room.authenticatorWith({ demoKeysAllowed: true });
    const callers = await Promise.all(demoKeys.map((token) => permissive.authenticate(token)));
    expect(callers).toMatchObject([
      { role: 'CUSTOMER', accountId: 'demo' },
      { role: 'SERVICE', accountId: null },
      { role: 'ADMIN', accountId: null },
    ]);
    expect(await permissive.authenticate('demo_admin_kex')).toBeNull();
    await permissive.drain();
  });

  it('are refused elsewhere, though the database holds them', async () => {
    for (const token of demoKeys) expect(await authenticator.authenticate(token)).toBeNull();
  });
});
