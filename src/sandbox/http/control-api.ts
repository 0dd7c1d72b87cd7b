import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Controls } from '../controls.js';
import type { Deliveries } from '../delivery/deliveries.js';
import { SandboxError } from '../errors.js';
import { type ApiFault, apiFaultNames, type DeliveryFault, type Faults } from '../faults.js';
import type { World } from '../world.js';
import { readBody } from './body.js';
import { ApiError, invalidRequest, unrecognizedUrl } from './errors.js';
import { authenticationPage, receiptPage } from './pages.js';
import type { RequestLog } from './request-log.js';

export interface ControlParts {
  world: World;
  controls: Controls;
  faults: Faults;
  deliveries: Deliveries;
  requests: RequestLog;
  about: () => object;
}

type Json = Record<string, unknown>;
type Action = (
  parts: ControlParts,
  id: string,
  body: Json,
) => object | undefined | Promise<object | undefined>;

const defaultFlushMs = 10_000;

const actions: Record<string, Action> = {
  'GET /': ({ about }) => about(),
  'GET /requests': ({ requests }) => ({ data: requests.list() }),
  'DELETE /requests': ({ requests }) => void requests.clear(),
  'GET /deliveries': ({ world }) => ({ data: world.store.all('delivery') }),
  'POST /flush': async ({ deliveries }, _, body) => {
    await deliveries.flush(numberIn(body, 'timeoutMs') ?? defaultFlushMs);
    return undefined;
  },
  'GET /faults': ({ faults }) => faultList(faults),
  'DELETE /faults': ({ faults }) => void faults.clear(),
  'DELETE /faults/:': ({ faults }, id) => ({ removed: faults.remove(Number(id)) }),
  'POST /faults/api': ({ faults }, _, body) => ({ id: faults.api(apiFault(body)).id }),
  'POST /faults/delivery': ({ faults }, _, body) => ({ id: faults.delivery(deliveryFault(body)).id }),
  'POST /webhooks': ({ controls }, _, body) =>
    controls.registerWebhook(
      requiredIn(body, 'url'),
      requiredIn(body, 'secret'),
      listIn(body, 'enabledEvents'),
    ),
  'DELETE /idempotency_keys': ({ controls }) => void controls.forgetIdempotencyKeys(),
  'POST /events/:/resend': ({ controls }, id) => ({ data: controls.resendEvent(id) }),
  'POST /payment_intents/:/settle': ({ controls }, id) => controls.settlePayment(id),
  'POST /payment_intents/:/fail': ({ controls }, id, body) =>
    controls.failPayment(id, textIn(body, 'failureCode')),
  'POST /payment_intents/:/reverse': ({ controls }, id) => controls.reversePayment(id),
  'POST /refunds/:/hold_up': ({ controls }, id) => controls.holdUpRefund(id),
  'POST /refunds/:/settle': ({ controls }, id) => controls.settleRefund(id),
  'POST /refunds/:/fail': ({ controls }, id, body) => controls.failRefund(id, textIn(body, 'failureReason')),
  'POST /charges/:/dispute': ({ controls }, id, body) =>
    controls.openDispute(
      id,
      oneIn(body, 'reason', 'fraudulent', 'product_not_received', 'general'),
      numberIn(body, 'amount'),
    ),
  'POST /charges/:/inquiry': ({ controls }, id, body) => controls.openInquiry(id, numberIn(body, 'amount')),
  'POST /charges/:/fraud_warning': ({ controls }, id) => controls.warnOfFraud(id),
  'POST /disputes/:/escalate': ({ controls }, id) => controls.escalateInquiry(id),
  'POST /disputes/:/win': ({ controls }, id) => controls.winDispute(id),
  'POST /disputes/:/lose': ({ controls }, id) => controls.loseDispute(id),
};

/** Serves `/_sandbox/…`: test controls, and the pages a customer would see at Stripe. */
export async function serveControls(
  parts: ControlParts,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const method = request.method ?? 'GET';
  try {
    checkOrigin(request, method);
    const text = await readBody(request);
    const [, area, id, step] = path.split('/');
    if (area === 'authenticate' && id) {
      authenticate(parts, response, id, method, step, acceptsHtml(request));
      return;
    }
    if (area === 'receipts' && id && method === 'GET') {
      sendHtml(response, receiptPage(parts.world.find('charge', id)));
      return;
    }
    const found = findAction(method, path);
    if (!found) throw unrecognizedUrl(method, `/_sandbox${path}`);
    const result = await found.action(parts, found.id, readJson(text));
    sendJson(response, result === undefined ? 204 : 200, result);
  } catch (error) {
    if (error instanceof ApiError) sendJson(response, error.status, { error: error.body });
    else if (error instanceof SandboxError) sendJson(response, 504, { error: { message: error.message } });
    else throw error;
  }
}

