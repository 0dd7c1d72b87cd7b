import type { Sql } from '../database/sql.js';
import { type BudgetName, windowSeconds } from './budgets.js';

export interface LeaseRequest {
  readonly budget: BudgetName;
  /** An API key's id, or a client's address. */
  readonly subject: string;
  /** The window that it is by this process's clock. */
  readonly startsAt: Date;
  /** How many requests this process would like to let through. */
  readonly wanted: number;
  /** How many all processes together may let through in a window. */
  readonly limit: number;
}

export interface Lease {
  /** At most what was wanted; 0 when the window has nothing left. */
  readonly granted: number;
  /** What all processes were granted in this window, this lease included. */
  readonly used: number;
}

export interface Leases {
  lease(request: LeaseRequest): Promise<Lease>;
}

/**
 * A row holds the latest window that any process's clock has reached. A process whose clock is behind by less than a
 * window takes from that one, so that the limit of a window holds whatever the clocks say; what lies further ahead
 * comes from a clock that was wrong, and begins anew.
 */
const lease = {
  name: 'lease_rate_limit',
  text: `insert into rate_limit_windows as w (budget, subject, starts_at, used, leased)
    values ($1, $2, $3, least($4::int, $5::int), least($4::int, $5::int))
    on conflict (budget, subject) do update set (starts_at, used, leased) = (
      select starts_at, used + least($4::int, greatest($5::int - used, 0)), least($4::int, greatest($5::int - used, 0))
        from (
          select case when kept then w.starts_at else excluded.starts_at end as starts_at,
                 case when kept then w.used else 0 end as used
            from (
              select w.starts_at between excluded.starts_at and excluded.starts_at + make_interval(secs => $6) as kept
            ) as window_now
        ) as before
    )
    returning used, leased`,
};

const purge = {
  name: 'purge_rate_limits',
  text: 'delete from rate_limit_windows where starts_at < $1',
};

export class RateWindowStore implements Leases {
  constructor(private readonly sql: Sql) {}

  /** Takes up to `wanted` requests out of the window, in one statement and so as if no two came at once. */
  async lease({ budget, subject, startsAt, wanted, limit }: LeaseRequest): Promise<Lease> {
    const [row] = await this.sql.query<{ used: number; leased: number }>(lease, [
      budget,
      subject,
      startsAt,
      wanted,
      limit,
      windowSeconds,
    ]);
    if (!row) throw new Error('A lease was neither inserted nor updated.');
    return { granted: row.leased, used: row.used };
  }

  /** Forgets windows that began before `before`. */
  async purge(before: Date): Promise<void> {
    await this.sql.query(purge, [before]);
  }
}
