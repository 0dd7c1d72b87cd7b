import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/platform/log.js';
import {
  createAccountMutation,
  createApiKeyMutation,
  debitCreditsMutation,
  grantCreditsMutation,
} from '../support/operations.js';
import { startTestService, type TestService } from '../support/service.js';

/** What would look like a line of ours, and what a terminal would act on. */
const forged = '{"level":"info","msg":"forged"}';
const injections = [
  `a\n${forged}\nb`,
  `a\r\n${forged}`,
  `a\u2028${forged}`,
  `\u001b[2J${forged}`,
  `"}\n${forged}`,
];

let text = '';
const log = createLog(
  'trace',
  new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  }),
);

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ log, config: { trustProxy: 1 } });
});
afterAll(() => service.close());

/** Sends bytes that no client library would. */
function send(bytes: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1', () => socket.write(bytes, 'latin1'));
  socket.setTimeout(300, () => socket.destroy());
  socket.on('data', () => undefined);
  socket.on('error', () => undefined);
  socket.on('close', () => resolve());
  return promise;
}

const lines = () => text.split('\n').filter((line) => line !== '');

function expectOurLinesOnly(): void {
  expect(lines().length).toBeGreaterThan(0);
  for (const line of lines()) {
    const { msg, level, time }: Record<string, unknown> = JSON.parse(line);
    expect({ line, msg, level, time }).toEqual({
      line,
      msg: expect.not.stringMatching(/^forged$/),
      level: expect.any(String),
      time: expect.any(String),
    });
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
}

describe('text of a client', () => {
  it.each(injections)('in names, notes, keys and metadata stays within its line: %p', async (odd) => {
    const { admin, service: gateway } = service.clients;
    const accountId = 'demo';
    const ask = (request: Promise<unknown>) => request.catch(() => undefined);
    await ask(admin.request(createAccountMutation, { input: { name: odd, email: `${odd}@example.com` } }));
    await ask(admin.request(createApiKeyMutation, { input: { role: 'CUSTOMER', accountId, name: odd } }));
    await ask(
      admin.request(grantCreditsMutation, {
        input: { accountId, credits: '1', note: odd, idempotencyKey: odd },
      }),
    );
    await ask(
      gateway.request(debitCreditsMutation, {
        input: {
          accountId,
          credits: '1',
          description: odd,
          metadata: { [odd]: odd },
          idempotencyKey: odd,
        },
      }),
    );
    for (const body of [
      { query: '{ me { role } }', operationName: odd },
      { query: `query { ${odd} }` },
      { query: 'query ($id: ID!) { account(id: $id) { id } }', variables: { id: odd } },
    ]) {
      const response = await fetch(`${service.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer demo_admin_key' },
        body: JSON.stringify(body),
      });
      await response.body?.cancel();
    }
    await (await fetch(`${service.url}/${encodeURIComponent(odd)}`)).body?.cancel();
    expectOurLinesOnly();
  });

  it.each(['X-Request-Id', 'X-Forwarded-For', 'User-Agent', 'Authorization', 'Stripe-Signature'])(
    'in the header field %s stays within its line',
    async (name) => {
      for (const value of [
        `a\n${forged}`,
        `a\r\n ${forged}`,
        `\u001b[2J${forged}`,
        `"}${forged}`,
        `\u0085${forged}`,
      ]) {
        for (const path of ['/graphql', '/billing/webhook'])
          await send(
            `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${name}: ${value}\r\nContent-Length: 2\r\n\r\n{}`,
          );
      }
      expectOurLinesOnly();
    },
  );

  it('was logged at all', () => {
    expect(text).toContain('credits debited');
    expect(text).toContain('webhook refused');
  });
});
