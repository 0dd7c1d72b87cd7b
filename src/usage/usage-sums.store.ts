import type { Sql, Statement } from '../platform/database/sql.js';
import { usageAmong, usageByHour } from './used.js';

/** Which accounts have something to be summed up. */
export interface Lag {
  /** So many operations after the mark; null: however many there are, they alone do not count. */
  readonly minOperations: bigint | null;
  /** Or any at all, where the mark is older than this. */
  readonly markedBefore: Date;
}

const readLagging: Statement = {
  name: 'read_accounts_to_sum',
  text: `select b.account_id from credit_balances b left join usage_marks m on m.account_id = b.account_id
    where b.last_seq > coalesce(m.through_seq, 0)
      and (b.last_seq - coalesce(m.through_seq, 0) >= $1 or coalesce(m.through_at, '-infinity') < $2)
    order by b.last_seq - coalesce(m.through_seq, 0) desc, b.account_id limit $3`,
};
/** What comes next is where the index goes on: without statistics the planner would read and sort all the rest each time. */
const restrain: Statement = {
  name: 'restrain_summing_usage',
  text: `select set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true),
    set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)`,
};
const insertMark: Statement = {
  name: 'insert_usage_mark',
  text: `insert into usage_marks (account_id, through_at, through_seq) values ($1, '-infinity', 0)
    on conflict (account_id) do nothing`,
};
const lockMark: Statement = {
  name: 'lock_usage_mark',
  text: 'select through_at::text as at, through_seq as seq from usage_marks where account_id = $1 for update',
};
/**
 * The mark moves with the sums, and past operations that are no usage as well. Where the rest is in months that were
 * detached before it was summed up, its number goes past that, so that nobody looks for it again and again.
 */
const sumNext: Statement = {
  name: 'sum_next_usage',
  text: `with next as materialized (
      select account_id, seq, created_at, occurred_at, type, credits, metadata from ledger_operations
      where account_id = $1 and created_at >= $2 and (created_at, seq) > ($2::timestamptz, $3::bigint)
      order by created_at, seq limit $4
    ), summed as (
      insert into usage_hours as known (account_id, hour, provider, model, credits, calls, input_tokens,
        output_tokens, first_booked_at, last_booked_at)
      ${usageByHour(usageAmong('from next where true'))}
      on conflict (account_id, hour, provider, model) do update set
        credits = known.credits + excluded.credits, calls = known.calls + excluded.calls,
        input_tokens = known.input_tokens + excluded.input_tokens,
        output_tokens = known.output_tokens + excluded.output_tokens,
        first_booked_at = least(known.first_booked_at, excluded.first_booked_at),
        last_booked_at = greatest(known.last_booked_at, excluded.last_booked_at)
    ), marked as (
      update usage_marks set (through_at, through_seq) =
        (select created_at, seq from next order by created_at desc, seq desc limit 1)
      where account_id = $1 and exists (select from next)
    ), passed as (
      update usage_marks m set through_seq = b.last_seq from credit_balances b
      where m.account_id = $1 and b.account_id = $1 and b.last_seq > m.through_seq and not exists (select from next)
    )
    select count(*) as operations from next`,
};

interface MarkRow {
  readonly at: string;
  readonly seq: string;
}

/** Sums up the journal's usage by the hour. */
export class UsageSumsStore {
  /** Those with most to be summed up first. */
  async lagging(sql: Sql, { minOperations, markedBefore }: Lag, limit: number): Promise<string[]> {
    const values = [minOperations, markedBefore.toISOString(), limit];
    const rows = await sql.query<{ account_id: string }>(readLagging, values);
    return rows.map(({ account_id }) => account_id);
  }

  /** Sums up an account's next operations, in the transaction of `sql`. Returns how many they were: fewer than `limit` at the end. */
  async sumNext(sql: Sql, accountId: string, limit: number): Promise<number> {
    await sql.query(restrain, []);
    await sql.query(insertMark, [accountId]);
    const [mark] = await sql.query<MarkRow>(lockMark, [accountId]);
    if (!mark) return 0;
    const [row] = await sql.query<{ operations: string }>(sumNext, [accountId, mark.at, mark.seq, limit]);
    return Number(row?.operations ?? 0);
  }
}
