import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { buildBillingSchema } from '../../src/graphql/schema.js';
import { projectRoot } from '../../src/platform/http/project-files.js';
import { resolvers } from '../../src/resolvers.js';

const schema = buildBillingSchema(resolvers, { get: () => undefined });
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);
const roots = new Set<GraphQLNamedType | null | undefined>([schema.getQueryType(), schema.getMutationType()]);

interface Described {
  readonly name: string;
  readonly description?: string | null | undefined;
}

/** Each thing that the playground documents, by its path. */
function* documented(type: GraphQLNamedType): Generator<[path: string, Described]> {
  if (!roots.has(type)) yield [type.name, type];
  if (isEnumType(type)) for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value];
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return;
  for (const field of Object.values(type.getFields())) {
    yield [`${type.name}.${field.name}`, field];
    if (!('args' in field)) continue;
    for (const arg of field.args) yield [`${type.name}.${field.name}(${arg.name}:)`, arg];
  }
}

it('describes every type, field, argument and enum value', () => {
  const all = types.flatMap((type) => [...documented(type)]);
  const undescribed = all.filter(([, { description }]) => !description?.trim()).map(([path]) => path);
  expect(all.length).toBeGreaterThan(100);
  expect(undescribed).toEqual([]);
});

it('is what schema.graphql says: run `npm run schema` after a change', () => {
  const text = readFileSync(join(projectRoot, 'schema.graphql'), 'utf8');
  expect(`${printSchema(lexicographicSortSchema(schema))}\n`).toBe(text);
});

it('bounds every list that pages', () => {
  const fields = types.filter(isObjectType).flatMap((type) => Object.values(type.getFields()));
  const connections = fields.filter(({ type }) => String(type).replace('!', '').endsWith('Connection'));
  expect(connections.length).toBeGreaterThan(0);
  for (const { args } of connections)
    expect(args.map(({ name }) => name)).toEqual(expect.arrayContaining(['first', 'after']));
});
