import { Migration } from '@mikro-orm/migrations';

/**
 * Partitions the journal by month, and chains each account's operations by hash. Nearly every operation moves credits
 * once: that transfer goes into the operation's own row.
 */
export class Migration20261125000000_journal_by_month extends Migration {
  override up(): void {
    for (const table of ['ledger_operations', 'ledger_transfers']) {
      this.addSql(`alter table ${table} rename to ${table}_unpartitioned`);
      this.addSql(
        `alter table ${table}_unpartitioned rename constraint ${table}_pkey to ${table}_unpartitioned_pkey`,
      );
    }
    this.addSql(`
      create type ledger_account as enum
        ('available', 'held', 'debt', 'scheduled', 'issued', 'consumed', 'refunded', 'expired')`);
    this.addSql(`
      create table ledger_operations (
        account_id text not null,
        created_at timestamptz not null,
        seq bigint not null,
        type text not null,
        description text not null,
        metadata json null,
        occurred_at timestamptz null,
        credits bigint not null,
        money_amount bigint null,
        money_currency text null,
        payment_id uuid null,
        refund_id uuid null,
        hold_id uuid null,
        debit_account ledger_account null,
        credit_account ledger_account null,
        amount bigint null,
        lot_id uuid null,
        available_after bigint not null,
        held_after bigint not null,
        owed_after bigint not null,
        hash bytea not null,
        primary key (account_id, created_at, seq),
        constraint ledger_operations_balance_check check (available_after >= 0 and held_after >= 0 and owed_after >= 0),
        constraint ledger_operations_money_check check ((money_amount is null) = (money_currency is null)),
        constraint ledger_operations_transfer_check check (num_nulls(debit_account, credit_account, amount) in (0, 3)
          and (amount is not null or lot_id is null) and amount > 0 and debit_account <> credit_account)
      ) partition by range (created_at)`);
    // Usage and holds are most of the journal; what is rare would be far apart in an index of everything.
    this.addSql(`
      create index ledger_operations_rare on ledger_operations (account_id, created_at, seq)
      where type not in ('USAGE', 'HOLD', 'RELEASE')`);
    this.addSql(`
      create table ledger_further_transfers (
        account_id text not null,
        operation_seq bigint not null,
        line smallint not null,
        created_at timestamptz not null,
        debit_account ledger_account not null,
        credit_account ledger_account not null,
        amount bigint not null,
        lot_id uuid null,
        primary key (account_id, operation_seq, line, created_at),
        constraint ledger_further_transfers_line_check check (line > 0),
        constraint ledger_further_transfers_amount_check check (amount > 0),
        constraint ledger_further_transfers_sides_check check (debit_account <> credit_account)
      ) partition by range (created_at)`);
    this.addSql(`
      create view ledger_transfers as
        select account_id, seq as operation_seq, 0::smallint as line, created_at,
          debit_account::text as debit_account, credit_account::text as credit_account, amount, lot_id
        from ledger_operations where amount is not null
        union all
        select account_id, operation_seq, line, created_at, debit_account::text, credit_account::text, amount, lot_id
        from ledger_further_transfers`);
    for (const table of ['ledger_operations', 'ledger_further_transfers']) {
      this.addSql(`
        create trigger ${table}_append_only before update or delete on ${table}
        for each row execute function refuse_journal_change()`);
      this.addSql(`
        create trigger ${table}_no_truncate before truncate on ${table}
        for each statement execute function refuse_journal_change()`);
    }

    this.addSql('create schema journal');
    // Attaching takes a lock that appending does not wait for, unlike creating a table as a partition.
    this.addSql(`
      create function ensure_journal_month(at timestamptz) returns boolean language plpgsql as $$
      declare
        month timestamp := date_trunc('month', at at time zone 'UTC');
        suffix text := to_char(month, 'YYYY_MM');
        parent text;
        part text;
      begin
        if to_regclass('journal.ledger_further_transfers_' || suffix) is not null then return true; end if;
        lock table ledger_operations, ledger_further_transfers in share update exclusive mode;
        if to_regclass('journal.ledger_further_transfers_' || suffix) is not null then return true; end if;
        foreach parent in array array['ledger_operations', 'ledger_further_transfers'] loop
          part := parent || '_' || suffix;
          execute format('create table journal.%I (like %I including all)', part, parent);
          execute format('alter table %I attach partition journal.%I for values from (%L) to (%L)',
            parent, part, month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
          execute format('create trigger %I before truncate on journal.%I for each statement execute function refuse_journal_change()',
            part || '_no_truncate', part);
        end loop;
        return false;
      end $$`);

    this.addSql("alter table credit_balances add column head_hash bytea not null default ''");
    this.addSql('alter table credit_balances alter column head_hash drop default');
    this.addSql('alter table credit_balances add column next_change_at timestamptz null');
    this.addSql(
      'create index credit_balances_due on credit_balances (next_change_at) where next_change_at is not null',
    );
    this.addSql(`
      update credit_balances b set next_change_at =
        (select min(expires_at) from credit_lots l where l.account_id = b.account_id and l.remaining > 0)`);
    this.addSql(`
      do $$
      declare
        o record;
        t record;
        one record;
        account text;
        head text;
        instant timestamptz;
        content text;
      begin
        for o in select * from ledger_operations_unpartitioned order by account_id, seq loop
          if account is distinct from o.account_id then
            account := o.account_id;
            head := '';
            instant := '-infinity';
          end if;
          instant := greatest(instant, date_trunc('milliseconds', o.created_at));
          perform ensure_journal_month(instant);
          content := concat_ws(e'\\n', head, o.account_id, o.seq, o.type, o.credits,
            o.available_after, o.held_after, o.owed_after, (extract(epoch from instant) * 1000)::bigint,
            '', coalesce(o.money_amount::text, ''), coalesce(o.money_currency, ''),
            coalesce(o.payment_id::text, ''), coalesce(o.refund_id::text, ''), '',
            octet_length(o.description) || ':' || o.description,
            coalesce(octet_length(o.metadata::text) || ':' || o.metadata::text, ''), '');
          one := null;
          for t in select * from ledger_transfers_unpartitioned
            where account_id = o.account_id and operation_seq = o.seq order by line
          loop
            content := content || concat_ws(e'\\n', t.debit_account, t.credit_account, t.amount,
              coalesce(t.lot_id::text, ''), '');
            if t.line = 0 then
              one := t;
            else
              insert into ledger_further_transfers values (t.account_id, t.operation_seq, t.line, instant,
                t.debit_account::ledger_account, t.credit_account::ledger_account, t.amount, t.lot_id);
            end if;
          end loop;
          if one is null then
            select null::text as debit_account, null::text as credit_account, null::bigint as amount, null::uuid as lot_id
              into one;
          end if;
          head := encode(sha256(convert_to(content, 'UTF8')), 'hex');
          insert into ledger_operations values (o.account_id, instant, o.seq, o.type, o.description,
            o.metadata::json, null, o.credits, o.money_amount, o.money_currency, o.payment_id, o.refund_id, null,
            one.debit_account::ledger_account, one.credit_account::ledger_account, one.amount, one.lot_id,
            o.available_after, o.held_after, o.owed_after, decode(head, 'hex'));
          update credit_balances set head_hash = decode(head, 'hex'), updated_at = greatest(updated_at, instant)
            where account_id = o.account_id and last_seq = o.seq;
        end loop;
      end $$`);
    this.addSql('drop table ledger_transfers_unpartitioned');
    this.addSql('drop table ledger_operations_unpartitioned');
  }
}
