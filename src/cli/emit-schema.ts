import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildBillingSchema } from '../graphql/schema.js';
import { projectRoot, readIfThere } from '../platform/http/project-files.js';
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
} else if ((await readIfThere(path)) !== text) {
  console.error('schema.graphql is out of date: run `npm run schema` and commit the result.');
  process.exitCode = 1;
}
