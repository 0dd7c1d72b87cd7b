import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');

/** What each room may use besides itself and `platform`. A room that is not listed fails the test. */
const roomDependencies: Readonly<Record<string, readonly string[]>> = {
  platform: [],
  config: [],
  graphql: ['config'],
  lifecycle: ['config'],
  ledger: [],
  'audit-log': ['graphql'],
  accounts: ['audit-log', 'graphql'],
  catalog: ['graphql'],
  rates: ['audit-log', 'graphql'],
  credits: ['audit-log', 'ledger', 'accounts', 'graphql'],
  payments: ['audit-log', 'ledger', 'credits', 'accounts', 'catalog', 'graphql'],
  usage: ['credits', 'rates', 'accounts', 'graphql'],
  history: ['ledger', 'credits', 'graphql'],
  erasure: ['audit-log', 'accounts', 'payments', 'graphql'],
  audit: ['ledger', 'credits', 'usage', 'accounts', 'graphql'],
  reconciliation: ['payments', 'webhooks', 'graphql'],
  stripe: ['payments', 'webhooks', 'reconciliation'],
  webhooks: ['payments', 'audit-log', 'graphql'],
  sandbox: [],
  cli: [
    'audit-log',
    'accounts',
    'ledger',
    'credits',
    'usage',
    'audit',
    'reconciliation',
    'webhooks',
    'graphql',
    'config',
    '.',
  ],
};

/** Lower may not import higher. */
const layers = ['platform', 'model', 'domain', 'transport', 'wiring'] as const;
type Layer = (typeof layers)[number];

interface SourceFile {
  readonly path: string;
  readonly room: string;
  readonly layer: Layer;
  /** Files of this project, by path; packages by name. */
  readonly imports: readonly string[];
}

const roomOf = (path: string) =>
  path === 'config.ts' ? 'config' : path.includes('/') ? (path.split('/')[0] ?? '') : '.';

function layerOf(path: string): Layer {
  const room = roomOf(path);
  if (room === '.') return 'wiring';
  if (room === 'platform' || room === 'config') return 'platform';
  if (room === 'cli') return 'wiring';
  if (room === 'graphql' || /(\.(resolver|types|inputs|route|job)|-presenter)\.ts$/.test(path))
    return 'transport';
  if (/\.(entity|store)\.ts$/.test(path)) return 'model';
  return 'domain';
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/(?:from|import)\s+'([^']+)'/g)].map(([, target = '']) =>
    target.startsWith('.')
      ? relative(root, join(root, dirname(path), target)).replace(/\.js$/, '.ts')
      : target,
  );
}

const files: readonly SourceFile[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, room: roomOf(path), layer: layerOf(path), imports: importsOf(path) }));
const byPath = new Map(files.map((file) => [file.path, file]));
const edges = files.flatMap((from) =>
  from.imports.flatMap((target) => {
    const to = byPath.get(target);
    return to ? [{ from, to }] : [];
  }),
);

describe('the architecture', () => {
  test('is seen by this test at all', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(edges.length).toBeGreaterThan(100);
  });

  test('has rooms that use only the rooms they may', () => {
    const breaches = edges.filter(({ from, to }) => {
      if (from.room === '.' || from.room === to.room) return false;
      const allowed = roomDependencies[from.room];
      return !allowed || !(to.room === 'platform' || allowed.includes(to.room));
    });
    expect(breaches.map(({ from, to }) => `${from.path} → ${to.path}`)).toEqual([]);
  });

  test('has dependencies that point downward only', () => {
    // Rules without state (burn-down, posting) count as domain, yet stores return their types.
    const rank = (layer: Layer) => (layer === 'model' ? layers.indexOf('domain') : layers.indexOf(layer));
    const breaches = edges.filter(({ from, to }) => rank(from.layer) < rank(to.layer));
    expect(breaches.map(({ from, to }) => `${from.path} → ${to.path}`)).toEqual([]);
  });

  test('keeps services out of entities and stores', () => {
    const breaches = edges.filter(
      ({ from, to }) => from.layer === 'model' && to.path.endsWith('.service.ts'),
    );
    expect(breaches.map(({ from, to }) => `${from.path} → ${to.path}`)).toEqual([]);
  });

  test('talks to Stripe in two rooms only', () => {
    const users = files.filter(({ imports }) => imports.includes('stripe')).map(({ room }) => room);
    expect(new Set(users)).toEqual(new Set(['stripe', 'sandbox']));
  });

  test('asks the Clock for the time', () => {
    const direct = files
      .filter(({ path }) => !['platform/clock.ts', 'platform/log.ts'].includes(path))
      .filter(({ path }) => /\bDate\.now\(\)|new Date\(\)/.test(readFileSync(join(root, path), 'utf8')))
      .map(({ path }) => path);
    expect(direct).toEqual([]);
  });
});
