import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ApiKeyStore, ApiKeyStore as Store } from '../../src/accounts/api-key.store.js';
import { keyPrefixChars, newToken } from '../../src/accounts/api-key-token.js';
import { Authenticator } from '../../src/accounts/authenticator.js';
import { createLog } from '../../src/platform/log.js';
import { newCustomer, type TestCustomer } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';

let service: TestService;
let customer: TestCustomer;
beforeAll(async () => {
  service = await startTestService();
  customer = await newCustomer(service);
});
afterAll(() => service.close());

const last = (token: string) => (token.endsWith('x') ? 'y' : 'x');
/** A key with a known prefix and a wrong secret, and one that is not known at all. */
const guesses = () => {
  const { apiKey } = customer;
  return {
    wrong: `${apiKey.slice(0, -1)}${last(apiKey)}`,
    wrongAtOnce: `${apiKey.slice(0, keyPrefixChars)}_${'0'.repeat(apiKey.length - keyPrefixChars - 1)}`,
    unknown: newToken(),
  };
};

async function answerTo(token: string): Promise<unknown> {
  const response = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'x-request-id': 'guess',
    },
    body: '{"query":"{ me { role } }"}',
  });
  const headers = [...response.headers].filter(([name]) => name !== 'date');
  return { status: response.status, headers, body: await response.text() };
}

it('learns nothing from the answer: byte for byte it is that to an unknown key', async () => {
  const { wrong, wrongAtOnce, unknown } = guesses();
  const answer = await answerTo(unknown);
  expect(answer).toMatchObject({ status: 401 });
  expect(await answerTo(wrong)).toEqual(answer);
  expect(await answerTo(wrongAtOnce)).toEqual(answer);
});

it('learns nothing from the work: each takes one look at the database and one comparison', async () => {
  const looked: string[] = [];
  const store = new Store(service.orm);
  const counting = {
    findByPrefix: async (prefix: string) => {
      looked.push(prefix);
      return store.findByPrefix(prefix);
    },
    touch: () => Promise.reject(new Error('A guess was noted as a use.')),
  } as unknown as ApiKeyStore;
  const authenticator = new Authenticator({
    store: counting,
    clock: service.clock,
    log: createLog('silent'),
    demoKeysAllowed: false,
  });
  for (const guess of Object.values(guesses())) {
    looked.length = 0;
    expect(await authenticator.authenticate(guess)).toBeNull();
    expect(looked).toEqual([guess.slice(0, keyPrefixChars)]);
  }
});

it('leaves no trace on the key: its last use is not a guess', async () => {
  const prefix = customer.apiKey.slice(0, keyPrefixChars);
  const read = () => service.database.query('select last_used_at from api_keys where prefix = $1', [prefix]);
  const before = await read();
  for (const guess of Object.values(guesses())) await answerTo(guess);
  expect(await read()).toEqual(before);
});
