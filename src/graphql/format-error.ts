import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { ValidationError } from 'class-validator';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ArgumentValidationError } from 'type-graphql';
import { asUnavailable } from '../platform/database/unavailable.js';
import { DomainError } from '../platform/errors.js';
import { maskedMessage } from '../platform/http/errors.js';
import { currentRequest } from '../platform/http/request-scope.js';

/** Apollo's own codes of requests that are wrong by themselves; their messages are about the request only. */
const requestErrorCodes = new Set<unknown>([
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.PERSISTED_QUERY_NOT_FOUND,
  ApolloServerErrorCode.PERSISTED_QUERY_NOT_SUPPORTED,
  ApolloServerErrorCode.BAD_USER_INPUT,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
  ApolloServerErrorCode.BAD_REQUEST,
]);

/** graphql-js proposes names that exist; Apollo removes that from validation errors only. */
const suggestion = / ?Did you mean .+\?$/;

/**
 * The one place where failures become what clients see. A DomainError shows its message, code and details;
 * errors in the request itself pass; everything else is logged and masked. Stack traces never leave.
 */
export function errorFormatter(options: { readonly hideSuggestions: boolean }) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const cause = rootCause(error);
    if (cause instanceof DomainError)
      return withExtensions(formatted, { ...cause.details, code: cause.code });
    if (cause instanceof ArgumentValidationError) return invalidArguments(formatted, cause);
    if (requestErrorCodes.has(formatted.extensions?.code)) {
      return options.hideSuggestions
        ? { ...formatted, message: formatted.message.replace(suggestion, '') }
        : formatted;
    }
    const unavailable = asUnavailable(cause);
    return unavailable ? refused(formatted, unavailable) : masked(formatted, cause);
  };
}

/** The database gave up, or is not there: nobody's mistake, but whoever runs us should know. */
function refused(formatted: GraphQLFormattedError, error: DomainError): GraphQLFormattedError {
  currentRequest()?.log.warn({ err: error.cause, path: formatted.path }, 'the database did not answer');
  const { message, code, details } = error;
  return withExtensions({ ...formatted, message }, { ...details, code });
}

/** What was thrown first, below the wrappers of Apollo and graphql-js. */
function rootCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

function withExtensions(
  formatted: GraphQLFormattedError,
  extensions: Record<string, unknown>,
): GraphQLFormattedError {
  return { ...formatted, extensions };
}

function invalidArguments(
  formatted: GraphQLFormattedError,
  error: ArgumentValidationError,
): GraphQLFormattedError {
  const fields = fieldMessages(error.extensions.validationErrors);
  const message = Object.values(fields).flat().join('; ') || error.message;
  return withExtensions({ ...formatted, message }, { code: ApolloServerErrorCode.BAD_USER_INPUT, fields });
}

/** class-validator's tree as path → messages, e.g. { "creditAmount": ["creditAmount must be positive"] }. */
function fieldMessages(errors: readonly ValidationError[], prefix = ''): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { property, constraints, children } of errors) {
    const path = `${prefix}${property}`;
    if (constraints) found[path] = Object.values(constraints);
    Object.assign(found, fieldMessages(children ?? [], `${path}.`));
  }
  return found;
}

function masked(formatted: GraphQLFormattedError, cause: unknown): GraphQLFormattedError {
  const scope = currentRequest();
  scope?.log.error({ err: cause, path: formatted.path }, 'unexpected error in GraphQL');
  const extensions = { code: ApolloServerErrorCode.INTERNAL_SERVER_ERROR, requestId: scope?.requestId };
  return withExtensions({ ...formatted, message: maskedMessage(scope?.requestId) }, extensions);
}
