import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../platform/log.js';
import type { ApiFault, Faults } from '../faults.js';
import { apiVersion, type World } from '../world.js';
import { type Answer, errorAnswer, foreignAnswer, garbage } from './answers.js';
import { authenticate, secretKeyRequired } from './auth.js';
import { readBody } from './body.js';
import { invalidRequest, keyInUse, rateLimited, serverError, unrecognizedUrl } from './errors.js';
import { execute } from './execute.js';
import { type FormNode, parseForm } from './form.js';
import type { Idempotency } from './idempotency.js';
import type { LoggedRequest, RequestLog } from './request-log.js';
import { findRoute, type Route } from './router.js';

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
  if (allowBrowsers(parts.routes, url.pathname, response) && method === 'OPTIONS') {
    response.writeHead(204).end();
    return;
  }
  const fault = parts.faults.strikeRequest(method, url.pathname);
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
    fault: fault?.fault ?? null,
  });
  const silenced = fault?.fault === 'timeout' || fault?.fault === 'disconnect';
  const foreign = fault && foreignTo(fault, parts.faults);
  const unheard = (silenced || foreign) && fault?.when !== 'after';
  const done = unheard ? undefined : await answerOf(parts, request, url, entry, fault);
  const answer = foreign ?? done;
  if (silenced || !answer) {
    if (fault?.fault === 'timeout') await hang(request, fault.delayMs ?? longestHangMs, parts.closing);
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

/** The answer of somebody else, where a fault puts one in the place of ours. */
function foreignTo({ fault, body }: ApiFault, faults: Faults): Answer | undefined {
  if (fault === 'garbage') return foreignAnswer(garbage);
  if (fault === 'foreign_json') return foreignAnswer(body ?? faults.foreignJson());
  return undefined;
}

async function answerOf(
  parts: ApiParts,
  request: IncomingMessage,
  url: URL,
  entry: LoggedRequest,
  fault: ApiFault | undefined,
): Promise<Answer> {
  try {
    const form = await readForm(request, url);
    if (fault?.fault === 'rate_limit') throw rateLimited();
    if (fault?.fault === 'conflict') throw keyInUse(entry.idempotencyKey ?? '');
    if (fault?.fault === 'server_error' && fault.when !== 'after') throw serverError();
    entry.keyKind = authenticate(header(request, 'authorization'), form);
    const version = header(request, 'stripe-version') ?? '';
    checkVersion(version);
    const match = findRoute(parts.routes, entry.method, entry.path);
    if (!match) throw unrecognizedUrl(entry.method, entry.path);
    if (entry.keyKind === 'publishable' && !match.route.publishable) throw secretKeyRequired();
    return await execute({
      ...parts,
      match,
      form,
      caller: { keyKind: entry.keyKind, version },
      entry,
      fault,
    });
  } catch (error) {
    // A closing sandbox interrupts what waits; its connections are about to be closed.
    if (parts.closing.aborted) return { status: 503, body: '', headers: {} };
    return errorAnswer(error, entry, parts.log, parts.world.baseUrl());
  }
}

/** Where Stripe.js may call, any page may; tells whether it may here. */
function allowBrowsers(routes: Route[], path: string, response: ServerResponse): boolean {
  const allowed = ['GET', 'POST'].some((method) => findRoute(routes, method, path)?.route.publishable);
  if (allowed) for (const [name, value] of Object.entries(corsHeaders)) response.setHeader(name, value);
  return allowed;
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
