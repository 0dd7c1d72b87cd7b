import type { Sql, Statement } from '../platform/database/sql.js';
import { isLockTimeout } from '../platform/database/unavailable.js';
import { badInput, notFound } from '../platform/errors.js';

/** A calendar month in UTC, e.g. "2026-01". As text they are in their order. */
export type Month = string;

export interface JournalMonth {
  readonly month: Month;
  /** Part of the journal. Otherwise its tables are still in the schema `journal`, and nothing reads them. */
  readonly isAttached: boolean;
  /** As the database estimates them. */
  readonly operations: number;
  readonly furtherTransfers: number;
  /** Of the tables and their indexes. */
  readonly bytes: bigint;
}

interface MonthRow {
  readonly suffix: string;
  readonly is_attached: boolean;
  readonly operations: number;
  readonly further_transfers: number;
  readonly bytes: string;
}

/** The tables that are partitioned, in the order in which everybody locks them. */
const parents = ['ledger_operations', 'ledger_further_transfers'] as const;

/** Whoever waits for the journal's lock keeps all others waiting behind it. */
const lockTimeoutMs = 2_000;

const boundWait: Statement = { text: `set local lock_timeout = ${lockTimeoutMs}` };
/** As ensure_journal_month takes it: no other month comes or goes, and appending goes on. */
const lockMonths: Statement = { text: `lock table ${parents.join(', ')} in share update exclusive mode` };
/** Detaching takes this lock; it is taken before most is checked, so that it stays so. */
const lockJournal: Statement = { text: `lock table ${parents.join(', ')} in access exclusive mode` };
const readMonths: Statement = {
  text: `select right(part.relname, 7) as suffix, bool_and(i.inhrelid is not null) as is_attached,
      sum(case when part.relname like 'ledger_operations_%' then known.rows else 0 end)::float8 as operations,
      sum(case when part.relname like 'ledger_operations_%' then 0 else known.rows end)::float8 as further_transfers,
      sum(pg_total_relation_size(part.oid))::text as bytes
    from pg_class part
      join pg_namespace n on n.oid = part.relnamespace and n.nspname = 'journal'
      left join pg_inherits i on i.inhrelid = part.oid
      left join pg_stat_all_tables s on s.relid = part.oid
      cross join lateral (select greatest(part.reltuples, s.n_live_tup, 0) as rows) known
    where part.relkind = 'r' and part.relname ~ '^ledger_(operations|further_transfers)_\\d{4}_\\d{2}$'
    group by suffix order by suffix`,
};
const readUnbooked: Statement = {
  text: 'select 1 from credit_balances where next_change_at < $1 limit 1',
};
const readUnsettledRefunds: Statement = {
  text: `select 1 from refunds where created_at < $1 and status not in ('SUCCEEDED', 'FAILED', 'CANCELED') limit 1`,
};

/** So that nothing is summed up meanwhile. */
const lockSums: Statement = { text: 'lock table usage_marks in exclusive mode' };
/**
 * Accounts with usage in a month that was detached before it was summed up: their sums are made anew, from there on. What
 * is summed up is so from an account's first operation on, so one sum of that time tells that the month is in it.
 */
const forgetSumsWithout = (month: Month): Statement => ({
  text: `with unsummed as materialized (
      select distinct account_id from ${partOf('ledger_operations', month)} o
      where type = 'USAGE' and not exists (
        select from usage_hours h where h.account_id = o.account_id and h.first_booked_at < $1)
    ), forgotten as (
      delete from usage_hours h using unsummed u where h.account_id = u.account_id
    )
    delete from usage_marks m using unsummed u where m.account_id = u.account_id`,
});

/** Only accounts whose mark is before that time are looked at closely. */
const readUnsummed: Statement = {
  text: `select 1 from credit_balances b
      left join usage_marks m on m.account_id = b.account_id
      cross join lateral (select coalesce(m.through_at, '-infinity') as at, coalesce(m.through_seq, 0) as seq) mark
    where mark.at < $1 and b.last_seq > mark.seq and exists (
      select from ledger_operations o
      where o.account_id = b.account_id and o.created_at >= mark.at and o.created_at < $1
        and (o.created_at, o.seq) > (mark.at, mark.seq))
    limit 1`,
};

