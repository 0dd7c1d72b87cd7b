import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const text = readFileSync('docs/security.md', 'utf8');
const named = [...text.matchAll(/`(test\/[^`]+)`/g)].map((match) => match[1] ?? '');
const sectionsOf = (level: string) => text.split(new RegExp(`^${level} `, 'm')).slice(1);

describe('docs/security.md', () => {
  it('names tests that exist', () => {
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
    expect(named.filter((path) => !path.endsWith('.test.ts'))).toEqual([]);
  });

  it('names every test of attacks', () => {
    const attacks = globSync('test/security/*.test.ts').filter((path) => !path.endsWith('/document.test.ts'));
    expect(attacks.length).toBeGreaterThan(5);
    expect(attacks.filter((path) => !named.includes(path))).toEqual([]);
  });

  it('has a test for each of the ten risks', () => {
    const risks = sectionsOf('###').map((section) => section.split('\n## ')[0] ?? '');
    expect(risks.map((risk) => risk.split(':')[0])).toEqual(
      Array.from({ length: 10 }, (_, i) => `API${i + 1}`),
    );
    expect(risks.filter((risk) => !/`test\/[^`]+\.test\.ts`/.test(risk))).toEqual([]);
  });

  it('has a test for each advice about GraphQL', () => {
    const table = sectionsOf('##').find((section) => section.startsWith('OWASP GraphQL')) ?? '';
    const rows = table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.slice(1).filter((row) => !/`test\/[^`]+\.test\.ts`/.test(row))).toEqual([]);
  });
});
