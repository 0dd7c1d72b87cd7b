import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/**
 * What of an entry of the audit log may name a person: names, addresses, and words that somebody wrote. A trigger
 * refuses UPDATE and TRUNCATE; rows may be deleted, which is how they are erased.
 */
@Entity({ tableName: 'audit_log_personal' })
@Index({ name: 'audit_log_personal_account_id_index', properties: ['accountId'] })
export class AuditLogPersonal {
  @PrimaryKey({ type: 'uuid' })
  entryId!: string;

  @Property({ type: 'text', nullable: true })
  accountId!: string | null;

  @Property({ type: 'text', nullable: true })
  note!: string | null;

  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  before!: Record<string, unknown> | null;

  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  after!: Record<string, unknown> | null;
}
