import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../platform/log.js';
import type { ApiFault, Faults } from '../faults.js';
import { apiVersion, type World } from '../world.js';
import { authenticate, secretKeyRequired } from './auth.js';
import { readBody } from './body.js';
import { ApiError, invalidRequest, unrecognizedUrl } from './errors.js';
import { checkExpand, expand } from './expand.js';
import { emptyNode, type FormNode, parseForm } from './form.js';
import type { Idempotency } from './idempotency.js';
import { textList } from './params.js';
import { publicIntent, publicPaymentMethod } from './publishable.js';
import type { LoggedRequest, RequestLog } from './request-log.js';
import { type Call, findRoute, type Match, type Route } from './router.js';

export interface ApiParts {
  world: World;
  routes: Route[];
  idempotency: Idempotency;
  faults: Faults;
  requests: RequestLog;
  log: Log;
  /** Aborted when the sandbox closes, so that nobody waits on. */
  closing: AbortSignal;
}

interface Answer {
  status: number;
  body: string;
  headers: Record<string, string>;
}

const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type, idempotency-key, stripe-version',
  'access-control-expose-headers': 'request-id, idempotent-replayed',
  'access-control-max-age': '300',
};
const longestHangMs = 10 * 60 * 1000;

/** Answers one request as Stripe's API would, faults included. */
export async function serveApi(
  parts: ApiParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const method = request.method ?? 'GET';
  const publicRoute = ['GET', 'POST'].some(
    (name) => findRoute(parts.routes, name, url.pathname)?.route.publishable,
  );
  if (publicRoute) for (const [name, value] of Object.entries(corsHeaders)) response.setHeader(name, value);
  if (method === 'OPTIONS' && publicRoute) {
    response.writeHead(204).end();
    return;
  }
  const entry = parts.requests.add({
    id: parts.world.id('req'),
    at: parts.world.now(),
    method,
    path: url.pathname,
    idempotencyKey: header(request, 'idempotency-key') ?? null,
    keyKind: null,
    status: null,
    executed: false,
    replayed: false,
    fault: null,
  });
  const fault = parts.faults.strikeRequest(method, url.pathname);
  if (fault) entry.fault = fault.fault;
  const answer = await answerOf(parts, request, url, entry, fault);
  if (answer === 'disconnect' || answer === 'timeout') {
    if (answer === 'timeout') await hang(request, fault?.delayMs ?? longestHangMs, parts.closing);
    request.socket.destroy();
    return;
  }
  entry.status = answer.status;
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'request-id': entry.id,
    'stripe-version': header(request, 'stripe-version') ?? apiVersion,
    ...(entry.idempotencyKey === null ? {} : { 'idempotency-key': entry.idempotencyKey }),
    ...answer.headers,
  });
  response.end(answer.body);
}

async function answerOf(
  parts: ApiParts,
  request: IncomingMessage,
  url: URL,
  entry: LoggedRequest,
  fault: ApiFault | undefined,
): Promise<Answer | 'timeout' | 'disconnect'> {
  try {
    const form = await readForm(request, url);
    if (fault && fault.when !== 'after') {
      const struck = strikeBefore(fault);
      if (struck) return struck;
    }
    entry.keyKind = authenticate(header(request, 'authorization'), form);
    const version = header(request, 'stripe-version') ?? '';
    checkVersion(version);
    const match = findRoute(parts.routes, entry.method, entry.path);
    if (!match) throw unrecognizedUrl(entry.method, entry.path);
    if (entry.keyKind === 'publishable' && !match.route.publishable) throw secretKeyRequired();
    return await execute(parts, match, form, entry, { keyKind: entry.keyKind, version }, fault);
  } catch (error) {
    return errorAnswer(parts, error, entry);
  }
}

/** What goes wrong before any work; `latency` only costs time. */
function strikeBefore(fault: ApiFault): 'timeout' | 'disconnect' | undefined {
  if (fault.fault === 'timeout' || fault.fault === 'disconnect') return fault.fault;
  if (fault.fault === 'rate_limit') {
    throw new ApiError(429, {
      type: 'invalid_request_error',
      code: 'rate_limit',
      message:
        'Request rate limit exceeded. Learn more about rate limits at https://docs.stripe.com/rate-limits.',
    });
  }
  if (fault.fault === 'server_error') throw serverError();
  return undefined;
}

function serverError(): ApiError {
  return new ApiError(500, { type: 'api_error', message: 'An unknown error occurred' });
}

