import { errorCodeOf } from '../platform/database/error-code.js';
import { type Sql, type Statement, sqlOf } from '../platform/database/sql.js';
import { badInput } from '../platform/errors.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { maxSeriesMs, maxSeriesPoints, maxUsageLeadSeconds } from './limits.js';
import { type Grouping, safeSum, splitByHour, tooManyPoints, type UsagePoint } from './usage-series.js';
import { usageAmong, usedAt } from './used.js';

export interface UsageQuery {
  readonly accountId: string;
  readonly from: Date;
  readonly to: Date;
  readonly grouping: Grouping;
}

interface MarkRow {
  readonly at: string;
  readonly seq: string;
}

interface PointRow {
  readonly start: string | null;
  readonly provider: string;
  readonly model: string;
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
const readMark: Statement = {
  name: 'read_usage_mark',
  text: 'select through_at::text as at, through_seq as seq from usage_marks where account_id = $1',
};

const mark = '($4::timestamptz, $5::bigint)';
const earliestBooking = `$2::timestamptz - interval '${maxUsageLeadSeconds} seconds'`;

const columns = 'used_at, provider, model, credits, calls, input_tokens, output_tokens';
const wholeHours = `select hour as ${columns} from usage_hours
  where account_id = $1 and hour >= $6::timestamptz and hour < $7::timestamptz`;
/** However late it was booked: an account goes by the clock that was ahead, also where it was far ahead. */
const notSummedUp = `select ${columns} from (${usageAmong(`
  from ledger_operations
  where account_id = $1 and created_at >= $4 and (created_at, seq) > ${mark}
    and created_at >= ${earliestBooking}
    and ${usedAt} >= $2 and ${usedAt} < $3`)}) counted`;
/** The sums of an hour tell from when to when its usage was booked. */
const partsOfHours = `select ${columns}
  from (
    select hour, min(first_booked_at) as first_booked_at, max(last_booked_at) as last_booked_at from usage_hours
    where account_id = $1 and hour = any($8::timestamptz[]) group by hour) part
  cross join lateral (${usageAmong(`
    from ledger_operations
    where account_id = $1 and created_at >= part.first_booked_at and created_at <= part.last_booked_at
      and (created_at, seq) <= ${mark} and ${usedAt} >= greatest($2, part.hour)
      and ${usedAt} < least($3, part.hour + interval '1 hour')`)}) counted`;

/**
 * Whole hours come from their sums. What those do not tell is counted in the journal: what is not summed up yet, and the
 * hours at both ends of which only a part is asked for.
 */
const seriesStatement = ({ time, byProvider, byModel }: Grouping): Statement => ({
  name: `read_usage_series_${time ?? 'ALL'}_${byProvider}_${byModel}`,
  text: `select ${time === null ? 'null::timestamptz' : `date_trunc('${time}', used_at, 'UTC')`} as start,
      ${byProvider ? 'provider' : "''"} as provider, ${byModel ? 'model' : "''"} as model,
      sum(credits)::text as credits, sum(calls)::text as calls,
      sum(input_tokens)::text as input_tokens, sum(output_tokens)::text as output_tokens
    from (${wholeHours} union all ${notSummedUp} union all ${partsOfHours}) used
    group by 1, 2, 3
    limit ${maxSeriesPoints + 1}`,
});

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
    const { whole, parts } = splitByHour(from, to);
    const texts = (...instants: readonly Date[]) => instants.map((instant) => instant.toISOString());
    try {
      return await this.uow.snapshot(async (em) => {
        const sql: Sql = sqlOf(em);
        await sql.query(restrain, []);
        const [mark] = await sql.query<MarkRow>(readMark, [accountId]);
        return sql.query<PointRow>(seriesStatement(grouping), [
          accountId,
          ...texts(from, to),
          mark?.at ?? '-infinity',
          mark?.seq ?? 0,
          ...texts(whole.from, whole.to),
          texts(...parts),
        ]);
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
  provider: row.provider || null,
  model: row.model || null,
  credits: BigInt(row.credits),
  calls: BigInt(row.calls),
  inputTokens: safeSum(BigInt(row.input_tokens)),
  outputTokens: safeSum(BigInt(row.output_tokens)),
});
