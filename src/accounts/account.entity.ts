import { Check, Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A customer of the gateway: whoever owns a balance of credits and pays for it. */
@Entity({ tableName: 'accounts' })
@Check({ name: 'accounts_id_check', expression: "id ~ '^[A-Za-z0-9_.:-]{1,64}$'" })
export class Account {
  /** Chosen by the gateway (its own customer id), or a new UUID. */
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'text', nullable: true })
  email!: string | null;

  @Property({ type: 'timestamptz', columnType: 'timestamptz' })
  createdAt!: Date;

  /** When the personal data of the account was last erased. */
  @Property({ type: 'timestamptz', columnType: 'timestamptz', nullable: true })
  erasedAt!: Date | null;
}