async function execute(
  parts: ApiParts,
  match: Match,
  form: FormNode,
  entry: LoggedRequest,
  caller: Pick<Call, 'keyKind' | 'version'>,
  fault: ApiFault | undefined,
): Promise<Answer | 'timeout' | 'disconnect'> {
  const { idempotency, world } = parts;
  const key = entry.method === 'POST' ? entry.idempotencyKey : null;
  if (key !== null) {
    const saved = idempotency.find(key, entry.path, form);
    if (saved) {
      entry.replayed = true;
      return {
        status: saved.status,
        body: saved.body,
        headers: {
          'idempotent-replayed': 'true',
          'original-request': saved.requestId,
          ...retryHint(saved.status),
        },
      };
    }
  }
  const { expand: expandForm, key: _, ...rest } = form;
  const paths = textList(expandForm, 'expand') ?? [];
  checkExpand(paths, match.route.returns);
  if (caller.keyKind === 'publishable' && paths.length > 0) throw secretKeyRequired();
  const prepared = match.route.prepare(Object.assign(emptyNode(), rest), {
    id: match.id,
    subId: match.subId,
    ...caller,
  });
  if (key !== null) idempotency.begin(key);
  try {
    if (fault?.fault === 'latency')
      await sleep(fault.delayMs ?? 0, undefined, { signal: parts.closing, ref: false });
    const answer = run(parts, () => expand(prepared(), paths, world), entry);
    entry.executed = true;
    const failed = fault?.when === 'after' && fault.fault === 'server_error';
    const given = failed ? errorAnswer(parts, serverError(), entry) : answer;
    if (key !== null) {
      idempotency.save(
        { id: key, path: entry.path, requestId: entry.id, status: given.status, body: given.body },
        form,
      );
    }
    world.store.commit();
    if (fault?.when === 'after' && (fault.fault === 'timeout' || fault.fault === 'disconnect'))
      return fault.fault;
    return {
      ...given,
      headers: { ...given.headers, ...(key === null ? {} : { 'original-request': entry.id }) },
    };
  } finally {
    if (key !== null) idempotency.end(key);
  }
}

/** Does the work. Its refusals are answers too, and saved like them. */
function run(parts: ApiParts, work: () => object, entry: LoggedRequest): Answer {
  try {
    const origin = { id: entry.id, idempotencyKey: entry.idempotencyKey };
    const object = parts.world.withOrigin(origin, work);
    return { status: 200, body: JSON.stringify(object, null, 2), headers: {} };
  } catch (error) {
    return errorAnswer(parts, error, entry);
  }
}

function errorAnswer(parts: ApiParts, error: unknown, entry: LoggedRequest): Answer {
  if (parts.closing.aborted) return { status: 503, body: '', headers: {} };
  if (!(error instanceof ApiError)) {
    parts.log.error({ err: error, path: entry.path }, 'sandbox: a request failed unexpectedly');
    return errorAnswer(parts, serverError(), entry);
  }
  const { payment_intent: intent, payment_method: method, ...body } = error.body;
  const isPublic = entry.keyKind === 'publishable';
  const shown = {
    ...body,
    ...(intent ? { payment_intent: isPublic ? publicIntent(intent) : intent } : {}),
    ...(method ? { payment_method: isPublic ? publicPaymentMethod(method) : method } : {}),
    request_log_url: `${parts.world.baseUrl()}/_sandbox/requests#${entry.id}`,
  };
  return {
    status: error.status,
    body: JSON.stringify({ error: shown }, null, 2),
    headers: { ...(error.status === 409 ? { 'stripe-should-retry': 'true' } : {}) },
  };
}

/** Retrying a saved 500 only replays it. */
function retryHint(status: number): Record<string, string> {
  return status >= 500 ? { 'stripe-should-retry': 'false' } : {};
}

function checkVersion(version: string): void {
  if (version === '' || /^\d{4}-\d\d-\d\d(\.\w+)?(; .*)?$/.test(version)) return;
  throw invalidRequest(`Invalid Stripe API version: ${version}`);
}

async function readForm(request: IncomingMessage, url: URL): Promise<FormNode> {
  const body = await readBody(request);
  if (request.method !== 'POST') return parseForm(url.search.slice(1));
  const type = header(request, 'content-type') ?? '';
  if (body !== '' && !type.startsWith('application/x-www-form-urlencoded')) {
    throw invalidRequest(
      'Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any ' +
        'questions, we can help at https://support.stripe.com/.',
    );
  }
  return parseForm([url.search.slice(1), body].filter((part) => part !== '').join('&'));
}

/** Keeps a request waiting until its caller gives up. */
async function hang(request: IncomingMessage, ms: number, closing: AbortSignal): Promise<void> {
  const gone = new Promise<void>((resolve) => request.socket.once('close', () => resolve()));
  await Promise.race([gone, sleep(ms, undefined, { signal: closing, ref: false }).catch(() => undefined)]);
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
