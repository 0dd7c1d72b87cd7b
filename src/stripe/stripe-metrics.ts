import { Counter, Gauge, Histogram } from 'prom-client';
import type { Metrics } from '../platform/metrics.js';
import type { Circuit } from './circuit.js';

/** What became of a call: OK, the code it failed with, or why it was not made. */
export type CallOutcome = string;

export interface StripeMetrics {
  called(operation: string, outcome: CallOutcome, ms: number): void;
  /** It was not made. */
  refused(operation: string, why: 'CIRCUIT_OPEN' | 'TOO_MANY'): void;
  circuit(state: Circuit['state']): void;
  load(load: { readonly underWay: number; readonly waiting: number }): void;
}

const durationBucketsSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];
const stateValues: Readonly<Record<Circuit['state'], number>> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };

export function createStripeMetrics(metrics: Metrics): StripeMetrics {
  const registers = [metrics];
  const calls = new Counter({
    name: 'stripe_calls_total',
    help: 'Calls to Stripe by operation and outcome: OK, the code of the failure, or CIRCUIT_OPEN or TOO_MANY where none was made.',
    labelNames: ['operation', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'stripe_call_duration_seconds',
    help: 'Seconds that calls to Stripe took, with the attempts that each was repeated.',
    labelNames: ['operation'],
    buckets: durationBucketsSeconds,
    registers,
  });
  const state = new Gauge({
    name: 'stripe_circuit_state',
    help: 'Whether calls to Stripe are made: 0 they are, 1 one is trying, 2 they are not.',
    registers,
  });
  const underWay = new Gauge({
    name: 'stripe_calls_under_way',
    help: 'Calls to Stripe under way.',
    registers,
  });
  const waiting = new Gauge({
    name: 'stripe_calls_waiting',
    help: 'Calls to Stripe that wait for room.',
    registers,
  });
  return {
    called: (operation, outcome, ms) => {
      calls.inc({ operation, outcome });
      durations.observe({ operation }, ms / 1_000);
    },
    refused: (operation, why) => calls.inc({ operation, outcome: why }),
    circuit: (now) => state.set(stateValues[now]),
    load: (load) => {
      underWay.set(load.underWay);
      waiting.set(load.waiting);
    },
  };
}
