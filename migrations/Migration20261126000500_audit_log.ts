import { Migration } from '@mikro-orm/migrations';

/** Who did what: append-only, but for what may name a person, which can be erased. */
export class Migration20261126000500_audit_log extends Migration {
  override up(): void {
    this.addSql(`
      create table audit_log (
        seq bigserial primary key,
        id uuid not null,
        created_at timestamptz not null,
        actor_kind text not null,
        actor_key_id uuid null,
        actor_role text null,
        request_id text null,
        action text not null,
        account_id text null,
        target_type text not null,
        target_id text not null,
        idempotency_key_hash bytea null,
        before jsonb null,
        after jsonb null,
        has_personal boolean not null,
        constraint audit_log_id_unique unique (id),
        constraint audit_log_actor_kind_check check (actor_kind in ('API_KEY', 'STRIPE', 'JOB', 'CLI')),
        constraint audit_log_actor_key_check check
          (num_nulls(actor_key_id, actor_role, request_id) = case actor_kind when 'API_KEY' then 0 else 3 end)
      )`);
    this.addSql('create index audit_log_created_at_index on audit_log (created_at, seq)');
    for (const filter of ['account_id', 'actor_key_id', 'action']) {
      this.addSql(`create index audit_log_${filter}_index on audit_log (${filter}, created_at, seq)`);
    }
    this.addSql(`
      create table audit_log_personal (
        entry_id uuid not null primary key,
        account_id text null,
        note text null,
        before jsonb null,
        after jsonb null
      )`);
    this.addSql('create index audit_log_personal_account_id_index on audit_log_personal (account_id)');
    this.addSql(`
      create function refuse_audit_log_change() returns trigger language plpgsql as $$
      begin
        raise exception 'The audit log is append-only: % on % is refused.', tg_op, tg_table_name
          using errcode = 'restrict_violation';
      end $$`);
    this.addSql(`
      create trigger audit_log_append_only before update or delete on audit_log
      for each row execute function refuse_audit_log_change()`);
    // Deleting is how personal data is erased.
    this.addSql(`
      create trigger audit_log_personal_unchanged before update on audit_log_personal
      for each row execute function refuse_audit_log_change()`);
    for (const table of ['audit_log', 'audit_log_personal']) {
      this.addSql(`
        create trigger ${table}_no_truncate before truncate on ${table}
        for each statement execute function refuse_audit_log_change()`);
    }
    this.addSql('alter table accounts add column erased_at timestamptz null');
    this.#stripInbox();
  }

  /** Events are stored without personal data from now on; those that are there lose theirs. */
  #stripInbox(): void {
    this.addSql(`
      create function pg_temp.without_personal(value jsonb) returns jsonb language sql as $$
        select case jsonb_typeof(value)
          when 'object' then (
            select coalesce(jsonb_object_agg(key, pg_temp.without_personal(member)), '{}')
            from jsonb_each(value) as members (key, member)
            where key not in ('address', 'billing_details', 'customer_address', 'customer_details', 'customer_email',
              'customer_name', 'customer_phone', 'customer_shipping', 'email', 'evidence', 'individual', 'name',
              'owner', 'phone', 'receipt_email', 'receipt_url', 'shipping'))
          when 'array' then (
            select coalesce(jsonb_agg(pg_temp.without_personal(element) order by place), '[]')
            from jsonb_array_elements(value) with ordinality as elements (element, place))
          else value
        end
      $$`);
    this.addSql('update webhook_events set payload = pg_temp.without_personal(payload)');
    this.addSql('drop function pg_temp.without_personal(jsonb)');
  }
}
