import { Check, Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** Up to where Stripe's events were read and are in the inbox. One row, once there was an event. */
@Entity({ tableName: 'stripe_event_cursor' })
@Check({ name: 'stripe_event_cursor_check', expression: 'id = 1' })
export class EventCursor {
  @PrimaryKey({ type: 'integer', autoincrement: false })
  id!: number;

  /** Stripe's date of the newest event that was read. It only moves forward. */
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  readUntil!: Date;
}

export const eventCursorId = 1;
