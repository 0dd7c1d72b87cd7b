import { Migration } from '@mikro-orm/migrations';

/** Disputes, and on each payment what they hold of it. */
export class Migration20261126000100_disputes extends Migration {
  override up(): void {
    this.addSql(`
      create table disputes (
        id uuid not null primary key,
        payment_id uuid not null,
        stripe_dispute_id text not null,
        status text not null,
        reason text not null,
        amount bigint not null,
        currency text not null,
        evidence_due_by timestamptz null,
        fund_moves int not null,
        funds_withdrawn bigint not null,
        credits_taken bigint not null,
        claw_back_seq bigint null,
        created_at timestamptz not null,
        closed_at timestamptz null,
        constraint disputes_stripe_dispute_id_unique unique (stripe_dispute_id),
        constraint disputes_payment_id_foreign foreign key (payment_id) references payments (id) on delete restrict,
        constraint disputes_status_check check (status in ('WARNING_NEEDS_RESPONSE', 'WARNING_UNDER_REVIEW',
          'WARNING_CLOSED', 'NEEDS_RESPONSE', 'UNDER_REVIEW', 'LOST', 'APPEAL_NEEDS_RESPONSE',
          'APPEAL_UNDER_REVIEW', 'WON', 'PREVENTED')),
        constraint disputes_amount_check check (amount > 0),
        constraint disputes_fund_moves_check check (fund_moves >= 0),
        constraint disputes_funds_check check (funds_withdrawn >= 0 and (funds_withdrawn = 0 or fund_moves > 0)),
        constraint disputes_credits_check check (credits_taken >= 0 and (credits_taken = 0 or funds_withdrawn > 0)),
        constraint disputes_claw_back_check check ((claw_back_seq is not null) = (funds_withdrawn > 0)),
        constraint disputes_closed_check check
          ((closed_at is not null) = (status in ('WARNING_CLOSED', 'LOST', 'WON', 'PREVENTED')))
      )`);
    this.addSql('create index disputes_payment_id_index on disputes (payment_id)');
    this.addSql('create index disputes_created_at_index on disputes (created_at, id)');
    this.addSql('alter table payments add column disputed_amount bigint not null default 0');
    this.addSql(`
      alter table payments add constraint payments_disputed_check
        check (disputed_amount >= 0 and (disputed_amount > 0) = (status = 'DISPUTED'))`);
  }
}
