import { Migration } from '@mikro-orm/migrations';

/**
 * What a dispute takes lies in an account of the books of its own, frozen, and in another once it is lost. What was taken
 * before stays where it was put, and moves on from there.
 */
export class Migration20261126000650_disputed_credits extends Migration {
  override up(): void {
    this.addSql("alter type ledger_account add value 'disputed' after 'refunded'");
    this.addSql("alter type ledger_account add value 'charged_back' after 'disputed'");
    this.addSql('alter table disputes add column written_off boolean not null default false');
    this.addSql(`
      alter table disputes add constraint disputes_written_off_check
        check (not written_off or claw_back_seq is not null)`);
  }
}
