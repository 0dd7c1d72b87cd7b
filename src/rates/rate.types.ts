import { Authorized, Field, ID, Int, ObjectType } from 'type-graphql';
import { GraphQLCredits } from '../graphql/scalars/scalars.js';
import type { MicroCredits } from '../platform/credits.js';
import { formatMarkedUp, formatMarkup, formatPrice } from './decimal.js';
import { type Rate, type RateVersion, rateId, rateOf } from './rate.js';

@ObjectType('Rate', { description: 'What tokens of a model cost.' })
export class RateType {
  @Field(() => ID, { description: 'Names the version that says so, e.g. "openai/gpt-4o/3".' })
  readonly id: string;

  @Field(() => String, { description: 'Whose model it is.' })
  readonly provider: string;

  @Field(() => String, { description: "The model's name." })
  readonly model: string;

  @Field(() => Int, { description: 'Which version of the rate it is: 1, 2, 3 …' })
  readonly version: number;

  @Field(() => String, {
    description: 'Credits that 1,000 input tokens cost, the markup included: an exact decimal string.',
  })
  readonly inputCreditsPer1K: string;

  @Field(() => String, {
    description: 'Credits that 1,000 output tokens cost, the markup included: an exact decimal string.',
  })
  readonly outputCreditsPer1K: string;

  @Authorized('SERVICE', 'ADMIN')
  @Field(() => String, {
    description:
      'Credits per 1,000 input tokens, before the markup: a decimal string. Service and admin keys only.',
  })
  readonly inputPricePer1K: string;

  @Authorized('SERVICE', 'ADMIN')
  @Field(() => String, {
    description:
      'Credits per 1,000 output tokens, before the markup: a decimal string. Service and admin keys only.',
  })
  readonly outputPricePer1K: string;

  @Authorized('SERVICE', 'ADMIN')
  @Field(() => String, {
    description: 'What is added to both prices, in percent: a decimal string. Service and admin keys only.',
  })
  readonly markupPercent: string;

  @Field(() => Date, { description: 'The first instant at which it may be in force.' })
  readonly effectiveFrom: Date;

  constructor(rate: Rate) {
    this.id = rateId(rate);
    this.provider = rate.provider;
    this.model = rate.model;
    this.version = rate.version;
    this.inputCreditsPer1K = formatMarkedUp(rate.inputPrice, rate.markup);
    this.outputCreditsPer1K = formatMarkedUp(rate.outputPrice, rate.markup);
    this.inputPricePer1K = formatPrice(rate.inputPrice);
    this.outputPricePer1K = formatPrice(rate.outputPrice);
    this.markupPercent = formatMarkup(rate.markup);
    this.effectiveFrom = rate.effectiveFrom;
  }
}

@ObjectType('RateVersion', { description: 'One edit of the rate card. It is never changed.' })
export class RateVersionType {
  @Field(() => ID, { description: 'Names the version, e.g. "openai/gpt-4o/3".' })
  readonly id: string;

  @Field(() => String, { description: 'Whose model it is.' })
  readonly provider: string;

  @Field(() => String, { description: "The model's name." })
  readonly model: string;

  @Field(() => Int, { description: '1, 2, 3 … in the order in which they were set.' })
  readonly version: number;

  @Field(() => Date, { description: 'The first instant at which it may be in force.' })
  readonly effectiveFrom: Date;

  @Field(() => RateType, {
    nullable: true,
    description: 'What tokens cost by it; null: the model is retired and has no rate.',
  })
  readonly rate: RateType | null;

  @Field(() => String, { nullable: true, description: 'Why it was set.' })
  readonly note: string | null;

  @Field(() => ID, { description: 'The API key it was set with.' })
  readonly setBy: string;

  @Field(() => Date, { description: 'When it was set.' })
  readonly createdAt: Date;

  constructor(version: RateVersion) {
    const rate = rateOf(version);
    this.id = rateId(version);
    this.provider = version.provider;
    this.model = version.model;
    this.version = version.version;
    this.effectiveFrom = version.effectiveFrom;
    this.rate = rate && new RateType(rate);
    this.note = version.note;
    this.setBy = version.setBy;
    this.createdAt = version.createdAt;
  }
}

@ObjectType({ description: 'What came of setting a rate.' })
export class SetRatePayload {
  @Field(() => RateVersionType, { description: 'The version that was set under this idempotency key.' })
  rateVersion!: RateVersionType;

  @Field(() => Boolean, { description: 'Whether an earlier call with the same key had set it already.' })
  replayed!: boolean;
}

@ObjectType({ description: 'What came of retiring a model.' })
export class RetireRatePayload {
  @Field(() => RateVersionType, {
    description: 'The version that retires the model, made under this idempotency key.',
  })
  rateVersion!: RateVersionType;

  @Field(() => Boolean, { description: 'Whether an earlier call with the same key had made it already.' })
  replayed!: boolean;
}

@ObjectType({ description: 'What a call to a model costs.' })
export class UsageQuote {
  @Field(() => GraphQLCredits, { description: 'Its price, rounded once, up to the next micro-credit.' })
  credits!: MicroCredits;

  @Field(() => RateType, { description: 'The rate it is priced by.' })
  rate!: RateType;
}
