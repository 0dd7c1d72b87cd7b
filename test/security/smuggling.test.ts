import 'reflect-metadata';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { BillingContext } from '../../src/graphql/context.js';
import { eventually, type RunningApp, startApp } from '../http/transport.js';

let changes = 0;

@Resolver()
class Probe {
  @Query(() => String)
  role(@Ctx() { caller }: BillingContext): string {
    return caller?.role ?? 'nobody';
  }

  @Mutation(() => String)
  change(): string {
    changes += 1;
    return 'changed';
  }
}

let app: RunningApp;
beforeAll(async () => {
  app = await startApp([Probe]);
});
afterAll(() => app.close());

/** Everything that the server sends until it closes the connection, or is quiet for a while. */
function exchange(url: string, bytes: string): Promise<string> {
  const quietMs = 300;
  const { hostname, port } = new URL(url);
  const { promise, resolve } = Promise.withResolvers<string>();
  let received = '';
  const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
  socket.setTimeout(quietMs, () => socket.destroy());
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.on('close', () => resolve(received));
  return promise;
}

const statusesOf = (answers: string): number[] =>
  [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));

const body = JSON.stringify({ query: 'mutation { change }' });
const smuggled = [
  'POST /graphql HTTP/1.1',
  'Host: localhost',
  'Content-Type: application/json',
  `Content-Length: ${body.length}`,
  '',
  body,
].join('\r\n');

const request = (headers: readonly string[], content: string) =>
  [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    ...headers,
    '',
    content,
  ].join('\r\n');

describe('a request within another', () => {
  it('runs where it is a request of its own, so that these tests would notice', async () => {
    changes = 0;
    await exchange(app.url, smuggled);
    expect(changes).toBe(1);
  });

  const chunked = `0\r\n\r\n${smuggled}`;
  it.each([
    [
      'both a length and chunks',
      [`Content-Length: ${chunked.length}`, 'Transfer-Encoding: chunked'],
      chunked,
    ],
    ['two lengths', ['Content-Length: 2', `Content-Length: ${2 + smuggled.length}`], `{}${smuggled}`],
    ['two lengths in one field', [`Content-Length: 2, ${2 + smuggled.length}`], `{}${smuggled}`],
    ['a length with a sign', ['Content-Length: +2'], `{}${smuggled}`],
    ['a length in hexadecimal', ['Content-Length: 0x2'], `{}${smuggled}`],
    ['a space before the colon', ['Transfer-Encoding : chunked', 'Content-Length: 2'], `{}${smuggled}`],
    ['chunks under another name', ['Transfer-Encoding: xchunked'], chunked],
    ['chunks that are not last', ['Transfer-Encoding: chunked, identity'], chunked],
    ['a chunk of no size', ['Transfer-Encoding: chunked'], `\r\n${smuggled}`],
    [
      'a folded field',
      ['X-Folded: a\r\n b', 'Transfer-Encoding:\r\n chunked', 'Content-Length: 2'],
      `{}${smuggled}`,
    ],
    ['a bare line feed', ['X-A: b\nTransfer-Encoding: chunked', 'Content-Length: 2'], `{}${smuggled}`],
    ['a NUL in a field', ['X-A: b\0c', 'Content-Length: 2'], `{}${smuggled}`],
  ] as const)('by %s never runs', async (_case, headers, content) => {
    changes = 0;
    const answers = await exchange(app.url, request(headers, content));
    expect(statusesOf(answers)).toEqual([400]);
    expect(changes).toBe(0);
  });
});

describe('a field that comes twice', () => {
  it('is not two API keys: the first counts', async () => {
    const query = JSON.stringify({ query: '{ role }' });
    const headers = [
      'Authorization: Bearer customer',
      'Authorization: Bearer admin',
      'Connection: close',
      `Content-Length: ${query.length}`,
    ];
    const answer = await exchange(app.url, request(headers, query));
    expect(answer).toContain('{"role":"CUSTOMER"}');
  });
});

describe('where a request says that it comes from', () => {
  const ipOf = async (trustProxy: number, headers: Record<string, string>) => {
    const proxied = await startApp([Probe], { config: { trustProxy } });
    try {
      await proxied.post({ query: '{' }, headers);
      return (await eventually(() => proxied.logLines.find(({ msg }) => msg === 'request'))).ip;
    } finally {
      await proxied.close();
    }
  };

  it.each(['x-forwarded-for', 'x-real-ip', 'forwarded', 'true-client-ip', 'cf-connecting-ip', 'client-ip'])(
    'is not believed of %s without a proxy in front',
    async (name) => {
      const value = name === 'forwarded' ? 'for=203.0.113.7' : '203.0.113.7';
      expect(await ipOf(0, { [name]: value })).toBe('127.0.0.1');
    },
  );

  it('is believed of as many proxies as there are, and of nobody before them', async () => {
    expect(await ipOf(1, { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' })).toBe('203.0.113.7');
    expect(await ipOf(2, { 'x-forwarded-for': '10.0.0.1, 198.51.100.1, 203.0.113.7' })).toBe('198.51.100.1');
  });

  it('makes no other host or scheme of us', async () => {
    const answer = await app.post(
      { query: '{ role }' },
      { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-original-url': '/metrics' },
    );
    expect(answer.data).toEqual({ role: 'nobody' });
    expect(JSON.stringify([...answer.headers])).not.toContain('evil.example');
  });
});
