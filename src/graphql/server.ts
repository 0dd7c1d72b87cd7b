import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Config } from '../config.js';
import type { Log } from '../platform/log.js';
import type { Metrics } from '../platform/metrics.js';
import type { BillingContext } from './context.js';
import { errorFormatter } from './format-error.js';
import { knownOperationsRule } from './known-operations.js';
import { legacyStatusPlugin } from './legacy-status.plugin.js';
import { documentRules } from './limits/document-rules.js';
import { storableLiteralsRule } from './limits/input-values.js';
import { maxCoercionErrors, maxTokens, maxValidationErrors } from './limits/limits.js';
import { limitsPlugin } from './limits/limits.plugin.js';
import { operationsPlugin } from './operations.plugin.js';

export interface GraphQLServerDeps {
  readonly config: Pick<Config, 'environment' | 'introspection'>;
  readonly schema: GraphQLSchema;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Apollo Server with every bound set and everything that reports to others off. Not yet started. */
export function createGraphQLServer(deps: GraphQLServerDeps): ApolloServer<BillingContext> {
  const hideSchema = deps.config.environment === 'production';
  return new ApolloServer<BillingContext>({
    schema: deps.schema,
    logger: deps.log.child({ part: 'apollo' }),
    introspection: deps.config.introspection,
    hideSchemaDetailsFromClientErrors: hideSchema,
    includeStacktraceInErrorResponses: false,
    formatError: errorFormatter({ hideSuggestions: hideSchema }),
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens },
    validationRules: [knownOperationsRule, storableLiteralsRule, ...documentRules],
    validationOptions: { maxErrors: maxValidationErrors },
    executionOptions: { maxCoercionErrors },
    plugins: [
      limitsPlugin,
      legacyStatusPlugin,
      operationsPlugin(deps.metrics, deps.log),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}
