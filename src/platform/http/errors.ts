import type { Response } from 'express';

/** Codes of failures that happen before or outside GraphQL. */
export type HttpErrorCode =
  | 'BAD_REQUEST'
  | 'NOT_FOUND'
  | 'RATE_LIMITED'
  | 'REQUEST_TIMEOUT'
  | 'INTERNAL_SERVER_ERROR';

/** Answers in the shape of a GraphQL error, so that clients need to read one kind only. */
export function sendError(
  res: Response,
  status: number,
  code: HttpErrorCode,
  message: string,
  details: Readonly<Record<string, string>> = {},
): void {
  res.status(status).json({ errors: [{ message, extensions: { ...details, code } }] });
}

/** What a client is told of a failure that is ours: nothing but how to name it to us. */
export const maskedMessage = (requestId: string | undefined): string =>
  requestId ? `Something went wrong. Quote request id ${requestId}.` : 'Something went wrong.';
