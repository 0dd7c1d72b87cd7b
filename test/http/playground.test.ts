import 'reflect-metadata';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Query, Resolver } from 'type-graphql';
import type { Config } from '../../src/config.js';
import { webRoot } from '../../src/platform/http/playground.js';
import { projectRoot } from '../../src/platform/http/project-files.js';
import { answerOf, type RunningApp, startApp } from './transport.js';

@Resolver()
class Greeting {
  @Query(() => String)
  hello(): string {
    return 'Hello';
  }
}

/** What Chrome sends when a person opens an address. */
const browser = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
};
const page =
  '<!doctype html><title>Playground</title><script type="module" src="/playground/assets/a-1.js"></script>';

let folder: string;
let app: RunningApp;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), '.web-'));
  mkdirSync(join(folder, 'playground', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'playground', 'index.html'), page);
  writeFileSync(join(folder, 'playground', 'assets', 'a-1.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'not part of the playground');
  app = await startApp([Greeting], { webRoot: folder });
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string, headers: Record<string, string>) => fetch(url, { headers });

describe('a browser that opens /graphql', () => {
  it.each(['', '?query=%7Bhello%7D'])('is shown the playground%s', async (search) => {
    const response = await get(`${app.url}/graphql${search}`, browser);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('vary')).toContain('Accept');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toBe(page);
  });

  it('may keep the hashed files for good', async () => {
    const response = await get(`${app.url}/playground/assets/a-1.js`, { accept: '*/*' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('javascript');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it.each(['/playground/../secret.txt', '/playground/..%2fsecret.txt', '/playground/assets/missing.js'])(
    'is not given %s',
    async (path) => {
      const response = await get(`${app.url}${path}`, browser);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toContain('not part of');
    },
  );

  it('is told where there is no playground', async () => {
    const closed = await startApp([Greeting], { webRoot: folder, config: { playground: false } });
    const answer = await answerOf(await get(`${closed.url}/graphql`, browser));
    const asset = await get(`${closed.url}/playground/assets/a-1.js`, browser);
    await closed.close();
    expect(answer.status).toBe(404);
    expect(answer.errors).toMatchObject([{ message: expect.stringContaining('no playground') }]);
    expect(asset.status).toBe(404);
  });

  it('is told where the playground has not been built', async () => {
    const unbuilt = await startApp([Greeting], { webRoot: join(folder, 'nowhere') });
    const answer = await answerOf(await get(`${unbuilt.url}/graphql`, browser));
    await unbuilt.close();
    expect(answer.status).toBe(404);
    expect(answer.errors).toMatchObject([{ message: expect.stringContaining('not been built') }]);
  });
});

describe('the page', () => {
  const hints =
    '<meta name="demo-keys" content="?" /><meta name="stripe-sandbox" content="?" /><meta name="x" content="?" />';
  const stripe = { secretKey: 'sk', publishableKey: 'pk', webhookSecrets: ['whsec'], livemode: false };
  const shown = async (config: Partial<Config>) => {
    const web = mkdtempSync(join(tmpdir(), 'web-'));
    mkdirSync(join(web, 'playground'));
    writeFileSync(join(web, 'playground', 'index.html'), hints);
    const hinted = await startApp([Greeting], { webRoot: web, config });
    const response = await get(`${hinted.url}/graphql`, browser);
    const html = await response.text();
    await hinted.close();
    rmSync(web, { recursive: true });
    return { html, policy: response.headers.get('content-security-policy')?.split(';') };
  };

  it('is told of the demo keys and the sandbox, and may talk to it', async () => {
    const apiBase = 'http://127.0.0.1:12111/';
    const { html, policy } = await shown({ demoKeys: true, stripe: { ...stripe, apiBase } });
    expect(html).toBe(
      '<meta name="demo-keys" content="true" />' +
        '<meta name="stripe-sandbox" content="http://127.0.0.1:12111" /><meta name="x" content="?" />',
    );
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:12111");
  });

  it('is told of neither where there are none', async () => {
    const { html, policy } = await shown({ demoKeys: false, stripe: { ...stripe, apiBase: null } });
    expect(html).toContain(
      '<meta name="demo-keys" content="false" /><meta name="stripe-sandbox" content="" />',
    );
    expect(policy).toContain("connect-src 'self'");
  });
});

it.each([
  '*/*',
  'application/json',
  'application/graphql-response+json',
  'application/json, text/html;q=0.5',
])('leaves GET queries that accept %s to GraphQL', async (accept) => {
  const headers = { accept, 'apollo-require-preflight': 'true' };
  const answer = await answerOf(await get(`${app.url}/graphql?query=%7Bhello%7D`, headers));
  expect(answer).toMatchObject({ status: 200, data: { hello: 'Hello' } });
});

it('looks for the web build below the project, wherever the code runs from', () => {
  expect(webRoot).toBe(join(process.cwd(), 'dist', 'web'));
  expect(projectRoot).toBe(process.cwd());
});
