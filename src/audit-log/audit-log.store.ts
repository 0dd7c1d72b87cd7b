import type { ActorKind } from '../platform/actor.js';
import type { Role } from '../platform/caller.js';
import { type Column, columnsOf } from '../platform/database/arrays.js';
import { inTurn, type Sql, type Statement } from '../platform/database/sql.js';
import type { AuditAction, AuditTarget } from './actions.js';
import type { AuditRow } from './audit-entry.js';

/** Where an entry lies in the log. */
export interface AuditPosition {
  readonly at: Date;
  readonly seq: bigint;
}

export interface AuditFilter {
  readonly accountId: string | null;
  readonly actorKeyId: string | null;
  readonly action: AuditAction | null;
  /** From this instant on. */
  readonly from: Date | null;
  /** Before this instant. */
  readonly to: Date | null;
}

export interface AuditPage extends AuditFilter {
  /** Only entries older than this one; null: from the newest on. */
  readonly before: AuditPosition | null;
  readonly limit: number;
}

type Json = Readonly<Record<string, unknown>>;

/** An entry as it can still be shown. */
export interface StoredAuditEntry {
  readonly id: string;
  readonly createdAt: Date;
  readonly seq: bigint;
  readonly actorKind: ActorKind;
  readonly actorKeyId: string | null;
  readonly actorRole: Role | null;
  readonly requestId: string | null;
  readonly action: AuditAction;
  readonly accountId: string | null;
  readonly targetType: AuditTarget;
  readonly targetId: string;
  /** In hex. */
  readonly idempotencyKeyHash: string | null;
  readonly note: string | null;
  readonly before: Json | null;
  readonly after: Json | null;
  readonly erased: boolean;
}

interface EntryRow {
  readonly id: string;
  readonly seq: string;
  readonly created_at: Date | string;
  readonly actor_kind: ActorKind;
  readonly actor_key_id: string | null;
  readonly actor_role: Role | null;
  readonly request_id: string | null;
  readonly action: AuditAction;
  readonly account_id: string | null;
  readonly target_type: AuditTarget;
  readonly target_id: string;
  readonly idempotency_key_hash: string | null;
  readonly note: string | null;
  readonly before: Json | null;
  readonly after: Json | null;
  readonly erased: boolean;
}

const insertEntries: Statement = {
  name: 'insert_audit_log',
  text: `insert into audit_log (id, created_at, actor_kind, actor_key_id, actor_role, request_id, action, account_id,
      target_type, target_id, idempotency_key_hash, before, after, has_personal)
    select id, created_at, actor_kind, actor_key_id, actor_role, request_id, action, account_id,
      target_type, target_id, decode(key_hash, 'hex'), before::jsonb, after::jsonb, has_personal
    from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::boolean[])
      as new (id, created_at, actor_kind, actor_key_id, actor_role, request_id, action, account_id,
        target_type, target_id, key_hash, before, after, has_personal)`,
};

const insertPersonal: Statement = {
  name: 'insert_audit_log_personal',
  text: `insert into audit_log_personal (entry_id, account_id, note, before, after)
    select entry_id, account_id, note, before::jsonb, after::jsonb
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
      as new (entry_id, account_id, note, before, after)`,
};

const erasePersonal: Statement = {
  name: 'erase_audit_log_personal',
  text: `with erased as (delete from audit_log_personal where account_id = $1 returning 1)
    select count(*)::int as entries from erased`,
};

const entryColumns = `e.id, e.seq, e.created_at, e.actor_kind, e.actor_key_id, e.actor_role, e.request_id, e.action,
  e.account_id, e.target_type, e.target_id, encode(e.idempotency_key_hash, 'hex') as idempotency_key_hash, p.note,
  nullif(coalesce(e.before, '{}') || coalesce(p.before, '{}'), '{}') as before,
  nullif(coalesce(e.after, '{}') || coalesce(p.after, '{}'), '{}') as after,
  e.has_personal and p.entry_id is null as erased`;

