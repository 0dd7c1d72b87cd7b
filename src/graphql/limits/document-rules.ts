import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import { GraphQLError, type ValidationContext, type ValidationRule } from 'graphql';
import { maxAliases, maxDepthLevels, maxDirectives } from './limits.js';
import { maxRootFieldsRule } from './max-root-fields.js';

/** The rules report through the validation context: thrown, their error would end as an internal one. */
const reporting = {
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, error: GraphQLError) =>
      context?.reportError(new GraphQLError(error.message.replace(/^Syntax Error: /, ''))),
  ],
};

/** Validation rules that bound a document's shape, whatever its variables are. */
export const documentRules = [
  maxDepthRule({ n: maxDepthLevels, flattenFragments: true, ...reporting }),
  // By default `__typename` could be aliased without limit.
  maxAliasesRule({ n: maxAliases, allowList: [], ...reporting }),
  maxDirectivesRule({ n: maxDirectives, ...reporting }),
  maxRootFieldsRule,
] as ValidationRule[];