function faultList(faults: Faults): object {
  const { api, delivery } = faults.list();
  const shown = api.map((rule) => ({ ...rule, fault: { ...rule.fault, path: rule.fault.path?.toString() } }));
  return { api: shown, delivery };
}

function findAction(method: string, path: string): { action: Action; id: string } | undefined {
  const exact = actions[`${method} ${path === '' ? '/' : path}`];
  if (exact) return { action: exact, id: '' };
  const [, area, id, ...rest] = path.split('/');
  const action = actions[[`${method} /${area}/:`, ...rest].join('/')];
  return action && id ? { action, id } : undefined;
}

/** A page somewhere in a browser must not work the controls: only this sandbox's own pages may. */
function checkOrigin(request: IncomingMessage, method: string): void {
  const { origin, host } = request.headers;
  if (method === 'GET' || origin === undefined || origin === `http://${host}`) return;
  throw new ApiError(403, {
    type: 'invalid_request_error',
    message: 'The sandbox refuses requests of other sites.',
  });
}

/** 3-D Secure: a page with two buttons, and what the buttons (or a test) post to. */
function authenticate(
  parts: ControlParts,
  response: ServerResponse,
  id: string,
  method: string,
  step: string | undefined,
  html: boolean,
): void {
  const before = parts.world.find('payment_intent', id);
  if (method === 'GET' && step === undefined) {
    sendHtml(response, authenticationPage(before));
    return;
  }
  if (method !== 'POST' || (step !== 'pass' && step !== 'fail')) {
    throw unrecognizedUrl(method, `/_sandbox/authenticate/${id}/${step ?? ''}`);
  }
  const after = parts.controls.authenticate(id, step);
  if (!html) {
    sendJson(response, 200, after);
    return;
  }
  const returnUrl = before.next_action?.redirect_to_url?.return_url;
  if (!returnUrl) {
    sendHtml(response, authenticationPage(after));
    return;
  }
  const target = new URL(returnUrl);
  target.searchParams.set('payment_intent', after.id);
  target.searchParams.set('payment_intent_client_secret', after.client_secret ?? '');
  target.searchParams.set(
    'redirect_status',
    after.status === 'requires_payment_method' ? 'failed' : 'succeeded',
  );
  response.writeHead(303, { location: target.href }).end();
}

function acceptsHtml(request: IncomingMessage): boolean {
  return request.headers.accept?.includes('text/html') ?? false;
}

function sendJson(response: ServerResponse, status: number, body: object | undefined): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? '' : JSON.stringify(body, null, 2));
}

function sendHtml(response: ServerResponse, html: string): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(html);
}

function readJson(text: string): Json {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isJson(value)) return value;
  } catch {
    // Answered below, like JSON that is not an object.
  }
  throw invalidRequest('The body must be a JSON object.');
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function apiFault(body: Json): ApiFault {
  const fault = oneIn(body, 'fault', ...apiFaultNames);
  if (!fault) throw invalidRequest('Missing: fault.', { param: 'fault' });
  return {
    fault,
    ...defined({
      when: oneIn(body, 'when', 'before', 'after'),
      method: textIn(body, 'method'),
      path: textIn(body, 'path'),
      count: numberIn(body, 'count'),
      probability: numberIn(body, 'probability'),
      delayMs: numberIn(body, 'delayMs'),
      body: textIn(body, 'body'),
    }),
  };
}

function deliveryFault(body: Json): DeliveryFault {
  const fault = oneIn(body, 'fault', 'drop', 'duplicate', 'delay', 'reorder');
  if (!fault) throw invalidRequest('Missing: fault.', { param: 'fault' });
  return {
    fault,
    ...defined({
      types: listIn(body, 'types'),
      count: numberIn(body, 'count'),
      probability: numberIn(body, 'probability'),
      delayMs: numberIn(body, 'delayMs'),
    }),
  };
}

/** Leaves out what is undefined. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const result: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined) Object.assign(result, { [name]: value });
  return result;
}

function textIn(body: Json, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || typeof value === 'string') return value;
  throw invalidRequest(`${name} must be text.`, { param: name });
}

function requiredIn(body: Json, name: string): string {
  const value = textIn(body, name);
  if (value !== undefined) return value;
  throw invalidRequest(`Missing: ${name}.`, { param: name });
}

function numberIn(body: Json, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || (typeof value === 'number' && value >= 0)) return value;
  throw invalidRequest(`${name} must be a number that is not negative.`, { param: name });
}

function listIn(body: Json, name: string): string[] | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw invalidRequest(`${name} must be a list of texts.`, { param: name });
}

function oneIn<T extends string>(body: Json, name: string, ...allowed: T[]): T | undefined {
  const value = textIn(body, name);
  if (value === undefined) return undefined;
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw invalidRequest(`${name} must be one of ${allowed.join(', ')}.`, { param: name });
}
