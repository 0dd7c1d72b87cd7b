import { Migration } from '@mikro-orm/migrations';

/** Holds, and lots that are partly held, effective from a later instant, and know what was paid for them. */
export class Migration20261125000100_holds_and_lots extends Migration {
  override up(): void {
    this.addSql(`
      create table credit_holds (
        account_id text not null,
        id uuid not null,
        status text not null,
        credits bigint not null,
        captured bigint not null,
        lot_ids uuid[] not null,
        lot_amounts bigint[] not null,
        expires_at timestamptz not null,
        created_at timestamptz not null,
        primary key (account_id, id),
        constraint credit_holds_status_check check (status in ('ACTIVE', 'CAPTURED', 'RELEASED', 'EXPIRED')),
        constraint credit_holds_credits_check check (credits > 0 and captured >= 0),
        constraint credit_holds_lots_check check
          (cardinality(lot_ids) = cardinality(lot_amounts) and (status = 'ACTIVE' or cardinality(lot_ids) = 0))
      ) with (fillfactor = 80)`);
    this.addSql(
      "create index credit_holds_active on credit_holds (account_id, expires_at) where status = 'ACTIVE'",
    );

    this.addSql('drop index credit_lots_spendable');
    this.addSql('drop index credit_lots_expiring');
    this.addSql('alter table credit_lots drop constraint credit_lots_remaining_check');
    this.addSql(`
      alter table credit_lots
        add column held bigint not null default 0,
        add column pending bigint not null default 0,
        add column effective_at timestamptz null,
        add column price_amount bigint null,
        add column price_currency text null,
        add column open boolean not null default false`);
    this.addSql('update credit_lots set effective_at = created_at, open = remaining > 0');
    this.addSql(`
      update credit_lots l set price_amount = p.amount, price_currency = p.currency
      from payments p where p.id = l.payment_id`);
    this.addSql(`
      alter table credit_lots
        alter column held drop default,
        alter column pending drop default,
        alter column open drop default,
        alter column effective_at set not null,
        add constraint credit_lots_remaining_check check (remaining >= 0 and remaining + held + pending <= granted),
        add constraint credit_lots_held_check check (held >= 0),
        add constraint credit_lots_pending_check check (pending >= 0 and (pending = 0 or remaining + held = 0)),
        add constraint credit_lots_open_check check (open = (remaining + held + pending > 0)),
        add constraint credit_lots_price_check check ((source = 'PURCHASE') = (price_amount is not null)
          and (price_amount is null) = (price_currency is null))`);
    // "open" stays as it is while a lot is spent, so that spending it touches no index.
    this.addSql('create index credit_lots_open on credit_lots (account_id) where open');
  }
}
