import { errorCodeOf } from '../platform/database/error-code.js';
import { type Sql, type Statement, sqlOf } from '../platform/database/sql.js';
import { badInput } from '../platform/errors.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { maxTokens } from '../rates/limits.js';
import {
  maxSeriesMs,
  maxSeriesNameChars,
  maxSeriesPoints,
  maxUsageAgeDays,
  maxUsageLeadSeconds,
} from './limits.js';
import {
  type Grouping,
  safeSum,
  type TimeDimension,
  tooManyPoints,
  type UsagePoint,
} from './usage-series.js';

export interface UsageQuery {
  readonly accountId: string;
  readonly from: Date;
  readonly to: Date;
  readonly grouping: Grouping;
}

interface PointRow {
  readonly start: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly credits: string;
  readonly calls: string;
  readonly input_tokens: string;
  readonly output_tokens: string;
}

/** PostgreSQL: query_canceled, here by the timeout. */
const canceledSqlState = '57014';

/**
 * Counting takes one process of the database, for so long and no longer. Groups are few compared to rows, which
 * the planner does not know: it would sort the rows. To compile the statement takes longer than it saves.
 */
const restrain: Statement = {
  name: 'restrain_usage_series',
  text: `select set_config('statement_timeout', '${maxSeriesMs}', true),
    set_config('max_parallel_workers_per_gather', '0', true),
    set_config('enable_sort', 'off', true), set_config('jit', 'off', true)`,
};

const hoursPerDay = 24;
/** Usage may be booked some time after its age was looked at, or by a clock that is ahead. */
const bookingDelayHours = 1;
const earliestBooking = `$2::timestamptz - interval '${maxUsageLeadSeconds} seconds'`;
const latestBooking = `$3::timestamptz + interval '${maxUsageAgeDays * hoursPerDay + bookingDelayHours} hours'`;

/** The gateway may put what it likes into metadata: what is no name is unknown, what is no number counts as 0. */
const name = (key: string) => `case when jsonb_typeof(said -> '${key}') = 'string'
  and length(said ->> '${key}') <= ${maxSeriesNameChars} then said ->> '${key}' end`;
const tokens = (key: string) => `trunc(coalesce(sum(case when jsonb_typeof(said -> '${key}') = 'number'
  then least(greatest((said -> '${key}')::numeric, 0), ${maxTokens}) end), 0))::text`;

/**
 * Reads the account's journal of the months in which usage of that time can have been booked. Metadata is parsed
 * once for each row, which is most of the work; `offset 0` sees to that. It cannot fail: whatever came as a
 * request's JSON, without NUL characters, is jsonb as well.
 */
const seriesStatement = ({ time, byProvider, byModel }: Grouping): Statement => ({
  name: `read_usage_series_${time ?? 'ALL'}_${byProvider}_${byModel}`,
  text: `select start at time zone 'UTC' as start,
      ${byProvider ? name('provider') : 'null'} as provider, ${byModel ? name('model') : 'null'} as model,
      (-sum(credits))::text as credits, count(*) as calls,
      ${tokens('inputTokens')} as input_tokens, ${tokens('outputTokens')} as output_tokens
    from (
      select ${time === null ? 'null::timestamp' : startIn(time)} as start, credits, metadata::jsonb as said
      from ledger_operations
      where account_id = $1 and type = 'USAGE'
        and created_at >= ${earliestBooking} and created_at < ${latestBooking}
        and coalesce(occurred_at, created_at) >= $2 and coalesce(occurred_at, created_at) < $3
      offset 0) used
    group by 1, 2, 3
    limit ${maxSeriesPoints + 1}`,
});

const startIn = (time: TimeDimension) =>
  `date_trunc('${time}', coalesce(occurred_at, created_at) at time zone 'UTC')`;

/** Sums up what an account used. */
export class UsageSeriesStore {
  constructor(private readonly uow: UnitOfWork) {}

  /** In no order. @throws DomainError BAD_USER_INPUT for too many points, and for what takes too long to count */
  async points(query: UsageQuery): Promise<UsagePoint[]> {
    const rows = await this.#rows(query);
    if (rows.length > maxSeriesPoints) throw tooManyPoints();
    return rows.map(toPoint);
  }

  async #rows({ accountId, from, to, grouping }: UsageQuery): Promise<PointRow[]> {
    try {
      return await this.uow.snapshot(async (em) => {
        const sql: Sql = sqlOf(em);
        await sql.query(restrain, []);
        const values = [accountId, from.toISOString(), to.toISOString()];
        return sql.query<PointRow>(seriesStatement(grouping), values);
      });
    } catch (error) {
      if (errorCodeOf(error) === canceledSqlState) throw tooSlow();
      throw error;
    }
  }
}

const tooSlow = () => badInput(`That usage cannot be summed up within ${maxSeriesMs} ms. Ask for less time.`);

const toPoint = (row: PointRow): UsagePoint => ({
  start: row.start === null ? null : new Date(row.start),
  provider: row.provider,
  model: row.model,
  credits: BigInt(row.credits),
  calls: BigInt(row.calls),
  inputTokens: safeSum(BigInt(row.input_tokens)),
  outputTokens: safeSum(BigInt(row.output_tokens)),
});
