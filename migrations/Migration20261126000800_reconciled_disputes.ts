import { Migration } from '@mikro-orm/migrations';

/** How many open disputes a reconciliation asked about; those before it asked about none. */
export class Migration20261126000800_reconciled_disputes extends Migration {
  override up(): void {
    this.addSql(`
      alter table reconciliations
        add column disputes_reread int not null default 0,
        add column disputes_healed int not null default 0`);
    this.addSql(`
      alter table reconciliations
        alter column disputes_reread drop default,
        alter column disputes_healed drop default`);
  }
}
