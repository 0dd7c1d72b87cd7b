import { Field, ID, Int, ObjectType } from 'type-graphql';
import { MoneyType } from '../graphql/money.type.js';
import type { Offer } from './catalog.service.js';
import { discountPercent, pricePerCredit } from './price-math.js';

@ObjectType('CreditPackage', { description: 'Credits on sale, at the present price.' })
export class CreditPackageType {
  @Field(() => ID, { description: 'Names the package, e.g. "credits_500".' })
  readonly id: string;

  @Field(() => String, { description: 'For people, e.g. "500 credits".' })
  readonly name: string;

  @Field(() => Int, {
    description: 'How many credits it holds: pass it as `creditAmount` to buy the package.',
  })
  readonly credits: number;

  @Field(() => MoneyType, { description: 'What it costs, before tax.' })
  readonly price: MoneyType;

  @Field(() => String, {
    description: 'The price of one credit in the major unit, e.g. "0.090" where 500 credits cost $45.00.',
  })
  readonly pricePerCredit: string;

  @Field(() => Int, {
    description: 'How much cheaper its credits are than those of the smallest package, in whole percent.',
  })
  readonly discountPercent: number;

  constructor(offer: Offer, smallest: Offer) {
    this.id = offer.id;
    this.name = offer.name;
    this.credits = offer.credits;
    this.price = new MoneyType(offer.price);
    this.pricePerCredit = pricePerCredit(offer);
    this.discountPercent = discountPercent(offer, smallest);
  }
}
