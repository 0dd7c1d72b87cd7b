import { maxTokens } from '../rates/limits.js';
import { maxSeriesNameChars } from './limits.js';

/** When usage happened, of a row of the journal. */
export const usedAt = 'coalesce(occurred_at, created_at)';

/**
 * The gateway may put what it likes into metadata: what is no name is unknown, what is no number counts as 0, of what is a
 * fraction the whole part counts.
 */
const name = (key: string) => `case when jsonb_typeof(said -> '${key}') = 'string'
  and length(said ->> '${key}') <= ${maxSeriesNameChars} then said ->> '${key}' else '' end`;
const tokens = (key: string) => `case when jsonb_typeof(said -> '${key}') = 'number'
  then trunc(least(greatest((said -> '${key}')::numeric, 0), ${maxTokens})) else 0 end`;

/**
 * SQL for the usage among rows of the journal, one row for each. Metadata is parsed once, which is most of the work;
 * `offset 0` sees to that. It cannot fail: whatever came as a request's JSON, without NUL characters, is jsonb as well.
 * @param rows `from` and `where` of the rows
 */
export const usageAmong = (rows: string): string => `
  select account_id, seq, created_at, used_at, ${name('provider')} as provider, ${name('model')} as model, credits,
    1 as calls, ${tokens('inputTokens')} as input_tokens, ${tokens('outputTokens')} as output_tokens
  from (
    select account_id, seq, created_at, ${usedAt} as used_at, -credits as credits, metadata::jsonb as said
    ${rows} and type = 'USAGE' offset 0) used`;

/** SQL for the sums by account, hour, provider and model of rows of `usageAmong`. */
export const usageByHour = (rows: string): string => `
  select account_id, date_trunc('hour', used_at, 'UTC') as hour, provider, model, sum(credits) as credits,
    sum(calls) as calls, sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens,
    min(created_at) as first_booked_at, max(created_at) as last_booked_at
  from (${rows}) used group by 1, 2, 3, 4`;
