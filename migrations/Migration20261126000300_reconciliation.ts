import { Migration } from '@mikro-orm/migrations';

/** Reports of comparisons with Stripe, and how far Stripe's events were read. */
export class Migration20261126000300_reconciliation extends Migration {
  override up(): void {
    this.addSql(`
      create table reconciliations (
        id uuid not null,
        status text not null,
        trigger text not null,
        requested_by uuid null,
        started_at timestamptz not null,
        finished_at timestamptz null,
        failure text null,
        events_read int not null,
        events_stored int not null,
        payments_reread int not null,
        payments_healed int not null,
        refunds_reread int not null,
        refunds_healed int not null,
        movements_read int not null,
        movements_foreign int not null,
        differences_healed int not null,
        differences_left int not null,
        differences jsonb not null,
        totals jsonb not null,
        compared_until timestamptz null,
        is_cut_short boolean not null,
        primary key (id),
        constraint reconciliations_status_check check (status in ('RUNNING', 'AGREED', 'DIFFERS', 'INCOMPLETE', 'FAILED')),
        constraint reconciliations_trigger_check check (trigger in ('SCHEDULE', 'ADMIN', 'COMMAND_LINE')),
        constraint reconciliations_finished_check check ((finished_at is null) = (status = 'RUNNING')),
        constraint reconciliations_failure_check check ((failure is not null) = (status = 'FAILED'))
      )`);
    this.addSql('create index reconciliations_started_at_index on reconciliations (started_at, id)');
    this.addSql(`
      create table stripe_event_cursor (
        id int not null,
        read_until timestamptz not null,
        primary key (id),
        constraint stripe_event_cursor_check check (id = 1)
      )`);
    // What a run looks for, however many payments there are: those credited on a day, and those not credited yet.
    this.addSql('create index payments_succeeded_at_index on payments (succeeded_at)');
    this.addSql('create index payments_unpaid_index on payments (created_at) where succeeded_at is null');
    this.addSql('create index refunds_created_at_index on refunds (created_at)');
  }
}
