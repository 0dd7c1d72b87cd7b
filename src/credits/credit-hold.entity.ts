import { BigIntType } from '@mikro-orm/core';
import { Check, Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { literals } from '../platform/database/literals.js';
import { type HoldStatus, holdStatuses } from './hold.js';

const statusList = literals(holdStatuses);

/** Credits set aside for a call whose cost is not known yet, and the lots they lie in. */
@Entity({ tableName: 'credit_holds' })
@Check({ name: 'credit_holds_status_check', expression: `status in (${statusList})` })
@Check({ name: 'credit_holds_credits_check', expression: 'credits > 0 and captured >= 0' })
@Check({
  name: 'credit_holds_lots_check',
  expression:
    "cardinality(lot_ids) = cardinality(lot_amounts) and (status = 'ACTIVE' or cardinality(lot_ids) = 0)",
})
@Index({
  name: 'credit_holds_active',
  expression:
    "create index credit_holds_active on credit_holds (account_id, expires_at) where status = 'ACTIVE'",
})
export class CreditHold {
  @PrimaryKey({ type: 'text' })
  accountId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  status!: HoldStatus;

  /** Micro-credits that were set aside, extensions among them. */
  @Property({ type: new BigIntType('bigint') })
  credits!: bigint;

  /** Micro-credits that were charged. */
  @Property({ type: new BigIntType('bigint') })
  captured!: bigint;

  /** Where what is still set aside lies, in burn-down order: `lotAmounts[i]` micro-credits in `lotIds[i]`. */
  @Property({ type: 'array', columnType: 'uuid[]' })
  lotIds!: string[];

  @Property({ type: 'array', columnType: 'bigint[]' })
  lotAmounts!: string[];

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  expiresAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;
}
