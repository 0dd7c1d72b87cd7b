import { IsDate, IsOptional, Length, Matches, MaxLength } from 'class-validator';
import { Field, InputType } from 'type-graphql';
import { GraphQLSafeInt } from '../graphql/scalars/scalars.js';
import { maxIdempotencyKeyChars } from '../platform/idempotency/idempotency.js';
import { maxNoteChars, maxScheduleDays, maxTokens, modelPattern, providerPattern } from './limits.js';

export const providerDescription =
  'Whose model it is, e.g. "openai": 1 to 64 lower-case letters, digits, ".", "_" and "-".';
export const modelDescription =
  'The model\'s name, e.g. "gpt-4o": 1 to 200 letters, digits and "@._:/+-", told apart by case.';

@InputType({ description: 'What a model costs, and from when on.' })
export class SetRateInput {
  @Field(() => String, { description: providerDescription })
  @Matches(providerPattern)
  provider!: string;

  @Field(() => String, { description: modelDescription })
  @Matches(modelPattern)
  model!: string;

  @Field(() => String, {
    description:
      'Credits per 1,000 input tokens, before the markup: a decimal string with at most 12 fraction digits, e.g. "0.25"; "0" to "1000000".',
  })
  inputPricePer1K!: string;

  @Field(() => String, { description: 'The same per 1,000 output tokens.' })
  outputPricePer1K!: string;

  @Field(() => String, {
    defaultValue: '0',
    description:
      'What is added to both prices, in percent: a decimal string with at most 4 fraction digits, e.g. "12.5"; "0" to "1000".',
  })
  markupPercent!: string;

  @Field(() => Date, {
    nullable: true,
    description: `From which instant on it is in force; left out: from now on. Not in the past, and at most ${maxScheduleDays} days ahead.`,
  })
  @IsOptional()
  @IsDate()
  effectiveFrom?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: `Why; shown in \`rateVersions\` alone. At most ${maxNoteChars} characters.`,
  })
  @IsOptional()
  @MaxLength(maxNoteChars)
  note?: string | null;

  @Field(() => String, {
    description: 'Your name for this edit: repeating the call with the same key sets the rate once.',
  })
  @Length(1, maxIdempotencyKeyChars)
  idempotencyKey!: string;
}

@InputType({ description: 'Which model is no longer priced, and from when on.' })
export class RetireRateInput {
  @Field(() => String, { description: providerDescription })
  @Matches(providerPattern)
  provider!: string;

  @Field(() => String, { description: modelDescription })
  @Matches(modelPattern)
  model!: string;

  @Field(() => Date, {
    nullable: true,
    description: `From which instant on it has no rate; left out: from now on. Not in the past, and at most ${maxScheduleDays} days ahead.`,
  })
  @IsOptional()
  @IsDate()
  effectiveFrom?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: `Why; shown in \`rateVersions\` alone. At most ${maxNoteChars} characters.`,
  })
  @IsOptional()
  @MaxLength(maxNoteChars)
  note?: string | null;

  @Field(() => String, {
    description: 'Your name for this edit: repeating the call with the same key retires the model once.',
  })
  @Length(1, maxIdempotencyKeyChars)
  idempotencyKey!: string;
}

@InputType({ description: 'A call to a model, made or to be made.' })
export class UsageQuoteInput {
  @Field(() => String, { description: providerDescription })
  @Matches(providerPattern)
  provider!: string;

  @Field(() => String, { description: modelDescription })
  @Matches(modelPattern)
  model!: string;

  @Field(() => GraphQLSafeInt, { description: `Tokens that the model is given: 0 to ${maxTokens}.` })
  inputTokens!: bigint;

  @Field(() => GraphQLSafeInt, { description: `Tokens that the model makes: 0 to ${maxTokens}.` })
  outputTokens!: bigint;

  @Field(() => Date, { nullable: true, description: 'When the call is made; left out: now.' })
  @IsOptional()
  @IsDate()
  at?: Date | null;
}
