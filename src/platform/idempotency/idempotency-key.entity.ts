import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A key a caller chose for one money mutation, the hash of what it asked for, and what came of it. */
@Entity({ tableName: 'idempotency_keys' })
export class IdempotencyKey {
  @PrimaryKey({ type: 'text' })
  accountId!: string;

  /** The mutation's name: a customer's keys and the gateway's for the same account never meet. */
  @PrimaryKey({ type: 'text' })
  operation!: string;

  @PrimaryKey({ type: 'text' })
  key!: string;

  @Property({ type: 'blob' })
  requestHash!: Buffer;

  /** Names what the first call made, so that a repeated call can answer from it. */
  @Property({ type: 'text' })
  resource!: string;

  @Property({ type: 'timestamptz', columnType: 'timestamptz' })
  createdAt!: Date;
}
