import type { Log } from '../../platform/log.js';
import { ApiError, serverError } from './errors.js';
import { publicIntent, publicPaymentMethod } from './publishable.js';
import type { LoggedRequest } from './request-log.js';

/** What a request is answered with. */
export interface Answer {
  status: number;
  body: string;
  headers: Record<string, string>;
}

export function successAnswer(object: object): Answer {
  return { status: 200, body: JSON.stringify(object, null, 2), headers: {} };
}

/** What a proxy in between may answer in Stripe's place. */
export const foreignAnswer = (body: string): Answer => ({ status: 200, body, headers: {} });
export const garbage = '<html><body>The page you asked for is being made.</body></html>';

/** An error as Stripe writes it; anything that is not an `ApiError` is the sandbox's own fault, a 500. */
export function errorAnswer(error: unknown, entry: LoggedRequest, log: Log, baseUrl: string): Answer {
  if (!(error instanceof ApiError)) {
    log.error({ err: error, path: entry.path }, 'sandbox: a request failed unexpectedly');
    return errorAnswer(serverError(), entry, log, baseUrl);
  }
  const { payment_intent: intent, payment_method: method, ...body } = error.body;
  const isPublic = entry.keyKind === 'publishable';
  const shown = {
    ...body,
    ...(intent ? { payment_intent: isPublic ? publicIntent(intent) : intent } : {}),
    ...(method ? { payment_method: isPublic ? publicPaymentMethod(method) : method } : {}),
    request_log_url: `${baseUrl}/_sandbox/requests#${entry.id}`,
  };
  return {
    status: error.status,
    body: JSON.stringify({ error: shown }, null, 2),
    headers: error.status === 409 ? { 'stripe-should-retry': 'true' } : {},
  };
}
