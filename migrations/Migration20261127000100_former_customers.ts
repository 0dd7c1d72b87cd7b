import { Migration } from '@mikro-orm/migrations';

/** An account's customers that were deleted at Stripe: what they began to pay may still come in. */
export class Migration20261127000100_former_customers extends Migration {
  override up(): void {
    this.addSql(`
      alter table stripe_customers add column former_customer_ids text[] not null default '{}'`);
  }
}
