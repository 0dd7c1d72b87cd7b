import 'reflect-metadata';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import express, { Router } from 'express';
import { GraphQLClient } from 'graphql-request';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { BillingContext } from '../../src/graphql/context.js';
import { errorHandler } from '../../src/platform/http/error-handler.js';
import { inFlightLimit } from '../../src/platform/http/in-flight-limit.js';
import { answerWithin } from '../../src/platform/http/timeouts.js';
import { answerOf, closeServer, listen, type RunningApp, startApp } from './transport.js';

let mutations = 0;

@Resolver()
class Probe {
  @Query(() => String)
  requestId(@Ctx() context: BillingContext): string {
    return context.requestId;
  }

  @Mutation(() => String)
  change(@Arg('to', () => String, { nullable: true }) _to?: string): string {
    mutations += 1;
    return 'changed';
  }
}

const webhook = Router().post('/', (req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => res.type('text/plain').send(Buffer.concat(chunks)));
});
webhook.get('/broken', () => {
  throw new Error('secret of the webhook');
});

let app: RunningApp;
beforeAll(async () => {
  app = await startApp([Probe], { webhook });
});
beforeEach(() => {
  mutations = 0;
});
afterAll(() => app.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${app.url}${path}`, { headers });

describe('request ids', () => {
  it.each(['abc', 'A-1_b.c', 'x'.repeat(64)])('keep the sane one that came: %s', async (id) => {
    const answer = await app.post({ query: '{ requestId }' }, { 'x-request-id': id });
    expect(answer.headers.get('x-request-id')).toBe(id);
    expect(answer.data).toEqual({ requestId: id });
  });

  it.each(['', 'x'.repeat(65), 'a b', 'a"b', '<script>'])('replace %p', async (id) => {
    const answer = await app.post({ query: '{ requestId }' }, { 'x-request-id': id });
    const given = answer.headers.get('x-request-id');
    expect(given).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(answer.data).toEqual({ requestId: given });
  });

  it('stay apart when requests overlap', async () => {
    const ids = Array.from({ length: 20 }, (_, i) => `overlap-${i}`);
    const answers = await Promise.all(
      ids.map((id) => app.post({ query: '{ requestId }' }, { 'x-request-id': id })),
    );
    expect(answers.map(({ data }) => data)).toEqual(ids.map((requestId) => ({ requestId })));
  });
});

describe('cross-site request forgery', () => {
  const body = JSON.stringify({ query: 'mutation { change }' });

  it.each([
    ['text/plain', body],
    ['application/x-www-form-urlencoded', 'query=mutation%20%7B%20change%20%7D'],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('by a POST of %s is refused', async (contentType, text) => {
    const answer = await app.post(text, { 'content-type': contentType });
    expect(answer.status).toBe(400);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
    const preflighted = await app.post(text, {
      'content-type': contentType,
      'apollo-require-preflight': '1',
    });
    expect(preflighted.status).toBe(400);
    expect(mutations).toBe(0);
  });

  it('by a GET that needs no preflight is refused', async () => {
    const answer = await answerOf(await get('/graphql?query=%7BrequestId%7D'));
    expect(answer.status).toBe(400);
    expect(answer.errors[0]?.message).toContain('Cross-Site Request Forgery');
  });

  it('is no reason to refuse a preflighted GET, but mutations are', async () => {
    const headers = { 'apollo-require-preflight': 'true' };
    const query = await answerOf(await get('/graphql?query=%7B__typename%7D', headers));
    expect(query).toMatchObject({ status: 200, data: { __typename: 'Query' } });
    const mutation = await answerOf(await get('/graphql?query=mutation%7Bchange%7D', headers));
    expect(mutation.status).toBe(405);
    expect(mutation.headers.get('allow')).toBe('POST');
    expect(mutations).toBe(0);
  });
});

describe('cross-origin requests', () => {
  const preflight = (origin: string) =>
    fetch(`${app.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  it('are allowed from listed origins', async () => {
    const response = await preflight('https://shop.example');
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(response.headers.get('access-control-allow-methods')).toBe('GET,POST');
    expect(response.headers.get('access-control-allow-headers')).toContain('Authorization');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    const answer = await app.post({ query: '{ requestId }' }, { origin: 'https://shop.example' });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(answer.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
  });

  it('can read why they were refused', async () => {
    const answer = await app.post('{', { origin: 'https://shop.example' });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
  });

  it.each(['https://evil.example', 'https://shop.example.evil.example', 'http://shop.example', 'null'])(
    'are not allowed from %s',
    async (origin) => {
      const response = await preflight(origin);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      const answer = await app.post({ query: '{ requestId }' }, { origin });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    },
  );
});

describe('answers', () => {
  it('carry the security headers', async () => {
    const { headers } = await app.query('{ requestId }');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy.split(';')).toEqual(
      expect.arrayContaining([
        "default-src 'self'",
        "script-src 'self'",
        "worker-src 'self' blob:",
        "frame-ancestors 'none'",
      ]),
    );
    expect(policy).not.toContain('upgrade-insecure-requests');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('demand https where the server is reached by it', async () => {
    const secure = await startApp([Probe], { config: { publicUrl: 'https://billing.example' } });
    const { headers } = await secure.query('{ requestId }');
    await secure.close();
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    expect(headers.get('content-security-policy')).toContain('upgrade-insecure-requests');
  });

  it.each(['/', '/nothing', '/graphql/nothing', '/playground/nothing.js', '/billing/webhook/nothing'])(
    'of %s are 404 in JSON',
    async (path) => {
      const answer = await answerOf(await get(path));
      expect(answer.status).toBe(404);
      expect(answer.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    },
  );

  it('of a route that throws are masked', async () => {
    const answer = await answerOf(await get('/billing/webhook/broken', { 'x-request-id': 'broken-1' }));
    expect(answer.status).toBe(500);
    expect(answer.errors).toEqual([
      {
        message: 'Something went wrong. Quote request id broken-1.',
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'broken-1' },
      },
    ]);
    expect(answer.text).not.toContain('secret');
  });

  it.each([
    ['content-encoding', 'snappy'],
    ['content-type', 'application/json; charset=klingon'],
  ])('to %s: %s are 415 in JSON', async (header, value) => {
    const answer = await app.post('{}', { [header]: value });
    expect(answer.status).toBe(415);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
  });

  it('of other methods are 405', async () => {
    const answer = await answerOf(
      await fetch(`${app.url}/graphql`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      }),
    );
    expect(answer.status).toBe(405);
  });
});

describe('the webhook', () => {
  it('gets the bytes as they were sent, whatever their type', async () => {
    const bytes = '{ "amount":  1,\n"currency":"usd" }';
    const response = await fetch(`${app.url}/billing/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: bytes,
    });
    expect(await response.text()).toBe(bytes);
  });
});

describe('overload', () => {
  it('is refused at once, and only as long as it lasts', async () => {
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const limited = express().use(inFlightLimit(2), async (_req, res) => {
      await held;
      res.json({ data: 'served' });
    });
    const server = createServer(limited);
    const url = await listen(server);
    const first = [fetch(url), fetch(url)];
    await sleep(100);
    const refused = await answerOf(await fetch(url));
    finish();
    const served = await Promise.all(first);
    const after = await fetch(url);
    await closeServer(server);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    expect([...served, after].map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('that makes an answer late is admitted, and the late answer is dropped', async () => {
    const slow = express().use(answerWithin(50), async (req, res) => {
      if (req.path === '/slow') await sleep(150);
      res.json({ data: req.path });
    });
    const server = createServer(slow.use(errorHandler));
    const url = await listen(server);
    const late = await answerOf(await fetch(`${url}/slow`));
    await sleep(200);
    const next = await answerOf(await fetch(`${url}/fast`));
    await closeServer(server);
    expect(late.status).toBe(503);
    expect(late.errors).toMatchObject([{ extensions: { code: 'REQUEST_TIMEOUT' } }]);
    expect(next).toMatchObject({ status: 200, data: '/fast' });
  });
});

it('works with an ordinary GraphQL client', async () => {
  const client = new GraphQLClient(`${app.url}/graphql`, { headers: { authorization: 'Bearer admin' } });
  await expect(
    client.request('mutation Change($to: String) { change(to: $to) }', { to: 'x' }),
  ).resolves.toEqual({
    change: 'changed',
  });
  await expect(client.request('{ nothing }')).rejects.toMatchObject({
    response: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
  });
});
