import { Migration } from '@mikro-orm/migrations';

/** What models cost, version by version. */
export class Migration20261125000200_rate_cards extends Migration {
  override up(): void {
    this.addSql(`
      create table rate_versions (
        provider text not null,
        model text not null,
        version int not null,
        input_price bigint null,
        output_price bigint null,
        markup_ppm int null,
        effective_from timestamptz not null,
        note text null,
        set_by uuid not null,
        created_at timestamptz not null,
        primary key (provider, model, version),
        constraint rate_versions_provider_check check (provider ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
        constraint rate_versions_model_check check (model ~ '^[A-Za-z0-9@][A-Za-z0-9@._:/+-]{0,199}$'),
        constraint rate_versions_version_check check (version > 0),
        constraint rate_versions_input_price_check check (input_price >= 0 and input_price <= 1000000000000000000),
        constraint rate_versions_output_price_check check (output_price >= 0 and output_price <= 1000000000000000000),
        constraint rate_versions_markup_check check (markup_ppm >= 0 and markup_ppm <= 10000000),
        constraint rate_versions_terms_check check (num_nulls(input_price, output_price, markup_ppm) in (0, 3)),
        constraint rate_versions_effective_check check (effective_from >= created_at)
      )`);
    // Finds what is in force at an instant as the first entry from there on.
    this.addSql(
      'create index rate_versions_in_force on rate_versions (provider, model, effective_from desc, version desc)',
    );
    this.addSql(`
      create trigger rate_versions_append_only before update or delete on rate_versions
      for each row execute function refuse_journal_change()`);
    this.addSql(`
      create trigger rate_versions_no_truncate before truncate on rate_versions
      for each statement execute function refuse_journal_change()`);
  }
}
