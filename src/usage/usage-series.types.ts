import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../graphql/enum.js';
import { GraphQLCredits, GraphQLSafeInt } from '../graphql/scalars/scalars.js';
import type { MicroCredits } from '../platform/credits.js';
import { usageDimensions } from './usage-series.js';

export const UsageDimensionEnum = enumOf(usageDimensions);
registerEnumType(UsageDimensionEnum, {
  name: 'UsageDimension',
  description: 'What usage is broken down by.',
  valuesConfig: {
    HOUR: { description: 'Hours, in UTC.' },
    DAY: { description: 'Days, in UTC.' },
    MONTH: { description: 'Months, in UTC.' },
    MODEL: { description: "`model` in the usage's metadata." },
    PROVIDER: { description: "`provider` in the usage's metadata." },
  },
});

@ObjectType({ description: 'What was used in all.' })
export class UsageTotals {
  @Field(() => GraphQLCredits, { description: 'Credits spent, what was spent on debt included.' })
  readonly credits!: MicroCredits;

  @Field(() => GraphQLSafeInt, { description: 'How many times credits were spent.' })
  readonly calls!: bigint;

  @Field(() => GraphQLSafeInt, { description: "`inputTokens` in the usage's metadata, where it says so." })
  readonly inputTokens!: bigint;

  @Field(() => GraphQLSafeInt, { description: "`outputTokens` in the usage's metadata, where it says so." })
  readonly outputTokens!: bigint;
}

@ObjectType({ description: 'What was used in one hour, day or month, of one model, of one provider.' })
export class UsagePoint extends UsageTotals {
  @Field(() => Date, {
    nullable: true,
    description: 'When the hour, day or month begins; null unless it is broken down by one.',
  })
  readonly start!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'The provider; null where unknown, or not broken down by it.',
  })
  readonly provider!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The model; null where unknown, or not broken down by it.',
  })
  readonly model!: string | null;
}

@ObjectType({ description: 'Usage over time, as for a chart.' })
export class UsageSeries {
  @Field(() => Date, { description: 'As asked for: the first instant that counts.' })
  readonly from!: Date;

  @Field(() => Date, { description: 'As asked for: the first instant that no longer counts.' })
  readonly to!: Date;

  @Field(() => [UsagePoint], {
    description:
      'In the order of start, provider and model, what is unknown last. Broken down by time alone, it has every hour, day or month, also those without usage.',
  })
  readonly points!: readonly UsagePoint[];

  @Field(() => UsageTotals, { description: 'All points together.' })
  readonly total!: UsageTotals;
}
