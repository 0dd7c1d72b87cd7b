import { Counter } from 'prom-client';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import { type BudgetName, budgetNames, type RateBudgets } from './budgets.js';
import { RateLimiter, type Standing } from './rate-limiter.js';
import type { Leases } from './rate-window.store.js';

export interface RateLimitsOptions {
  readonly budgets: RateBudgets;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** All budgets of this server. */
export class RateLimits {
  readonly #limiters = new Map<BudgetName, RateLimiter>();
  readonly #refusals: Counter;

  constructor({ budgets, leases, clock, log, metrics }: RateLimitsOptions) {
    this.#refusals = new Counter({
      name: 'rate_limit_refusals_total',
      help: 'Requests refused because an API key or an address had used up its budget, by budget.',
      labelNames: ['budget'],
      registers: [metrics],
    });
    const failures = new Counter({
      name: 'rate_limit_lease_failures_total',
      help: 'Leases that the database did not answer, so that this process counted alone, by budget.',
      labelNames: ['budget'],
      registers: [metrics],
    });
    for (const budget of budgetNames) {
      const limit = budgets[budget];
      if (limit === 0) continue;
      const onLeaseFailure = (error: unknown) => {
        failures.inc({ budget });
        log.warn({ budget, err: error }, 'rate limit counted by this process alone');
      };
      this.#limiters.set(budget, new RateLimiter({ budget, limit, leases, clock, onLeaseFailure }));
    }
  }

  /** Counts one request of `subject` against a budget; null where that has no limit. */
  async take(budget: BudgetName, subject: string): Promise<Standing | null> {
    const limiter = this.#limiters.get(budget);
    if (!limiter) return null;
    const standing = await limiter.take(subject);
    if (!standing.allowed) this.#refusals.inc({ budget });
    return standing;
  }

  /** Where a subject stands that is known to have used a budget up; it is refused without counting. */
  exhausted(budget: BudgetName, subject: string): Standing | null {
    return this.#limiters.get(budget)?.exhausted(subject) ?? null;
  }

  /** Notes a refusal that `exhausted` led to. */
  refused({ budget }: Standing): void {
    this.#refusals.inc({ budget });
  }
}
