import { Migration } from '@mikro-orm/migrations';

/** Usage summed up by the hour, so that charts of busy accounts need not read their journal. */
export class Migration20261127000000_usage_hours extends Migration {
  override up(): void {
    this.addSql(`
      create table usage_hours (
        account_id text not null,
        hour timestamptz not null,
        provider text not null,
        model text not null,
        credits numeric not null,
        calls bigint not null,
        input_tokens numeric not null,
        output_tokens numeric not null,
        first_booked_at timestamptz not null,
        last_booked_at timestamptz not null,
        primary key (account_id, hour, provider, model)
      )`);
    this.addSql(`
      create table usage_marks (
        account_id text not null primary key,
        through_at timestamptz not null,
        through_seq bigint not null
      )`);
  }
}
