import { type ErrorRequestHandler, type RequestHandler, type Response, Router, raw } from 'express';
import { arrivalLimit } from '../platform/http/arrival-limit.js';
import { sendError } from '../platform/http/errors.js';
import { inFlightLimit } from '../platform/http/in-flight-limit.js';
import { currentRequest } from '../platform/http/request-scope.js';
import type { Log } from '../platform/log.js';
import { errorSummary } from './error-summary.js';
import { type EventVerifier, type VerifiedEvent, WebhookRejected } from './verified-event.js';
import type { WebhookService } from './webhook.service.js';
import type { WebhookMetrics } from './webhook-metrics.js';

/** Far more than any event that Stripe sends. */
const maxBodyBytes = 512 * 1024;
/**
 * Deliveries at once, per process: those whose bodies are on their way, and those that have arrived and are not answered.
 * They are counted apart from the API's requests, so that no load there crowds Stripe out.
 */
const arrivals = { max: 400, maxPerAddress: 100 };
const maxInFlight = 200;
/** Stripe gives up on an answer after some seconds; a database that is slower than this counts as down. */
const storeTimeoutMs = 5_000;
const retryAfterSeconds = 5;

export interface WebhookRouterDeps {
  readonly verifier: EventVerifier;
  readonly webhooks: WebhookService;
  readonly metrics: WebhookMetrics;
  readonly log: Log;
}

/**
 * Takes Stripe's webhook deliveries at the path it is mounted on, ahead of any body parser. An event is answered
 * 200 once it is committed, also when it was there before; anything else makes Stripe deliver it again.
 */
export function createWebhookRouter(deps: WebhookRouterDeps): Router {
  const router = Router();
  router
    .route('/')
    .post(
      requireJson,
      arrivalLimit(arrivals),
      raw({ type: () => true, limit: maxBodyBytes, inflate: false }),
      refuseBody,
      inFlightLimit(maxInFlight),
      receive(deps),
    )
    .all((_req, res) => {
      res.set('Allow', 'POST');
      sendError(res, 405, 'BAD_REQUEST', 'Stripe posts its events here; there is nothing else.');
    });
  return router;
}

const requireJson: RequestHandler = (req, res, next) => {
  if (req.is('application/json')) next();
  else sendError(res, 400, 'BAD_REQUEST', 'Send the event as application/json.');
};

/** Of body-parser's errors: https://github.com/expressjs/body-parser#errors */
const refuseBody: ErrorRequestHandler = (error: { status?: unknown }, _req, res, next) => {
  if (error.status === 413) sendError(res, 413, 'BAD_REQUEST', `An event has at most ${maxBodyBytes} bytes.`);
  else if (typeof error.status === 'number' && error.status < 500) {
    sendError(res, 400, 'BAD_REQUEST', 'The body could not be read.');
  } else next(error);
};

function receive(deps: WebhookRouterDeps): RequestHandler {
  const { verifier, webhooks, metrics } = deps;
  return async (req, res) => {
    const log = currentRequest()?.log ?? deps.log;
    const startedMs = performance.now();
    let event: VerifiedEvent;
    try {
      event = verifier.verify(
        Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0),
        req.get('stripe-signature'),
      );
    } catch (error) {
      if (!(error instanceof WebhookRejected)) throw error;
      metrics.rejected(error.reason);
      log.warn({ reason: error.reason }, 'webhook refused');
      sendError(res, 400, 'BAD_REQUEST', error.publicMessage);
      return;
    }
    const about = { eventId: event.id, type: event.type, objectId: event.objectId };
    try {
      const receipt = await within(storeTimeoutMs, webhooks.receive(event));
      metrics.delivered(event.type, receipt);
      log.info({ ...about, outcome: receipt, ms: elapsedMs(startedMs) }, 'webhook received');
      res.status(200).json({ received: true });
    } catch (error) {
      metrics.delivered(event.type, 'UNAVAILABLE');
      log.error(
        { ...about, cause: errorSummary(error), ms: elapsedMs(startedMs) },
        'webhook could not be stored',
      );
      askForAnother(res);
    }
  };
}

function askForAnother(res: Response): void {
  res.set('Retry-After', String(retryAfterSeconds));
  sendError(res, 503, 'INTERNAL_SERVER_ERROR', 'The event could not be stored. Deliver it again.');
}

/** Rejects after `ms`. The work goes on, which does no harm: the event that is delivered again is a duplicate then. */
function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(new Error(`It took longer than ${ms} ms.`)), ms);
  work.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}

const elapsedMs = (startedMs: number): number => Math.round(performance.now() - startedMs);
