import type { Task } from 'graphile-worker';
import { z } from 'zod';
import type { Reconciler } from './reconciler.js';
import type { Origin } from './reports.js';
import { reconcileTask } from './request-reconciliation.js';

/** Every hour, in crontab syntax; not on the hour, when everybody calls Stripe. */
export const reconcileSchedule = `17 * * * * ${reconcileTask} ?max=3`;

/** The schedule adds something of its own to the payload; requests name who asked. */
const payloadSchema = z.object({ requestedBy: z.uuid().nullish() });

/** A run that is broken off is a FAILED report, not a failed job: the next hour's run makes up for it. */
export const reconcileJob =
  (reconciler: Reconciler): Task =>
  async (payload, { logger, abortSignal }) => {
    const { ran, report } = await reconciler.run(originOf(payload), abortSignal);
    logger.info(ran ? `Reconciliation ${report?.id} ended: ${report?.status}.` : 'Another one is running.');
  };

function originOf(payload: unknown): Origin {
  const { requestedBy } = payloadSchema.parse(payload ?? {});
  return requestedBy ? { trigger: 'ADMIN', requestedBy } : { trigger: 'SCHEDULE', requestedBy: null };
}
