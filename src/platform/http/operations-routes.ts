import { Router } from 'express';
import type { Metrics } from '../metrics.js';
import { currentRequest } from './request-scope.js';

export interface Readiness {
  readonly ok: boolean;
  /** Names of what is not ready; shown to whoever asks, so they hold no detail. */
  readonly failing: readonly string[];
}

/** For the machines that run us: is the process alive, can it serve, how is it doing. */
export function operationsRoutes(readiness: () => Promise<Readiness>, metrics: Metrics): Router {
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    const { ok, failing } = await readiness().catch((error: unknown) => {
      currentRequest()?.log.error({ err: error }, 'readiness check failed');
      return { ok: false, failing: ['readiness'] };
    });
    if (ok) res.json({ status: 'ready' });
    else res.status(503).json({ status: 'not ready', failing });
  });
  router.get('/metrics', async (_req, res) => {
    res.type(metrics.contentType).send(await metrics.metrics());
  });
  return router;
}
