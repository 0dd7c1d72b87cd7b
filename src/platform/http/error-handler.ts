import type { ErrorRequestHandler, RequestHandler } from 'express';
import { maskedMessage, sendError } from './errors.js';
import { currentRequest } from './request-scope.js';

/** body-parser's `type` of the failures that clients cause, and what to tell them. */
const bodyErrors: Readonly<Record<string, string>> = {
  'entity.too.large': 'The request body is too large.',
  'entity.parse.failed': 'The request body is not valid JSON.',
  'encoding.unsupported': 'The Content-Encoding of the request body is not supported.',
  'charset.unsupported': 'The charset of the request body is not supported; send UTF-8.',
  'request.aborted': 'The request was aborted before its body had arrived.',
};

export const notFoundHandler: RequestHandler = (_req, res) => {
  sendError(res, 404, 'NOT_FOUND', 'There is nothing here. GraphQL is at /graphql.');
};

/** The last resort of every route: JSON, never HTML, and never a stack trace. */
export const errorHandler: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
  const scope = currentRequest();
  if (res.headersSent) {
    scope?.log.warn({ err: error }, 'request failed after it was answered');
    res.destroy();
    return;
  }
  const { status, type } = httpErrorOf(error);
  if (status >= 400 && status < 500) {
    sendError(res, status, 'BAD_REQUEST', bodyErrors[type] ?? 'The request cannot be read.');
    return;
  }
  scope?.log.error({ err: error }, 'request failed');
  const details = scope ? { requestId: scope.requestId } : {};
  sendError(res, 500, 'INTERNAL_SERVER_ERROR', maskedMessage(scope?.requestId), details);
};

/** Express and its parsers put a status, and body-parser a type, on the errors they raise. */
function httpErrorOf(error: unknown): { status: number; type: string } {
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  return {
    status: typeof status === 'number' ? status : 500,
    type: typeof type === 'string' ? type : '',
  };
}
