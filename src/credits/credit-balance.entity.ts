import { BigIntType } from '@mikro-orm/core';
import { Check, Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/**
 * What an account may spend. A cache of the journal, guarded by CHECKs; its row is the lock under which
 * everything of the account's credits happens. Made together with the account.
 */
@Entity({ tableName: 'credit_balances' })
@Check({ name: 'credit_balances_available_check', expression: 'available >= 0' })
@Check({ name: 'credit_balances_held_check', expression: 'held >= 0' })
@Check({ name: 'credit_balances_owed_check', expression: 'owed >= 0' })
@Index({
  name: 'credit_balances_due',
  expression:
    'create index credit_balances_due on credit_balances (next_change_at) where next_change_at is not null',
})
export class CreditBalance {
  @PrimaryKey({ type: 'text' })
  accountId!: string;

  /** Micro-credits, as are the next two. */
  @Property({ type: new BigIntType('bigint') })
  available!: bigint;

  @Property({ type: new BigIntType('bigint') })
  held!: bigint;

  @Property({ type: new BigIntType('bigint') })
  owed!: bigint;

  /** The number of the account's newest ledger operation. */
  @Property({ type: new BigIntType('bigint') })
  lastSeq!: bigint;

  /** That operation's hash; empty before the first. */
  @Property({ type: 'blob' })
  headHash!: Buffer;

  /** Nothing falls due before this instant: no lot expires or becomes effective, no hold expires. Null: nothing ever. */
  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  nextChangeAt!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  updatedAt!: Date;
}
