import { BigIntType } from '@mikro-orm/core';
import { Check, Entity, Index, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { type ActorKind, actorKinds } from '../platform/actor.js';
import type { Role } from '../platform/caller.js';
import { literals } from '../platform/database/literals.js';
import type { AuditAction, AuditTarget } from './actions.js';

/**
 * Something that was done, and by whom. Append-only: a trigger refuses UPDATE, DELETE and TRUNCATE. It therefore
 * holds nothing that may have to be erased; that is in AuditLogPersonal.
 */
@Entity({ tableName: 'audit_log' })
@Check({ name: 'audit_log_actor_kind_check', expression: `actor_kind in (${literals(actorKinds)})` })
@Check({
  name: 'audit_log_actor_key_check',
  expression:
    "num_nulls(actor_key_id, actor_role, request_id) = case actor_kind when 'API_KEY' then 0 else 3 end",
})
@Index({ name: 'audit_log_created_at_index', properties: ['createdAt', 'seq'] })
@Index({ name: 'audit_log_account_id_index', properties: ['accountId', 'createdAt', 'seq'] })
@Index({ name: 'audit_log_actor_key_id_index', properties: ['actorKeyId', 'createdAt', 'seq'] })
@Index({ name: 'audit_log_action_index', properties: ['action', 'createdAt', 'seq'] })
export class AuditLogEntry {
  /** Tells apart what was done at one instant. It may have gaps. */
  @PrimaryKey({ type: new BigIntType('bigint'), autoincrement: true })
  seq!: bigint;

  @Property({ type: 'uuid' })
  @Unique()
  id!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  @Property({ type: 'text' })
  actorKind!: ActorKind;

  @Property({ type: 'uuid', nullable: true })
  actorKeyId!: string | null;

  /** What the key might do then. */
  @Property({ type: 'text', nullable: true })
  actorRole!: Role | null;

  @Property({ type: 'text', nullable: true })
  requestId!: string | null;

  @Property({ type: 'text' })
  action!: AuditAction;

  @Property({ type: 'text', nullable: true })
  accountId!: string | null;

  @Property({ type: 'text' })
  targetType!: AuditTarget;

  @Property({ type: 'text' })
  targetId!: string;

  /** SHA-256. */
  @Property({ type: 'blob', nullable: true })
  idempotencyKeyHash!: Buffer | null;

  /** Only the fields that changed. */
  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  before!: Record<string, unknown> | null;

  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  after!: Record<string, unknown> | null;

  /** Whether something personal was recorded with it; where that is gone, it was erased. */
  @Property({ type: 'boolean' })
  hasPersonal!: boolean;
}
