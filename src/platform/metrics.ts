import { collectDefaultMetrics, Registry } from 'prom-client';

/** Where every room registers its counters. One per app, so that two apps in a process do not collide. */
export type Metrics = Registry;

/** `processMetrics` adds memory, CPU, event loop and garbage collection; they hold timers, so tests go without. */
export function createMetrics(options: { readonly processMetrics: boolean }): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  return registry;
}
