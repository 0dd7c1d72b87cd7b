import { BigIntType } from '@mikro-orm/core';
import { Check, Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { OperationType } from './operation.js';

/**
 * One thing that happened to an account's credits or payments, and the balance after it. Append-only: a
 * trigger refuses UPDATE and DELETE. `seq` is given out under the lock of the account's balance, so it has
 * no gaps and its order is the order of commits: pages of history stay stable while entries arrive.
 */
@Entity({ tableName: 'ledger_operations' })
@Check({
  name: 'ledger_operations_balance_check',
  expression: 'available_after >= 0 and held_after >= 0 and owed_after >= 0',
})
@Check({
  name: 'ledger_operations_money_check',
  expression: '(money_amount is null) = (money_currency is null)',
})
@Index({
  name: 'ledger_operations_type_index',
  expression: 'create index ledger_operations_type_index on ledger_operations (account_id, type, seq)',
})
export class LedgerOperation {
  @PrimaryKey({ type: 'text' })
  accountId!: string;

  @PrimaryKey({ type: new BigIntType('bigint') })
  seq!: bigint;

  @Property({ type: 'text' })
  type!: OperationType;

  /** For people. */
  @Property({ type: 'text' })
  description!: string;

  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  metadata!: Record<string, unknown> | null;

  /** Micro-credits, signed: the change of available + held − owed. */
  @Property({ type: new BigIntType('bigint') })
  credits!: bigint;

  /** Minor units, signed from the account's view of what was paid: positive for a purchase. */
  @Property({ type: new BigIntType('bigint'), nullable: true })
  moneyAmount!: bigint | null;

  @Property({ type: 'text', nullable: true })
  moneyCurrency!: string | null;

  /** The payment and the refund it belongs to. */
  @Property({ type: 'uuid', nullable: true })
  paymentId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  refundId!: string | null;

  @Property({ type: new BigIntType('bigint') })
  availableAfter!: bigint;

  @Property({ type: new BigIntType('bigint') })
  heldAfter!: bigint;

  @Property({ type: new BigIntType('bigint') })
  owedAfter!: bigint;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;
}
