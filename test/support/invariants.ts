import { deepStrictEqual } from 'node:assert/strict';
import type { TestDatabase } from './database.js';

/**
 * What must be true of all accounts at any moment between two transactions, each as a query for the rows that
 * break it. Amounts are micro-credits or minor units.
 */
const breaches: Readonly<Record<string, string>> = {
  'balances are what the transfers of the journal come to': `
    with moved as (
      select account_id, ${net('available')} as available, ${net('held')} as held, -${net('debt')} as owed
      from ledger_transfers group by account_id
    )
    select account_id, b.available, b.held, b.owed, m.available, m.held, m.owed
    from credit_balances b full join moved m using (account_id)
    where b.account_id is null
      or (b.available, b.held, b.owed)
        is distinct from (coalesce(m.available, 0), coalesce(m.held, 0), coalesce(m.owed, 0))`,

  'what was issued and not used up is what is there': `
    select account_id, b.available, b.held, b.owed
    from credit_balances b join ledger_transfers t using (account_id)
    group by account_id, b.available, b.held, b.owed
    having -${net('issued')} - ${net('consumed')} - ${net('refunded')} - ${net('disputed')} - ${net('charged_back')} - ${net('expired')} - ${net('scheduled')}
      <> b.available + b.held - b.owed`,

  'operations carry the running balance, and their credits are its change': `
    with moved as (
      select account_id, operation_seq as seq,
        ${net('available')} as available, ${net('held')} as held, -${net('debt')} as owed
      from ledger_transfers group by account_id, operation_seq
    ), running as (
      select o.*, lag(available_after, 1, 0::bigint) over w as available_before,
        lag(held_after, 1, 0::bigint) over w as held_before, lag(owed_after, 1, 0::bigint) over w as owed_before
      from ledger_operations o window w as (partition by account_id order by seq)
    )
    select account_id, seq, r.type, r.credits
    from running r left join moved m using (account_id, seq)
    where available_after <> available_before + coalesce(m.available, 0)
      or held_after <> held_before + coalesce(m.held, 0)
      or owed_after <> owed_before + coalesce(m.owed, 0)
      or r.credits <> available_after + held_after - owed_after - (available_before + held_before - owed_before)`,

  'operations follow each other in time as in number': `
    select account_id, seq, created_at, before
    from (
      select account_id, seq, created_at, lag(created_at) over (partition by account_id order by seq) as before
      from ledger_operations
    ) as o
    where created_at < before`,

  'operations are numbered without gaps, up to the last one that the balance knows': `
    select account_id, b.last_seq, count(o.seq), max(o.seq)
    from credit_balances b left join ledger_operations o using (account_id)
    group by account_id, b.last_seq
    having b.last_seq <> count(o.seq) or b.last_seq <> coalesce(max(o.seq), 0) or min(o.seq) <> 1`,

  'operations have the hash of what they say and of the one before, the newest one in the balance as well': `
    with moved as (
      select account_id, operation_seq as seq, string_agg(
        concat_ws(e'\\n', debit_account, credit_account, amount, coalesce(lot_id::text, ''), ''), '' order by line) as lines
      from ledger_transfers group by account_id, operation_seq
    ), chained as (
      select o.*, sha256(convert_to(concat_ws(e'\\n',
          lag(encode(hash, 'hex'), 1, '') over (partition by account_id order by seq), account_id, seq, type, credits,
          available_after, held_after, owed_after, ${ms('created_at')}, ${ms('occurred_at')},
          coalesce(money_amount::text, ''), coalesce(money_currency, ''), coalesce(payment_id::text, ''),
          coalesce(refund_id::text, ''), coalesce(hold_id::text, ''), octet_length(description) || ':' || description,
          coalesce(octet_length(metadata::text) || ':' || metadata::text, ''), '') || coalesce(m.lines, ''), 'UTF8'))
        as computed
      from ledger_operations o left join moved m using (account_id, seq)
    )
    select account_id, o.seq, o.hash, o.computed, b.head_hash
    from credit_balances b left join chained o using (account_id)
    where o.hash is distinct from o.computed or (o.seq = b.last_seq and o.hash <> b.head_hash)
      or (o.seq is null and b.head_hash <> '')`,

  'transfers belong to an operation of their time, and all but debt to a lot': `
    select t.account_id, t.operation_seq, t.line
    from ledger_transfers t
      left join ledger_operations o
        on (o.account_id, o.seq, o.created_at) = (t.account_id, t.operation_seq, t.created_at)
      left join credit_lots l on (l.account_id, l.id) = (t.account_id, t.lot_id)
    where o.seq is null
      or (l.id is null and array['available', 'held', 'scheduled'] && array[t.debit_account, t.credit_account])`,

  'lots have what transfers put in and did not take out, within what was granted': `
    with moved as (
      select account_id, lot_id as id, ${net('available')} as remaining, ${net('held')} as held,
        ${net('scheduled')} as pending, -${net('issued')} as issued
      from ledger_transfers where lot_id is not null group by account_id, lot_id
    )
    select account_id, id, l.source, l.granted, l.remaining, l.held, l.pending, m.remaining, m.held, m.pending, m.issued
    from credit_lots l left join moved m using (account_id, id)
    where (l.remaining, l.held, l.pending) is distinct from (m.remaining, m.held, m.pending)
      or l.remaining + l.held + l.pending not between 0 and l.granted
      or not (m.issued = l.granted or (m.issued = 0 and l.source = 'ADJUSTMENT'))`,

  'the available credits are those that lie in lots': `
    select account_id, b.available, sum(l.remaining)
    from credit_balances b left join credit_lots l using (account_id)
    group by account_id, b.available
    having b.available <> coalesce(sum(l.remaining), 0)`,

  'the held credits are those that lots have set aside': `
    select account_id, b.held, sum(l.held)
    from credit_balances b left join credit_lots l using (account_id)
    group by account_id, b.held
    having b.held <> coalesce(sum(l.held), 0)`,

  'the scheduled credits are those of lots that are not effective yet': `
    with moved as (
      select account_id, ${net('scheduled')} as scheduled from ledger_transfers group by account_id
    ), pending as (
      select account_id, sum(pending) as scheduled from credit_lots group by account_id
    )
    select account_id, m.scheduled, p.scheduled
    from moved m full join pending p using (account_id)
    where coalesce(m.scheduled, 0) <> coalesce(p.scheduled, 0)`,

  'what lots have set aside is what active holds hold of them': `
    with drawn as (
      select h.account_id, d.lot_id as id, sum(d.amount) as held, bool_or(d.amount <= 0) as odd
      from credit_holds h, unnest(h.lot_ids, h.lot_amounts) as d (lot_id, amount)
      where h.status = 'ACTIVE' group by h.account_id, d.lot_id
    )
    select account_id, id, l.held, d.held
    from (select * from credit_lots where held <> 0) l full join drawn d using (account_id, id)
    where l.held is distinct from d.held or d.odd`,

  'holds set aside what they say, less what was charged of it': `
    select account_id, id, h.credits, h.captured, h.lot_amounts
    from credit_holds h
    where status = 'ACTIVE'
      and credits <> captured + (select coalesce(sum(amount), 0) from unnest(lot_amounts) as amount)`,

  'holds were charged what their operations consumed': `
    with consumed as (
      select o.account_id, o.hold_id as id, ${net('consumed')} as captured
      from (select account_id, seq, hold_id from ledger_operations) o left join ledger_transfers t
        on (t.account_id, t.operation_seq) = (o.account_id, o.seq)
      where o.hold_id is not null group by o.account_id, o.hold_id
    )
    select account_id, id, h.captured, c.captured
    from credit_holds h full join consumed c using (account_id, id)
    where coalesce(h.captured, -1) <> coalesce(c.captured, 0)`,

  'nothing falls due before the balance expects it': `
    with due as (
      select account_id, expires_at as at from credit_lots where remaining > 0 and expires_at is not null
      union all select account_id, effective_at from credit_lots where pending > 0
      union all select account_id, expires_at from credit_holds where status = 'ACTIVE'
    )
    select account_id, b.next_change_at, min(due.at)
    from due left join credit_balances b using (account_id)
    group by account_id, b.next_change_at
    having b.next_change_at is null or b.next_change_at > min(due.at)`,

  'whoever owes has nothing to spend': `
    select account_id, available, owed from credit_balances where owed > 0 and available > 0`,

  'payments that succeeded have one purchased lot each, and no others have any': `
    select p.id, p.status, p.lot_id, l.id, l.granted
    from payments p full join (select * from credit_lots where source = 'PURCHASE') l
      on (l.account_id, l.payment_id) = (p.account_id, p.id)
    where (p.succeeded_at is not null) is distinct from (l.id is not null)
      or p.lot_id is distinct from l.id
      or l.granted <> p.credits * 1000000::bigint`,

  'payments that succeeded have one PURCHASE of their price and credits each, and no others have any': `
    select p.id, p.status, count(o.seq)
    from payments p
      left join ledger_operations o on (o.account_id, o.payment_id, o.type) = (p.account_id, p.id, 'PURCHASE')
    group by p.id
    having count(o.seq) <> case when p.succeeded_at is null then 0 else 1 end
      or sum(o.credits) <> p.credits * 1000000::bigint
      or sum(o.money_amount) <> p.amount
      or min(o.money_currency) <> p.currency`,

  'payments know what their refunds come to': `
    select p.id, p.status, p.amount, p.refunded_amount, sum(r.amount), sum(r.credits)
    from payments p
      left join refunds r on r.payment_id = p.id and r.status not in ('FAILED', 'CANCELED')
    group by p.id
    having p.refunded_amount <> coalesce(sum(r.amount), 0)
      or (p.status <> 'DISPUTED' and (p.status = 'REFUNDED') <> (p.refunded_amount = p.amount))
      or (p.status <> 'DISPUTED'
        and (p.status = 'PARTIALLY_REFUNDED') <> (p.refunded_amount between 1 and p.amount - 1))
      or (p.refunded_amount > 0 and p.succeeded_at is null)`,

  'refunds took the share of the credits that belongs to their money': `
    select p.id, p.refunded_amount, sum(r.credits), trunc(p.credits * 1000000::numeric * p.refunded_amount / p.amount)
    from payments p join refunds r on r.payment_id = p.id and r.status not in ('FAILED', 'CANCELED')
    group by p.id
    having abs(sum(r.credits) - trunc(p.credits * 1000000::numeric * p.refunded_amount / p.amount))
      > case when p.refunded_amount = p.amount then 0 else (
          -- Each returned exactly what it took, rounded where it stood among the others; the next refund evens that out.
          select count(*) from ledger_operations o
          where (o.account_id, o.payment_id, o.type) = (p.account_id, p.id, 'REFUND_FAILED')
        ) end`,

  'refunds moved their credits and money, unless they failed': `
    select r.id, r.status, r.credits, r.amount, moved.credits as moved, moved.money, moved.gone
    from refunds r
      join payments p on p.id = r.payment_id
      cross join lateral (
        select coalesce(sum(o.credits), 0) as credits, coalesce(sum(o.money_amount), 0) as money,
          coalesce(sum(returned.gone), 0) as gone
        from ledger_operations o
          cross join lateral (
            -- What returns to a lot that expired meanwhile is gone at once.
            select sum(t.amount) as gone from ledger_transfers t
            where (t.account_id, t.operation_seq, t.credit_account) = (o.account_id, o.seq, 'expired')
          ) returned
        where (o.account_id, o.refund_id) = (p.account_id, r.id)
      ) moved
    where (moved.credits + moved.gone, moved.money)
      <> (case when r.status in ('FAILED', 'CANCELED') then 0 else -r.credits end,
          case when r.status in ('FAILED', 'CANCELED') then 0 else -r.amount end)`,

  'payments know what disputes hold of them': `
    select p.id, p.status, p.disputed_amount, sum(d.funds_withdrawn)
    from payments p left join disputes d on d.payment_id = p.id
    group by p.id
    having p.disputed_amount <> coalesce(sum(d.funds_withdrawn), 0)
      or (p.status = 'DISPUTED') <> (p.disputed_amount > 0)`,

  'disputes took what refunds left of the share of all that was returned': `
    with taken as (
      select p.id, p.credits * 1000000::numeric as bought,
        least(p.amount, p.refunded_amount + p.disputed_amount) as returned, p.amount,
        (select coalesce(sum(r.credits), 0) from refunds r
         where r.payment_id = p.id and r.status not in ('FAILED', 'CANCELED')) as by_refunds,
        (select coalesce(sum(d.credits_taken), 0) from disputes d where d.payment_id = p.id) as by_disputes
      from payments p
    )
    select id, bought, returned, amount, by_refunds, by_disputes
    from taken
    where by_disputes <> case when exists (select from disputes d where d.payment_id = taken.id and d.funds_withdrawn > 0)
      then greatest(0, trunc(bought * returned / amount) - by_refunds) else 0 end`,

  'what refunds and disputes took lies in accounts of their own, and what lost disputes took in another': `
    with moved as (
      select account_id, ${net('refunded')} as refunded, ${net('disputed')} as disputed,
        ${net('charged_back')} as charged_back
      from ledger_transfers group by account_id
    ), refunded as (
      select p.account_id, sum(r.credits) as credits from refunds r join payments p on p.id = r.payment_id
      where r.status not in ('FAILED', 'CANCELED') group by p.account_id
    ), disputed as (
      select p.account_id, coalesce(sum(d.credits_taken) filter (where not d.written_off), 0) as frozen,
        coalesce(sum(d.credits_taken) filter (where d.written_off), 0) as lost
      from disputes d join payments p on p.id = d.payment_id group by p.account_id
    )
    select account_id, m.refunded, r.credits, m.disputed, d.frozen, m.charged_back, d.lost
    from moved m left join refunded r using (account_id) left join disputed d using (account_id)
    where (m.refunded, m.disputed, m.charged_back)
      is distinct from (coalesce(r.credits, 0), coalesce(d.frozen, 0), coalesce(d.lost, 0))`,

  'lost disputes are written off, and no others': `
    select id, status, written_off from disputes
    where written_off <> (funds_withdrawn > 0 and status in ('LOST', 'APPEAL_NEEDS_RESPONSE', 'APPEAL_UNDER_REVIEW'))`,

  'disputes moved their credits and money, unless these were reinstated': `
    with moved as (
      select o.payment_id as id, sum(o.credits) as credits, sum(o.money_amount) as money,
        coalesce(sum(returned.gone), 0) as gone
      from ledger_operations o
        cross join lateral (
          select sum(t.amount) as gone from ledger_transfers t
          where (t.account_id, t.operation_seq, t.credit_account) = (o.account_id, o.seq, 'expired')
        ) returned
      where o.type in ('DISPUTE', 'DISPUTE_REVERSED')
      group by o.payment_id
    ), held as (
      select payment_id as id, sum(credits_taken) as credits, sum(funds_withdrawn) as money
      from disputes group by payment_id
    )
    select id, h.credits, h.money, m.credits as moved, m.money as moved_money, m.gone
    from held h full join moved m using (id)
    where coalesce(m.credits + m.gone, 0) <> -coalesce(h.credits, 0)
      or coalesce(m.money, 0) <> -coalesce(h.money, 0)`,
};

/** Milliseconds since 1970, as text; empty where there is no instant. */
function ms(column: string): string {
  return `coalesce((extract(epoch from ${column}) * 1000)::bigint::text, '')`;
}

/** What an account of the books was credited by transfers, less what it was debited. */
function net(account: string): string {
  return `(coalesce(sum(amount) filter (where credit_account = '${account}'), 0)
    - coalesce(sum(amount) filter (where debit_account = '${account}'), 0))`;
}

const audit = Object.entries(breaches)
  .map(([rule, sql]) => `select '${rule}' as rule, to_jsonb(breach) as breach from (${sql}) as breach`)
  .join('\nunion all\n');

/** Recomputes the books of every account in the database from its journal, and compares. */
export async function expectSoundBooks(database: Pick<TestDatabase, 'query'>): Promise<void> {
  deepStrictEqual(await database.query(audit), []);
}
