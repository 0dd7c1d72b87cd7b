import { BigIntType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/**
 * Up to which operation, and with it, an account's usage is summed up in its `UsageHour`s. Its row is the lock under
 * which they change. The order of an account's operations is that of their commits, so none can still come before it.
 */
@Entity({ tableName: 'usage_marks' })
export class UsageMark {
  @PrimaryKey({ type: 'text' })
  accountId!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  throughAt!: Date;

  @Property({ type: new BigIntType('bigint') })
  throughSeq!: bigint;
}
