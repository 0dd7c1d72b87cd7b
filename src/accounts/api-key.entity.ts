import { Check, Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { Role } from '../platform/caller.js';
import { Account } from './account.entity.js';

/** An API key: who may use it, and the hash that recognizes it. The key itself is never stored. */
@Entity({ tableName: 'api_keys' })
@Check({ name: 'api_keys_role_check', expression: "role in ('CUSTOMER','SERVICE','ADMIN')" })
@Check({ name: 'api_keys_account_check', expression: "(role = 'CUSTOMER') = (account_id is not null)" })
export class ApiKey {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  /** Set exactly for CUSTOMER keys. */
  @ManyToOne(() => Account, {
    fieldName: 'account_id',
    columnType: 'text',
    mapToPk: true,
    nullable: true,
    index: 'api_keys_account_id_index',
    deleteRule: 'no action',
    updateRule: 'no action',
    foreignKeyName: 'api_keys_account_id_fkey',
  })
  accountId!: string | null;

  @Property({ type: 'text' })
  role!: Role;

  /** What people call it: "gateway, eu-west". */
  @Property({ type: 'text' })
  name!: string;

  /** The key's first characters: not secret, shown to recognize it and used to look it up. */
  @Property({ type: 'text', unique: 'api_keys_prefix_key' })
  prefix!: string;

  /** SHA-256 of the whole key. */
  @Property({ type: 'blob', columnType: 'bytea' })
  hash!: Buffer;

  @Property({ type: 'timestamptz', columnType: 'timestamptz' })
  createdAt!: Date;

  /** Exact to a minute: it is written at most once a minute. */
  @Property({ type: 'timestamptz', columnType: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;

  /** The key stops working at this instant. */
  @Property({ type: 'timestamptz', columnType: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Property({ type: 'timestamptz', columnType: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}
