import { Migration } from '@mikro-orm/migrations';

/** Early fraud warnings of card networks. */
export class Migration20261126000700_fraud_warnings extends Migration {
  override up(): void {
    this.addSql(`
      create table fraud_warnings (
        id uuid not null primary key,
        payment_id uuid not null,
        stripe_warning_id text not null,
        fraud_type text not null,
        actionable boolean not null,
        created_at timestamptz not null,
        heard_at timestamptz not null,
        constraint fraud_warnings_stripe_warning_id_unique unique (stripe_warning_id),
        constraint fraud_warnings_payment_id_foreign foreign key (payment_id) references payments (id) on delete restrict
      )`);
    this.addSql('create index fraud_warnings_payment_id_index on fraud_warnings (payment_id)');
    this.addSql('create index fraud_warnings_created_at_index on fraud_warnings (created_at, id)');
  }
}
