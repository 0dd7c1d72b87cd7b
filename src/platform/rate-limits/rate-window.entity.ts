import { Check, Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/**
 * How much of one budget one API key or address has used in its latest window, over all processes. The table is
 * unlogged: a crash of the database forgets who was counted, which is no loss.
 */
@Entity({ tableName: 'rate_limit_windows' })
@Check({ name: 'rate_limit_windows_used_check', expression: 'used >= leased and leased >= 0' })
export class RateWindow {
  @PrimaryKey({ type: 'text' })
  budget!: string;

  /** An API key's id, or a client's address. */
  @PrimaryKey({ type: 'text' })
  subject!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  startsAt!: Date;

  /** What processes were granted in this window, whether they have spent it or not. */
  @Property({ type: 'integer' })
  used!: number;

  /** What the latest of them was granted. */
  @Property({ type: 'integer' })
  leased!: number;
}
