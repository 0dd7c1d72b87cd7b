import { Migration } from '@mikro-orm/migrations';

/** Every table of the first release, and the trigger that keeps the journal append-only. */
export class Migration20261123000000_initial extends Migration {
  override up(): void {
    this.addSql(`
      create table accounts (
        id text not null primary key,
        name text not null,
        email text null,
        created_at timestamptz not null,
        constraint accounts_id_check check (id ~ '^[A-Za-z0-9_.:-]{1,64}$')
      )`);
    this.addSql(`
      create table api_keys (
        id uuid not null primary key,
        account_id text null,
        role text not null,
        name text not null,
        prefix text not null,
        hash bytea not null,
        created_at timestamptz not null,
        last_used_at timestamptz null,
        expires_at timestamptz null,
        revoked_at timestamptz null,
        constraint api_keys_prefix_key unique (prefix),
        constraint api_keys_account_id_fkey foreign key (account_id) references accounts (id),
        constraint api_keys_role_check check (role in ('CUSTOMER','SERVICE','ADMIN')),
        constraint api_keys_account_check check ((role = 'CUSTOMER') = (account_id is not null))
      )`);
    this.addSql('create index api_keys_account_id_index on api_keys (account_id)');

    this.addSql(`
      create table credit_packages (
        id text not null primary key,
        name text not null,
        credits int not null,
        active boolean not null,
        created_at timestamptz not null,
        constraint credit_packages_credits_unique unique (credits),
        constraint credit_packages_credits_check check (credits > 0)
      )`);
    this.addSql(`
      create table credit_package_prices (
        id uuid not null primary key,
        package_id text not null,
        amount bigint not null,
        currency text not null,
        valid_from timestamptz not null,
        valid_to timestamptz null,
        constraint credit_package_prices_package_id_foreign foreign key (package_id)
          references credit_packages (id) on delete restrict,
        constraint credit_package_prices_amount_check check (amount > 0)
      )`);
    this.addSql(
      'create unique index credit_package_prices_current on credit_package_prices (package_id, currency) where valid_to is null',
    );

    // The credits tables: keys start with account_id and nothing refers across accounts.
    // Balances are updated all the time; free room in their pages keeps those updates off the index.
    this.addSql(`
      create table credit_balances (
        account_id text not null primary key,
        available bigint not null,
        held bigint not null,
        owed bigint not null,
        last_seq bigint not null,
        updated_at timestamptz not null,
        constraint credit_balances_available_check check (available >= 0),
        constraint credit_balances_held_check check (held >= 0),
        constraint credit_balances_owed_check check (owed >= 0)
      ) with (fillfactor = 50)`);
    this.addSql(`
      create table credit_lots (
        account_id text not null,
        id uuid not null,
        source text not null,
        granted bigint not null,
        remaining bigint not null,
        priority smallint not null,
        expires_at timestamptz null,
        payment_id uuid null,
        created_at timestamptz not null,
        primary key (account_id, id),
        constraint credit_lots_granted_check check (granted > 0),
        constraint credit_lots_remaining_check check (remaining >= 0 and remaining <= granted),
        constraint credit_lots_source_check check (source in ('PURCHASE', 'PROMOTION', 'SUBSCRIPTION', 'ADJUSTMENT')),
        constraint credit_lots_payment_check check ((source = 'PURCHASE') = (payment_id is not null))
      ) with (fillfactor = 70)`);
    this.addSql(
      'create unique index credit_lots_payment on credit_lots (account_id, payment_id) where payment_id is not null',
    );
    this.addSql('create index credit_lots_spendable on credit_lots (account_id) where remaining > 0');
    this.addSql(
      'create index credit_lots_expiring on credit_lots (expires_at) where remaining > 0 and expires_at is not null',
    );
    this.addSql(`
      create table ledger_operations (
        account_id text not null,
        seq bigint not null,
        type text not null,
        description text not null,
        metadata jsonb null,
        credits bigint not null,
        money_amount bigint null,
        money_currency text null,
        payment_id uuid null,
        refund_id uuid null,
        available_after bigint not null,
        held_after bigint not null,
        owed_after bigint not null,
        created_at timestamptz not null,
        primary key (account_id, seq),
        constraint ledger_operations_balance_check check (available_after >= 0 and held_after >= 0 and owed_after >= 0),
        constraint ledger_operations_money_check check ((money_amount is null) = (money_currency is null))
      )`);
    this.addSql('create index ledger_operations_type_index on ledger_operations (account_id, type, seq)');
    this.addSql(`
      create table ledger_transfers (
        account_id text not null,
        operation_seq bigint not null,
        line smallint not null,
        debit_account text not null,
        credit_account text not null,
        amount bigint not null,
        lot_id uuid null,
        primary key (account_id, operation_seq, line),
        constraint ledger_transfers_amount_check check (amount > 0),
        constraint ledger_transfers_sides_check check (debit_account <> credit_account),
        constraint ledger_transfers_debit_account_check check
          (debit_account in ('available', 'held', 'debt', 'issued', 'consumed', 'refunded', 'expired')),
        constraint ledger_transfers_credit_account_check check
          (credit_account in ('available', 'held', 'debt', 'issued', 'consumed', 'refunded', 'expired'))
      )`);
    this.addSql(`
      create function refuse_journal_change() returns trigger language plpgsql as $$
      begin
        raise exception 'The journal is append-only: % on % is refused.', tg_op, tg_table_name
          using errcode = 'restrict_violation';
      end $$`);
    for (const table of ['ledger_operations', 'ledger_transfers']) {
      this.addSql(`
        create trigger ${table}_append_only before update or delete on ${table}
        for each row execute function refuse_journal_change()`);
      this.addSql(`
        create trigger ${table}_no_truncate before truncate on ${table}
        for each statement execute function refuse_journal_change()`);
    }

    this.addSql(`
      create table stripe_customers (
        account_id text not null primary key,
        request_id uuid not null,
        name text not null,
        email text null,
        stripe_customer_id text null,
        created_at timestamptz not null,
        constraint stripe_customers_stripe_customer_id_unique unique (stripe_customer_id),
        constraint stripe_customers_account_id_foreign foreign key (account_id)
          references accounts (id) on update cascade on delete restrict
      )`);
    this.addSql(`
      create table payments (
        id uuid not null primary key,
        account_id text not null,
        status text not null,
        package_price_id uuid not null,
        credits int not null,
        amount bigint not null,
        currency text not null,
        refunded_amount bigint not null,
        receipt_email text null,
        stripe_payment_intent_id text null,
        failure_code text null,
        failure_message text null,
        failed_charge_id text null,
        lot_id uuid null,
        created_at timestamptz not null,
        succeeded_at timestamptz null,
        constraint payments_stripe_payment_intent_id_unique unique (stripe_payment_intent_id),
        constraint payments_account_id_foreign foreign key (account_id) references accounts (id) on delete restrict,
        constraint payments_package_price_id_foreign foreign key (package_price_id)
          references credit_package_prices (id) on delete restrict,
        constraint payments_status_check check (status in ('REQUIRES_PAYMENT', 'PROCESSING', 'SUCCEEDED', 'FAILED',
          'CANCELED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED')),
        constraint payments_amount_check check (amount > 0),
        constraint payments_credits_check check (credits > 0),
        constraint payments_refunded_check check (refunded_amount >= 0 and refunded_amount <= amount),
        constraint payments_succeeded_check check
          ((succeeded_at is not null) = (status in ('SUCCEEDED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED'))),
        constraint payments_lot_check check ((lot_id is not null) = (succeeded_at is not null))
      )`);
    this.addSql('create index payments_account_id_index on payments (account_id, created_at)');
    this.addSql(`
      create table refunds (
        id uuid not null primary key,
        payment_id uuid not null,
        status text not null,
        amount bigint not null,
        currency text not null,
        credits bigint not null,
        reason text not null,
        note text null,
        stripe_refund_id text null,
        requested_by uuid null,
        claw_back_seq bigint not null,
        failure_reason text null,
        created_at timestamptz not null,
        constraint refunds_stripe_refund_id_unique unique (stripe_refund_id),
        constraint refunds_payment_id_foreign foreign key (payment_id) references payments (id) on delete restrict,
        constraint refunds_status_check check
          (status in ('PENDING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'REQUIRES_ACTION')),
        constraint refunds_reason_check check (reason in ('REQUESTED_BY_CUSTOMER', 'DUPLICATE', 'FRAUDULENT')),
        constraint refunds_amount_check check (amount > 0),
        constraint refunds_credits_check check (credits >= 0)
      )`);
    this.addSql('create index refunds_payment_id_index on refunds (payment_id)');

    this.addSql(`
      create table idempotency_keys (
        account_id text not null,
        operation text not null,
        key text not null,
        request_hash bytea not null,
        resource text not null,
        created_at timestamptz not null,
        primary key (account_id, operation, key)
      )`);
    this.addSql(`
      create table webhook_events (
        id text not null primary key,
        type text not null,
        status text not null,
        api_version text null,
        payload jsonb not null,
        attempts int not null,
        outcome text null,
        created_at timestamptz not null,
        received_at timestamptz not null,
        processed_at timestamptz null,
        constraint webhook_events_status_check check (status in ('RECEIVED', 'PROCESSED', 'IGNORED', 'FAILED'))
      )`);
    this.addSql('create index webhook_events_received_at_index on webhook_events (received_at)');
  }
}
