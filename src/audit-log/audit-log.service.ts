import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { sqlOf } from '../platform/database/sql.js';
import { type AuditEntry, auditRow } from './audit-entry.js';
import { type AuditPage, auditLogStore, type StoredAuditEntry } from './audit-log.store.js';

/** Who did what to what, and why. What is recorded stands or falls with the transaction that does it. */
export class AuditLog {
  constructor(private readonly clock: Clock) {}

  /** In the caller's transaction. */
  async record(em: EntityManager, actor: Actor, entry: AuditEntry): Promise<void> {
    await auditLogStore.append(sqlOf(em), [auditRow(this.clock, actor, entry)]);
  }

  /** Newest first. */
  list(em: EntityManager, page: AuditPage): Promise<StoredAuditEntry[]> {
    return auditLogStore.page(sqlOf(em), page);
  }

  /** Forgets names, addresses and notes in the entries of an account; the entries stay. Returns how many had some. */
  erase(em: EntityManager, accountId: string): Promise<number> {
    return auditLogStore.erase(sqlOf(em), accountId);
  }
}
