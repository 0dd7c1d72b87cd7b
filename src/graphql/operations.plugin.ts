import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import { Kind, type OperationDefinitionNode } from 'graphql';
import { Counter, Histogram } from 'prom-client';
import type { Log } from '../platform/log.js';
import type { Metrics } from '../platform/metrics.js';
import type { BillingContext } from './context.js';

const durationBucketsSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const maxLoggedNameChars = 64;

/** Logs each operation, never its variables, and counts it. */
export function operationsPlugin(metrics: Metrics, log: Log): ApolloServerPlugin<BillingContext> {
  const operations = new Counter({
    name: 'graphql_operations_total',
    help: 'GraphQL operations by kind, root field and outcome: OK, or the code of the first error.',
    labelNames: ['kind', 'field', 'code'],
    registers: [metrics],
  });
  const durations = new Histogram({
    name: 'graphql_operation_duration_seconds',
    help: 'Seconds from the arrival of a GraphQL operation to its result, by kind and root field.',
    labelNames: ['kind', 'field'],
    buckets: durationBucketsSeconds,
    registers: [metrics],
  });
  return {
    async requestDidStart() {
      const startedMs = performance.now();
      return {
        async willSendResponse(request) {
          const ms = performance.now() - startedMs;
          const { operation, contextValue } = request;
          const labels = { kind: operation?.operation ?? 'none', field: rootFieldOf(operation) };
          const codes = errorCodesOf(request);
          operations.inc({ ...labels, code: codes[0] ?? 'OK' });
          durations.observe(labels, ms / 1000);
          const level = operation?.operation === 'mutation' || codes.length > 0 ? 'info' : 'debug';
          // Also where nothing is written, the context's log is made for this line alone.
          if (!log.isLevelEnabled(level)) return;
          const name = request.operationName?.slice(0, maxLoggedNameChars) ?? null;
          contextValue.log[level]({ ...labels, operation: name, ms: Math.round(ms), codes }, 'operation');
        },
      };
    },
  };
}

/**
 * The root field stands for an operation in metrics: the schema bounds how many there are, while names
 * are the client's choice and would make a time series each. Apollo sets `operation` once it is valid.
 */
function rootFieldOf(operation: OperationDefinitionNode | undefined): string {
  if (!operation) return 'none';
  const names = operation.selectionSet.selections.map((selection) =>
    selection.kind === Kind.FIELD ? selection.name.value : 'fragment',
  );
  return new Set(names).size === 1 && names[0] ? names[0] : 'several';
}

function errorCodesOf({ response }: GraphQLRequestContext<BillingContext>): string[] {
  const errors = response.body?.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
  return [...new Set(errors.map(({ extensions }) => String(extensions?.code)))];
}
