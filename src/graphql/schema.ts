import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type ContainerType } from 'type-graphql';
import { authChecker } from './auth-checker.js';
import { scalarsMap } from './scalars/scalars.js';
import { validateArgument } from './validate-argument.js';

/** A class with `@Resolver()`. */
export type ResolverClass = abstract new (...dependencies: never[]) => object;
export type ResolverClasses = readonly [ResolverClass, ...ResolverClass[]];

/**
 * The schema of the given resolver classes, whose instances come from `container`.
 * Arguments are validated by their class-validator decorators; a breach becomes BAD_USER_INPUT.
 */
export function buildBillingSchema(resolvers: ResolverClasses, container: ContainerType): GraphQLSchema {
  return buildSchemaSync({
    resolvers,
    container,
    authChecker,
    scalarsMap,
    validateFn: validateArgument,
  });
}
