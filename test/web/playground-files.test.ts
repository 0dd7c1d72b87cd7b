import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';

const coldBuildTimeoutMs = 120_000;
const folder = join(process.cwd(), 'dist/web/playground');

/**
 * Hosts that the bundled packages name without ever loading anything from them. A new one fails the test until
 * someone has looked at what it is for.
 */
const inertHosts = new Set([
  // Names of XML and JSON vocabularies.
  'www.w3.org',
  'json-schema.org',
  // Links for people: in menus, in error messages, in descriptions of types, in licences.
  'code.visualstudio.com',
  'commonmark.org',
  'en.wikipedia.org',
  'github.com',
  'microsoft.com',
  'prettier.io',
  'react.dev',
  'yarnpkg.com',
]);

describe('the built playground', () => {
  let html: string;
  let assets: string[];
  beforeAll(async () => {
    await promisify(execFile)(process.execPath, ['scripts/build-web.mjs']);
    html = await readFile(join(folder, 'index.html'), 'utf8');
    assets = await readdir(join(folder, 'assets'));
  }, coldBuildTimeoutMs);

  const textAssets = (extension: string) =>
    Promise.all(
      assets
        .filter((name) => name.endsWith(extension))
        .map(async (name) => ({ name, text: await readFile(join(folder, 'assets', name), 'utf8') })),
    );

  it('is called UniLLM Billing', () => {
    expect(html).toContain('<title>UniLLM Billing</title>');
  });

  it('loads files of its own only, and has them all', () => {
    const urls = [...html.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, url = '']) => url);
    expect(urls.some((url) => url.endsWith('.js'))).toBe(true);
    expect(urls.some((url) => url.endsWith('.css'))).toBe(true);
    for (const url of urls) {
      expect(url).toMatch(/^\/playground\//);
      expect(existsSync(join(folder, url.replace('/playground/', '')))).toBe(true);
    }
  });

  it('has no inline script, as its Content-Security-Policy demands', () => {
    const scripts = [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [, attributes, content] of scripts) {
      expect(attributes).toContain(' src="/playground/');
      expect(content).toBe('');
    }
    expect(html).not.toMatch(/\son[a-z]+=|javascript:/i);
  });

  it('gives every asset a name with a hash, since they are cached for good', () => {
    for (const name of assets) expect(name).toMatch(/-[\w-]{8}\.(js|css|ttf)$/);
  });

  it('bundles the workers of the editor, of JSON and of GraphQL, and of no other language', () => {
    const workers = assets.filter((name) => name.includes('.worker-')).map((name) => name.split('.')[0]);
    expect(workers.sort()).toEqual(['editor', 'graphql', 'json']);
  });

  it('names no foreign host in its scripts but inert ones', async () => {
    const scripts = await textAssets('.js');
    const named = scripts.flatMap(({ text }) => [...text.matchAll(/https?:\/\/([a-z0-9.-]+\.[a-z]+)/gi)]);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(([, host = '']) => !inertHosts.has(host)).map(([url]) => url)).toEqual([]);
  });

  it('takes fonts and pictures in its styles from itself', async () => {
    const styles = await textAssets('.css');
    const urls = styles.flatMap(({ text }) =>
      [...text.matchAll(/url\(["']?([^)]*)/g)].map(([, url = '']) => url),
    );
    expect(urls.length).toBeGreaterThan(0);
    expect(urls.filter((url) => !url.startsWith('data:') && !url.startsWith('/playground/assets/'))).toEqual(
      [],
    );
    for (const { text } of styles) expect(text).not.toContain('@import');
  });
});
