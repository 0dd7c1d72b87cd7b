import { Counter, Gauge } from 'prom-client';
import type { Clock } from '../platform/clock.js';
import type { Metrics } from '../platform/metrics.js';
import type { Healed } from './report.js';
import type { Reports } from './reports.js';

export interface ReconciliationMetrics {
  healed(counts: Healed): void;
}

/** The gauges say what the database says, so that it does not matter in which process the last run was. */
export function createReconciliationMetrics(
  metrics: Metrics,
  reports: Reports,
  clock: Clock,
): ReconciliationMetrics {
  const registers = [metrics];
  // Where the database is down, the other metrics are worth having all the same.
  const last = () => reports.lastCompared().catch(() => null);
  new Gauge({
    name: 'reconciliation_age_seconds',
    help: 'How long ago the last reconciliation ended that was not broken off; NaN where there was none.',
    registers,
    async collect() {
      const finishedAt = (await last())?.finishedAt;
      this.set(finishedAt ? (clock.now().getTime() - finishedAt.getTime()) / 1_000 : Number.NaN);
    },
  });
  new Gauge({
    name: 'reconciliation_differences',
    help: 'Differences between our books and those of Stripe that it left; NaN where there was none.',
    registers,
    async collect() {
      this.set((await last())?.differencesLeft ?? Number.NaN);
    },
  });
  const healed = new Counter({
    name: 'reconciliation_healed_total',
    help: 'What reconciliations in this process put right, by what it was.',
    labelNames: ['what'],
    registers,
  });
  return {
    healed({ eventsStored, paymentsHealed, refundsHealed, disputesHealed, differencesHealed }) {
      healed.inc({ what: 'event' }, eventsStored);
      healed.inc({ what: 'open_payment' }, paymentsHealed);
      healed.inc({ what: 'open_refund' }, refundsHealed);
      healed.inc({ what: 'open_dispute' }, disputesHealed);
      healed.inc({ what: 'difference' }, differencesHealed);
    },
  };
}
