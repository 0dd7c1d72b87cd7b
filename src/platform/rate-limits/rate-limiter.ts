import type { Clock } from '../clock.js';
import { type BudgetName, leaseSizeOf, windowMs, windowStartOf } from './budgets.js';
import type { Lease, Leases } from './rate-window.store.js';

/** Keys and addresses that are remembered in a window; beyond it all are asked for anew, which loses what was unspent. */
const maxSubjects = 50_000;
/** A database that takes longer does not hold requests up: this process then counts alone. */
const leaseTimeoutMs = 1_000;

/** Where somebody stands in the present window. */
export interface Standing {
  readonly budget: BudgetName;
  readonly limit: number;
  /** Whether the request may go on. */
  readonly allowed: boolean;
  /** How many more there may be, over all processes, as far as this one knows. */
  readonly remaining: number;
  /** Seconds until the window ends, at least 1. */
  readonly resetSeconds: number;
}

export interface RateLimiterOptions {
  readonly budget: BudgetName;
  /** Requests of one subject in a window, over all processes; at least 1. */
  readonly limit: number;
  readonly leases: Leases;
  readonly clock: Clock;
  /** Told when the database granted no lease because it did not answer. */
  readonly onLeaseFailure: (error: unknown) => void;
}

/** What this process holds of one subject's window. */
interface Share {
  /** Leased and not spent. */
  left: number;
  /** All that was ever leased here in this window. */
  leased: number;
  /** What all processes have leased, as of the last lease. */
  used: number;
  /** The window has nothing more to lease. */
  exhausted: boolean;
  waiting: number;
  leasing: Promise<void> | null;
}

/**
 * Counts requests against one budget. The limit is kept in PostgreSQL for all processes; each takes leases out of it and
 * spends them in memory, so that one request in many asks the database, and none once the window is used up.
 *
 * All processes together let at most `limit` requests of a subject through in a window. They may let fewer through:
 * each but the last may hold a lease that it has not spent, so with p processes up to (p − 1) × (lease − 1) fewer.
 * Where the database does not answer, each process keeps to the limit by itself.
 */
export class RateLimiter {
  #window = Number.NEGATIVE_INFINITY;
  #shares = new Map<string, Share>();

  constructor(private readonly options: RateLimiterOptions) {}

  /** Counts one request of `subject`, if it may go on. */
  async take(subject: string): Promise<Standing> {
    const share = this.#shareOf(subject);
    while (share.left === 0 && !share.exhausted) await this.#lease(subject, share);
    const allowed = share.left > 0;
    if (allowed) share.left -= 1;
    return this.#standing(share, allowed);
  }

  /** Where a subject stands that may not go on, as far as this process knows; counts nothing and asks nobody. */
  exhausted(subject: string): Standing | null {
    if (this.#shares.size === 0) return null;
    const share = this.#sharesNow().get(subject);
    return share?.exhausted && share.left === 0 ? this.#standing(share, false) : null;
  }

  #standing(share: Share, allowed: boolean): Standing {
    const { budget, limit, clock } = this.options;
    const remaining = Math.max(0, limit - share.used) + share.left;
    const resetSeconds = Math.max(1, Math.ceil((this.#window + windowMs - clock.now().getTime()) / 1_000));
    return { budget, limit, allowed, remaining, resetSeconds };
  }

  #shareOf(subject: string): Share {
    const shares = this.#sharesNow();
    const known = shares.get(subject);
    if (known) return known;
    if (shares.size >= maxSubjects) shares.clear();
    const share: Share = { left: 0, leased: 0, used: 0, exhausted: false, waiting: 0, leasing: null };
    shares.set(subject, share);
    return share;
  }

  /** What is left of an earlier window is worth nothing in this one. */
  #sharesNow(): Map<string, Share> {
    const window = windowStartOf(this.options.clock.now()).getTime();
    if (window !== this.#window) {
      this.#window = window;
      this.#shares = new Map();
    }
    return this.#shares;
  }

  /** Requests that wait for a lease share it; if it is too small for them, the next one is as large as they are many. */
  async #lease(subject: string, share: Share): Promise<void> {
    share.waiting += 1;
    share.leasing ??= this.#ask(subject, share).finally(() => {
      share.leasing = null;
    });
    await share.leasing;
    share.waiting -= 1;
  }

  async #ask(subject: string, share: Share): Promise<void> {
    const { budget, limit, leases } = this.options;
    // Until all that found the last lease spent wait for this one.
    await null;
    const wanted = Math.max(leaseSizeOf(limit), share.waiting);
    const startsAt = new Date(this.#window);
    let lease: Lease;
    try {
      lease = await inTime(leases.lease({ budget, subject, startsAt, wanted, limit }));
    } catch (error) {
      this.options.onLeaseFailure(error);
      lease = leaseOfOwn(share, wanted, limit);
    }
    share.left += lease.granted;
    share.leased += lease.granted;
    share.used = lease.used;
    share.exhausted = lease.used >= limit;
  }
}

/** Without the database: never more than the limit in this process. */
function leaseOfOwn({ leased }: Share, wanted: number, limit: number): Lease {
  const granted = Math.max(0, Math.min(wanted, limit - leased));
  return { granted, used: leased + granted };
}

/** Rejects after `leaseTimeoutMs`. A lease that comes later still counts as used: that errs on the safe side. */
function inTime(lease: Promise<Lease>): Promise<Lease> {
  const { promise, resolve, reject } = Promise.withResolvers<Lease>();
  const timer = setTimeout(
    () => reject(new Error(`No lease came within ${leaseTimeoutMs} ms.`)),
    leaseTimeoutMs,
  );
  lease.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}
