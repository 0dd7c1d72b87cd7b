import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Authorized, Ctx, Query, Resolver } from 'type-graphql';
import type { BillingContext } from '../../src/graphql/context.js';
import { type RunningApp, startApp } from '../http/transport.js';

@Resolver()
class Guarded {
  @Query(() => String)
  whoami(@Ctx() { caller }: BillingContext): string {
    return caller?.role ?? 'nobody';
  }

  @Authorized()
  @Query(() => String)
  keyed(): string {
    return 'keyed';
  }

  @Authorized('ADMIN', 'SERVICE')
  @Query(() => String)
  backend(): string {
    return 'backend';
  }

  @Authorized('ADMIN')
  @Query(() => String)
  admin(): string {
    return 'admin';
  }
}

let app: RunningApp;
beforeAll(async () => {
  app = await startApp([Guarded], {
    authenticate: async (token) => {
      if (token === 'unlucky') throw new Error('connection to 10.0.0.7 refused');
      return token === 'customer'
        ? { role: 'CUSTOMER', keyId: 'key_c', accountId: 'acc_1' }
        : token === 'service'
          ? { role: 'SERVICE', keyId: 'key_s', accountId: null }
          : token === 'admin'
            ? { role: 'ADMIN', keyId: 'key_a', accountId: null }
            : null;
    },
  });
});
afterAll(() => app.close());

describe('@Authorized', () => {
  it.each([
    ['whoami', null, null],
    ['keyed', null, 'UNAUTHENTICATED'],
    ['keyed', 'customer', null],
    ['backend', null, 'UNAUTHENTICATED'],
    ['backend', 'customer', 'FORBIDDEN'],
    ['backend', 'service', null],
    ['backend', 'admin', null],
    ['admin', 'service', 'FORBIDDEN'],
    ['admin', 'admin', null],
  ] as const)('%s with %p answers %p', async (field, key, code) => {
    const answer = await app.query(`{ ${field} }`, {}, key ?? undefined);
    expect(answer.status).toBe(200);
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(code ? [code] : []);
    expect(answer.data).toEqual(code ? null : { [field]: expect.any(String) });
  });
});

describe('the Authorization header', () => {
  it.each([
    ['a wrong key', 'Bearer wrong'],
    ['another scheme', 'Basic Y3VzdG9tZXI6'],
    ['no key', 'Bearer'],
    ['an empty header', ''],
    ['two keys', 'Bearer customer admin'],
    ['a key without scheme', 'customer'],
    ['a key beyond all bounds', `Bearer ${'a'.repeat(300)}`],
  ])('with %s is answered 401, even for what is public', async (_case, authorization) => {
    const answer = await app.post({ query: '{ whoami }' }, { authorization });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.data).toBeUndefined();
    expect(answer.errors).toEqual([
      {
        message: 'Send a valid API key as "Authorization: Bearer <API key>".',
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ]);
  });

  it('names its scheme in any case', async () => {
    const answer = await app.post({ query: '{ whoami }' }, { authorization: 'bearer admin' });
    expect(answer.data).toEqual({ whoami: 'ADMIN' });
  });

  it('that cannot be checked is our failure, and masked', async () => {
    const answer = await app.post({ query: '{ whoami }' }, { authorization: 'Bearer unlucky' });
    expect(answer.status).toBe(500);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(answer.text).not.toContain('10.0.0.7');
  });
});