/** The filters, each with the condition that its parameter stands in. */
const conditions = {
  accountId: (parameter: string) => `e.account_id = ${parameter}`,
  actorKeyId: (parameter: string) => `e.actor_key_id = ${parameter}::uuid`,
  action: (parameter: string) => `e.action = ${parameter}`,
  from: (parameter: string) => `e.created_at >= ${parameter}::timestamptz`,
  to: (parameter: string) => `e.created_at < ${parameter}::timestamptz`,
} as const;

/** The audit log in native SQL: grants write to it in the transactions that they share. */
export const auditLogStore = {
  async append(sql: Sql, rows: readonly AuditRow[]): Promise<void> {
    await inTurn(sql, this.appending(sql, rows));
  },

  /** The statements that do so, with their parameters made. */
  appending(sql: Sql, rows: readonly AuditRow[]): (() => Promise<unknown>)[] {
    if (rows.length === 0) return [];
    const entries = columnsOf(rows, columns);
    const personal = rows.filter((row) => row.personal !== null);
    const statements = [() => sql.query(insertEntries, entries)];
    if (personal.length > 0) {
      const values = columnsOf(personal, personalColumns);
      statements.push(() => sql.query(insertPersonal, values));
    }
    return statements;
  },

  /** Newest first. A statement for each set of filters: what is asked for is walked along its index. */
  async page(sql: Sql, { limit, before, ...filter }: AuditPage): Promise<StoredAuditEntry[]> {
    const values: unknown[] = [];
    const parameter = (value: unknown) => `$${values.push(value)}`;
    const where = Object.entries(conditions).flatMap(([name, condition]) => {
      const value = filter[name as keyof AuditFilter];
      return value === null ? [] : [condition(parameter(value))];
    });
    if (before)
      where.push(
        `(e.created_at, e.seq) < (${parameter(before.at)}::timestamptz, ${parameter(before.seq)}::bigint)`,
      );
    const text = `select ${entryColumns}
      from audit_log e left join audit_log_personal p on p.entry_id = e.id
      where ${where.length > 0 ? where.join(' and ') : 'true'}
      order by e.created_at desc, e.seq desc limit ${parameter(limit)}`;
    return (await sql.query<EntryRow>({ text }, values)).map(entryOf);
  },

  /** Deletes what is personal in the entries of an account. Returns in how many there was something. */
  async erase(sql: Sql, accountId: string): Promise<number> {
    const [row] = await sql.query<{ entries: number }>(erasePersonal, [accountId]);
    return row?.entries ?? 0;
  },
} as const;

const columns: readonly Column<AuditRow>[] = [
  ({ id }) => id,
  ({ createdAt }) => createdAt,
  ({ actorKind }) => actorKind,
  ({ actorKeyId }) => actorKeyId,
  ({ actorRole }) => actorRole,
  ({ requestId }) => requestId,
  ({ action }) => action,
  ({ accountId }) => accountId,
  ({ targetType }) => targetType,
  ({ targetId }) => targetId,
  ({ idempotencyKeyHash }) => idempotencyKeyHash,
  ({ before }) => before,
  ({ after }) => after,
  ({ personal }) => personal !== null,
];

const personalColumns: readonly Column<AuditRow>[] = [
  ({ id }) => id,
  ({ accountId }) => accountId,
  ({ personal }) => personal?.note ?? null,
  ({ personal }) => personal?.before ?? null,
  ({ personal }) => personal?.after ?? null,
];

const entryOf = (row: EntryRow): StoredAuditEntry => ({
  id: row.id,
  seq: BigInt(row.seq),
  createdAt: new Date(row.created_at),
  actorKind: row.actor_kind,
  actorKeyId: row.actor_key_id,
  actorRole: row.actor_role,
  requestId: row.request_id,
  action: row.action,
  accountId: row.account_id,
  targetType: row.target_type,
  targetId: row.target_id,
  idempotencyKeyHash: row.idempotency_key_hash,
  note: row.note,
  before: row.before,
  after: row.after,
  erased: row.erased,
});
