import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { variableNames } from '../src/config/variables.js';
import { errorCodes } from '../src/platform/errors.js';
import { handledEventTypes } from '../src/webhooks/event-handling.js';
import { balanceQuery } from './support/operations.js';
import { startTestService, type TestService } from './support/service.js';

const run = promisify(execFile);
const readme = readFileSync('README.md', 'utf8');
const documents = ['README.md', ...globSync('docs/**/*.md'), ...globSync('src/**/*.md')];

/** What stands below a heading, up to the next one of its level or above. Comments in code are no headings. */
function section(title: string): string {
  const lines: string[] = [];
  let level = 0;
  let inCode = false;
  for (const line of readme.split('\n')) {
    if (line.startsWith('```')) inCode = !inCode;
    const [, marks = '', text] = (!inCode && /^(#+) (.*)$/.exec(line)) || [];
    if (level > 0 && marks !== '' && marks.length <= level) break;
    if (level > 0) lines.push(line);
    else if (text === title) level = marks.length;
  }
  if (level === 0) throw new Error(`README.md has no section "${title}".`);
  return lines.join('\n');
}

/** The one code block of a language in a text. */
function codeBlock(text: string, language: string): string {
  const [block, ...others] = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? '');
  if (block === undefined || others.length > 0) throw new Error(`Expected one block of ${language}.`);
  return block;
}

/** The names in backticks in the first column of a section's tables. */
function firstColumn(title: string): string[] {
  const cells = [...section(title).matchAll(/^\| *(`[^|]*?) *\|/gm)].map((match) => match[1] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''));
}

describe('the purchase in three calls', () => {
  let service: TestService;
  let directory: string;
  beforeAll(async () => {
    service = await startTestService();
    directory = await mkdtemp(join(tmpdir(), 'readme-'));
  });
  afterAll(async () => {
    await service.close();
    await rm(directory, { recursive: true });
  });

  const available = async () =>
    Number((await service.clients.customer.request(balanceQuery, {})).balance.available);

  it('buys what it says, however often it is pasted', async () => {
    const script = codeBlock(section('A purchase in three calls'), 'sh');
    expect(script.match(/^# \d\. /gm)).toEqual(['# 1. ', '# 2. ', '# 3. ']);
    const here = script
      .replaceAll('http://localhost:4000', service.url)
      .replaceAll('http://localhost:12111', service.sandbox.url)
      .replaceAll('/tmp/', `${directory}/`);
    expect(here).not.toContain('localhost');

    for (const expected of [500, 1_000]) {
      const { stdout, stderr } = await run('bash', ['--norc', '-euo', 'pipefail', '-c', here]);
      expect(stderr).toBe('');
      expect(stdout).toContain('"formatted":"$45.00"');
      expect(stdout).toContain('"status": "succeeded"');
      expect(stdout).toContain('"payment":{"status":"SUCCEEDED"}');
      await service.settle();
      expect(await available()).toBe(expected);
    }
  });
});

describe('the tables', () => {
  it('list the variables that the configuration reads, and no others', () => {
    expect(firstColumn('Configuration').sort()).toEqual([...variableNames].sort());
  });

  it('list every operation, and no others', () => {
    const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
    const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}),
    );
    const named = firstColumn('The API').filter((name) => name !== name.toUpperCase());
    expect(named.sort()).toEqual(fields.sort());
  });

  it('list every error code', () => {
    const named = firstColumn('The API').filter((name) => name === name.toUpperCase());
    expect(named.sort()).toEqual([...errorCodes].sort());
  });
});

it('has the Apollo Client example as it is', () => {
  const example = readFileSync('examples/apollo-client/buy-credits.ts', 'utf8');
  expect(codeBlock(section('From a browser'), 'ts')).toBe(example);
});

it('asks Stripe for events that are handled', () => {
  const events = [
    ...section('With real money').matchAll(/`((?:payment_intent|charge|refund|radar)\.[\w.]+)`/g),
  ];
  const named = events.map((match) => match[1] ?? '');
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((type) => !handledEventTypes.includes(type))).toEqual([]);
});

describe.each(documents)('%s', (path) => {
  const text = readFileSync(path, 'utf8');

  it('links to what is there', () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
    const missing = targets
      .filter((target) => !/^(https?:|mailto:|#)/.test(target))
      .filter((target) => !existsSync(join(dirname(path), target.replace(/#.*/, ''))));
    expect(missing).toEqual([]);
  });

  it('names commands that package.json has', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'));
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

it('documents what it mentions of this project', () => {
  const paths = [
    ...readme.matchAll(/`((?:\.\w[\w./-]*\/|\.env|src\/|docs\/)[\w./-]*|[\w-]+\.(?:graphql|yml))`/g),
  ];
  const mentioned = paths
    .map((match) => match[1] ?? '')
    .filter((path) => path !== '.env' && path !== '.data/');
  expect(mentioned.length).toBeGreaterThan(3);
  expect(mentioned.filter((path) => !existsSync(path))).toEqual([]);
});
