import { hash } from 'node:crypto';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import { type AuditAction, auditActions } from './actions.js';

/** Fields of what an action changed. Texts are ids, names of states and numbers in digits: never a person's, never a secret. */
export type AuditedFields = Readonly<Record<string, string | number | bigint | boolean | Date | null>>;

/** Fields that may name a person, and words that people wrote: kept apart, so that they can be erased. */
export type PersonalFields = Readonly<Record<string, string | null>>;

/** Something that was done: what, to what, and why. */
export interface AuditEntry {
  readonly action: AuditAction;
  /** Null: it concerns no account. */
  readonly accountId: string | null;
  readonly targetId: string;
  readonly note?: string | null;
  /** Only its hash is kept: callers choose keys, and may put anything into them. */
  readonly idempotencyKey?: string | null;
  /** Only the fields that the action changed. */
  readonly before?: AuditedFields;
  readonly after?: AuditedFields;
  readonly personalBefore?: PersonalFields;
  readonly personalAfter?: PersonalFields;
}

/** As it is stored, in columns of two tables. */
export interface AuditRow {
  readonly id: string;
  readonly createdAt: Date;
  readonly actorKind: Actor['kind'];
  readonly actorKeyId: string | null;
  readonly actorRole: string | null;
  readonly requestId: string | null;
  readonly action: AuditAction;
  readonly accountId: string | null;
  readonly targetType: string;
  readonly targetId: string;
  /** In hex. */
  readonly idempotencyKeyHash: string | null;
  /** JSON text. */
  readonly before: string | null;
  readonly after: string | null;
  /** Null where there is nothing personal about it. */
  readonly personal: {
    readonly note: string | null;
    readonly before: string | null;
    readonly after: string | null;
  } | null;
}

/** The row of an entry. */
export function auditRow(clock: Clock, actor: Actor, entry: AuditEntry): AuditRow {
  const createdAt = clock.now();
  const key = actor.kind === 'API_KEY' ? actor : null;
  return {
    id: newId(clock),
    createdAt,
    actorKind: actor.kind,
    actorKeyId: key?.keyId ?? null,
    actorRole: key?.role ?? null,
    requestId: key?.requestId ?? null,
    action: entry.action,
    accountId: entry.accountId,
    targetType: auditActions[entry.action].target,
    targetId: entry.targetId,
    idempotencyKeyHash: entry.idempotencyKey == null ? null : hash('sha256', entry.idempotencyKey, 'hex'),
    before: textOf(entry.before),
    after: textOf(entry.after),
    personal: personalOf(entry),
  };
}

function personalOf({ note, personalBefore, personalAfter }: AuditEntry): AuditRow['personal'] {
  if (note == null && !personalBefore && !personalAfter) return null;
  return { note: note ?? null, before: textOf(personalBefore), after: textOf(personalAfter) };
}

/** Numbers that JSON could not hold exactly are written as texts. */
const textOf = (fields: AuditedFields | undefined): string | null =>
  fields === undefined
    ? null
    : JSON.stringify(fields, (_name, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      );
