import { Field, ObjectType } from 'type-graphql';
import { formatMoney, type Money } from '../platform/money.js';
import { GraphQLSafeInt } from './scalars/scalars.js';

@ObjectType('Money', { description: 'An amount of money in one currency.' })
export class MoneyType {
  @Field(() => GraphQLSafeInt, {
    description: "The amount in the currency's minor unit: 4500 is $45.00, and 500 is ¥500.",
  })
  readonly amount: bigint;

  @Field(() => String, { description: 'The ISO 4217 code in upper case, e.g. "USD".' })
  readonly currency: string;

  constructor(money: Money) {
    this.amount = money.amount;
    this.currency = money.currency;
  }

  @Field(() => String, { description: 'The amount for people to read, in US English, e.g. "$45.00".' })
  get formatted(): string {
    return formatMoney(this);
  }
}