/** The journal's months as the database keeps them: which there are, and which of them belong to the journal. */
export class JournalMonthsStore {
  /** Oldest first. */
  async list(sql: Sql): Promise<JournalMonth[]> {
    const rows = await sql.query<MonthRow>(readMonths, []);
    return rows.map((row) => ({
      month: row.suffix.replace('_', '-'),
      isAttached: row.is_attached,
      operations: row.operations,
      furtherTransfers: row.further_transfers,
      bytes: BigInt(row.bytes),
    }));
  }

  /**
   * Takes the oldest month out of the journal, in the transaction of `sql`. Its tables stay, to be archived and dropped.
   * @throws DomainError NOT_FOUND; BAD_USER_INPUT where it must stay, or something reads the journal for too long
   */
  async detach(sql: Sql, month: Month, now: Date): Promise<void> {
    await lock(sql, lockMonths);
    const isOld = month < monthBefore(now);
    const end = startOf(nextMonth(month));
    // It looks at every account, while which nobody should wait; in a month that is long over nothing more is used.
    const isUnsummed = isOld && (await sql.query(readUnsummed, [end])).length > 0;
    await lock(sql, lockJournal);
    const attached = (await this.list(sql)).filter(({ isAttached }) => isAttached);
    const [oldest] = attached;
    if (!attached.some((known) => known.month === month)) throw notFound(`Attached month ${month}`);
    if (!isOld) throw badInput('The current month and the one before it stay attached.');
    if (oldest && oldest.month !== month)
      throw badInput(`Only the oldest attached month can be detached: ${oldest.month}.`);
    if (attached.length === 1) throw badInput('The last month that is attached stays attached.');
    if ((await sql.query(readUnbooked, [end])).length > 0)
      throw badInput(
        'Something fell due in that month or before it and is not booked yet. Let the server run.',
      );
    if ((await sql.query(readUnsettledRefunds, [end])).length > 0)
      throw badInput(
        'A refund of that time or before it is under way: should it fail, its operation is needed.',
      );
    if (isUnsummed)
      throw badInput('Usage of that month or before it is not summed up yet. Let the server run.');
    for (const parent of parents)
      await sql.query({ text: `alter table ${parent} detach partition ${partOf(parent, month)}` }, []);
  }

  /**
   * Makes the month that was detached last part of the journal again, in the transaction of `sql`.
   * @throws DomainError NOT_FOUND; BAD_USER_INPUT where another comes first, or the journal is being changed
   */
  async attach(sql: Sql, month: Month): Promise<void> {
    await lock(sql, lockMonths);
    await lock(sql, lockSums);
    const detached = (await this.list(sql)).filter(({ isAttached }) => !isAttached);
    const newest = detached.at(-1);
    if (!detached.some((known) => known.month === month)) throw notFound(`Detached month ${month}`);
    if (newest && newest.month !== month)
      throw badInput(`Only the month that was detached last can be attached: ${newest.month}.`);
    const end = startOf(nextMonth(month));
    await sql.query(forgetSumsWithout(month), [end]);
    const range = `from ('${startOf(month)}') to ('${end}')`;
    for (const parent of parents) {
      const text = `alter table ${parent} attach partition ${partOf(parent, month)} for values ${range}`;
      await sql.query({ text }, []);
    }
  }
}

async function lock(sql: Sql, statement: Statement): Promise<void> {
  await sql.query(boundWait, []);
  try {
    await sql.query(statement, []);
  } catch (error) {
    if (isLockTimeout(error))
      throw badInput(
        'Something reads or changes the journal for longer, such as an audit. Try again after it.',
      );
    throw error;
  }
}

/** Months are digits and a hyphen, see `Month`; callers check what people type. */
const partOf = (parent: string, month: Month): string => `journal.${parent}_${month.replace('-', '_')}`;
const startOf = (month: Month): string => `${month}-01 00:00:00+00`;

/** The first instant after it. */
export const endOf = (month: Month): Date => new Date(`${nextMonth(month)}-01T00:00:00Z`);

function nextMonth(month: Month): Month {
  const start = new Date(`${month}-01T00:00:00Z`);
  start.setUTCMonth(start.getUTCMonth() + 1);
  return monthOf(start);
}

function monthBefore(now: Date): Month {
  return monthOf(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1)));
}

const monthOf = (at: Date): Month => at.toISOString().slice(0, 'yyyy-mm'.length);
