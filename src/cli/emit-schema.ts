import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildBillingSchema } from '../graphql/schema.js';
import { projectRoot } from '../platform/http/project-root.js';
import { resolvers } from '../resolvers.js';

/** Writes schema.graphql, or with --check fails where it is not what the code says. Needs no database. */
const path = join(projectRoot, 'schema.graphql');
const noInstances = {
  get(): never {
    throw new Error('Printing the schema resolves nothing.');
  },
};
const text = `${printSchema(lexicographicSortSchema(buildBillingSchema(resolvers, noInstances)))}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(path, text);
} else if (readIfThere(path) !== text) {
  console.error('schema.graphql is out of date: run `npm run schema` and commit the result.');
  process.exitCode = 1;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
