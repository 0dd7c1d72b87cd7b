import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Arg, Mutation, Query, Resolver } from 'type-graphql';
import { forbidden } from '../../src/platform/caller.js';
import { createMetrics } from '../../src/platform/metrics.js';
import { eventually, type LogLine, type RunningApp, startApp } from './transport.js';

@Resolver()
class Work {
  @Query(() => String)
  read(@Arg('secret', () => String, { nullable: true }) secret?: string): string {
    return secret ?? 'nothing';
  }

  @Query(() => String)
  refuse(): string {
    throw forbidden();
  }

  @Mutation(() => String)
  write(): string {
    return 'written';
  }
}

let app: RunningApp;
let ready = true;
beforeAll(async () => {
  app = await startApp([Work], {
    readiness: async () => {
      if (ready) return { ok: true, failing: [] };
      throw new Error('password authentication failed for user "billing"');
    },
  });
});
afterAll(() => app.close());

const get = (path: string) => fetch(`${app.url}${path}`);
const logged = (requestId: string, msg: string): Promise<LogLine> =>
  eventually(() => app.logLines.find((line) => line.requestId === requestId && line.msg === msg));

describe('health', () => {
  it('tells that the process lives', async () => {
    const response = await get('/healthz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok' });
  });

  it('tells whether the process can serve', async () => {
    const response = await get('/readyz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ready' });
  });

  it('names what is failing', async () => {
    const failing = await startApp([Work], { readiness: async () => ({ ok: false, failing: ['database'] }) });
    const response = await fetch(`${failing.url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'not ready', failing: ['database'] });
    expect((await fetch(`${failing.url}/healthz`)).status).toBe(200);
    await failing.close();
  });

  it('keeps to itself why the check itself failed', async () => {
    ready = false;
    const response = await get('/readyz');
    ready = true;
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'not ready', failing: ['readiness'] });
  });
});

describe('metrics', () => {
  const metrics = async () => (await get('/metrics')).text();

  it('count requests by method, route and status', async () => {
    await get('/no/such/path');
    await fetch(`${app.url}/another`, { method: 'PROPFIND' });
    await app.query('{ read }');
    const text = await metrics();
    expect(text).toContain('http_requests_total{method="GET",route="other",status="404"} 1');
    expect(text).toContain('http_requests_total{method="other",route="other",status="404"} 1');
    expect(text).toMatch(/http_requests_total\{method="POST",route="\/graphql",status="200"\} \d/);
    expect(text).toContain('http_request_duration_seconds_count{route="/graphql"}');
  });

  it('count operations by root field and outcome, whatever clients call them', async () => {
    const counted = await startApp([Work]);
    for (let i = 0; i < 25; i++) await counted.query(`query Name${i} { alias${i}: read }`);
    await counted.query('{ refuse }');
    await counted.query('mutation { write }');
    await counted.query('{ read refuse }');
    await counted.query('{ ...F } fragment F on Query { read }');
    await counted.query('{ nothing }');
    await counted.query('{');
    const text = await (await fetch(`${counted.url}/metrics`)).text();
    await counted.close();
    const lines = text.split('\n').filter((line) => line.startsWith('graphql_operations_total{'));
    expect(lines.sort()).toEqual(
      [
        'graphql_operations_total{kind="query",field="read",code="OK"} 25',
        'graphql_operations_total{kind="query",field="refuse",code="FORBIDDEN"} 1',
        'graphql_operations_total{kind="mutation",field="write",code="OK"} 1',
        'graphql_operations_total{kind="query",field="several",code="FORBIDDEN"} 1',
        'graphql_operations_total{kind="query",field="fragment",code="OK"} 1',
        'graphql_operations_total{kind="none",field="none",code="GRAPHQL_VALIDATION_FAILED"} 1',
        'graphql_operations_total{kind="none",field="none",code="GRAPHQL_PARSE_FAILED"} 1',
      ].sort(),
    );
  });

  it('hold those of the process where asked for', async () => {
    const registry = createMetrics({ processMetrics: true });
    const text = await registry.metrics();
    registry.clear();
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });
});

describe('logs', () => {
  it('tell who did what for how long, and never with which variables', async () => {
    const query = 'query Read($secret: String) { read(secret: $secret) }';
    const headers = { authorization: 'Bearer service', 'x-request-id': 'log-1' };
    await app.post({ query, variables: { secret: 'hunter2' } }, headers);
    expect(await logged('log-1', 'operation')).toMatchObject({
      level: 'debug',
      operation: 'Read',
      kind: 'query',
      field: 'read',
      role: 'SERVICE',
      keyId: 'key_service',
      codes: [],
      ms: expect.any(Number),
    });
    expect(await logged('log-1', 'request')).toMatchObject({
      level: 'debug',
      method: 'POST',
      path: '/graphql',
      status: 200,
    });
    expect(JSON.stringify(app.logLines)).not.toContain('hunter2');
  });

  it('leave out the query string, which holds the variables of a GET', async () => {
    const variables = encodeURIComponent('{"secret":"hunter3"}');
    await fetch(
      `${app.url}/graphql?query=query(%24secret%3AString)%7Bread(secret%3A%24secret)%7D&variables=${variables}`,
      {
        headers: { 'apollo-require-preflight': '1', 'x-request-id': 'log-2' },
      },
    );
    expect(await logged('log-2', 'request')).toMatchObject({ path: '/graphql', status: 200 });
    expect(JSON.stringify(app.logLines)).not.toContain('hunter3');
  });

  it.each([
    [0, '127.0.0.1'],
    [1, '203.0.113.7'],
  ])('name the client as %p trusted proxies do: %s', async (trustProxy, ip) => {
    const proxied = await startApp([Work], { config: { trustProxy } });
    await proxied.post('{', { 'x-request-id': 'proxied', 'x-forwarded-for': '198.51.100.1, 203.0.113.7' });
    const line = await eventually(() => proxied.logLines.find(({ msg }) => msg === 'request'));
    await proxied.close();
    expect(line).toMatchObject({ requestId: 'proxied', ip });
  });

  it('hold requests that never became an operation at info', async () => {
    await app.post('{', { 'x-request-id': 'log-5' });
    expect(await logged('log-5', 'request')).toMatchObject({ level: 'info', status: 400 });
  });

  it('hold mutations and refusals at info', async () => {
    await app.post({ query: 'mutation { write }' }, { 'x-request-id': 'log-3' });
    expect(await logged('log-3', 'operation')).toMatchObject({ level: 'info', field: 'write', codes: [] });
    await app.post({ query: '{ refuse }' }, { 'x-request-id': 'log-4' });
    expect(await logged('log-4', 'operation')).toMatchObject({ level: 'info', codes: ['FORBIDDEN'] });
  });
});
