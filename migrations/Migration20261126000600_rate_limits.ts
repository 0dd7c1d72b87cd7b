import { Migration } from '@mikro-orm/migrations';

/** What API keys and addresses have used of their budgets. Rows change in place, several times a window. */
export class Migration20261126000600_rate_limits extends Migration {
  override up(): void {
    this.addSql(`
      create unlogged table rate_limit_windows (
        budget text not null,
        subject text not null,
        starts_at timestamptz not null,
        used int not null,
        leased int not null,
        primary key (budget, subject),
        constraint rate_limit_windows_used_check check (used >= leased and leased >= 0)
      ) with (fillfactor = 50)`);
  }
}
