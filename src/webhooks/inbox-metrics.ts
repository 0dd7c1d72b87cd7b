import { Gauge } from 'prom-client';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import type { Metrics } from '../platform/metrics.js';
import { type Backlog, type InboxStore, maxCounted } from './inbox.store.js';

const msPerSecond = 1_000;

/** How far the inbox is behind, looked up when it is asked for. While the database is gone the gauges are not a number. */
export function registerInboxMetrics(metrics: Metrics, store: InboxStore, clock: Clock, log: Log): void {
  let underWay: Promise<Backlog | null> | null = null;
  /** Gauges are collected at once, and share a look at the database. */
  const measured = (): Promise<Backlog | null> => {
    underWay ??= store
      .backlog()
      .catch((error: unknown) => {
        log.warn({ err: error }, 'the webhook backlog could not be measured');
        return null;
      })
      .finally(() => {
        underWay = null;
      });
    return underWay;
  };

  const gauge = (name: string, help: string, read: (backlog: Backlog) => number) =>
    new Gauge({
      name,
      help,
      registers: [metrics],
      async collect() {
        const backlog = await measured();
        this.set(backlog ? read(backlog) : Number.NaN);
      },
    });
  gauge(
    'webhook_events_failed',
    `Stored events that were given up and wait for somebody; ${maxCounted} and more are ${maxCounted}.`,
    ({ failed }) => failed,
  );
  gauge(
    'webhook_events_waiting',
    `Stored events that are not processed yet; ${maxCounted} and more are ${maxCounted}.`,
    ({ waiting }) => waiting,
  );
  gauge(
    'webhook_oldest_waiting_seconds',
    'How long ago the event came that has waited longest; 0 where none waits.',
    ({ oldestWaiting }) =>
      oldestWaiting ? Math.max(0, clock.now().getTime() - oldestWaiting.getTime()) / msPerSecond : 0,
  );
}
