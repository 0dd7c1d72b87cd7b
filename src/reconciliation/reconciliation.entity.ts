import { Check, Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { literals } from '../platform/database/literals.js';
import type { Findings, ReconciliationStatus, ReconciliationTrigger } from './report.js';
import {
  reconciliationStatuses,
  reconciliationTriggers,
  type StoredDifference,
  type StoredTotal,
} from './report.js';

/** One comparison of our books with Stripe's: what was looked at, put right, and left. */
@Entity({ tableName: 'reconciliations' })
@Check({
  name: 'reconciliations_status_check',
  expression: `status in (${literals(reconciliationStatuses)})`,
})
@Check({
  name: 'reconciliations_trigger_check',
  expression: `trigger in (${literals(reconciliationTriggers)})`,
})
@Check({
  name: 'reconciliations_finished_check',
  expression: "(finished_at is null) = (status = 'RUNNING')",
})
@Check({ name: 'reconciliations_failure_check', expression: "(failure is not null) = (status = 'FAILED')" })
@Index({ name: 'reconciliations_started_at_index', properties: ['startedAt', 'id'] })
export class Reconciliation implements Findings {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  status!: ReconciliationStatus;

  @Property({ type: 'text' })
  trigger!: ReconciliationTrigger;

  /** The API key that asked for it. */
  @Property({ type: 'uuid', nullable: true })
  requestedBy!: string | null;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  startedAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  /** Why it was broken off. */
  @Property({ type: 'text', nullable: true })
  failure!: string | null;

  @Property({ type: 'integer' })
  eventsRead!: number;

  @Property({ type: 'integer' })
  eventsStored!: number;

  @Property({ type: 'integer' })
  paymentsReread!: number;

  @Property({ type: 'integer' })
  paymentsHealed!: number;

  @Property({ type: 'integer' })
  refundsReread!: number;

  @Property({ type: 'integer' })
  refundsHealed!: number;

  @Property({ type: 'integer' })
  disputesReread!: number;

  @Property({ type: 'integer' })
  disputesHealed!: number;

  @Property({ type: 'integer' })
  movementsRead!: number;

  @Property({ type: 'integer' })
  movementsForeign!: number;

  @Property({ type: 'integer' })
  differencesHealed!: number;

  @Property({ type: 'integer' })
  differencesLeft!: number;

  /** The first of them. */
  @Property({ type: 'json', columnType: 'jsonb' })
  differences!: StoredDifference[];

  @Property({ type: 'json', columnType: 'jsonb' })
  totals!: StoredTotal[];

  /** Balance transactions that are dated before it were compared; null where it did not come to that. */
  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  comparedUntil!: Date | null;

  @Property({ type: 'boolean' })
  isCutShort!: boolean;
}
