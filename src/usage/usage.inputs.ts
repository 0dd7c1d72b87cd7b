import { Field, ID, InputType } from 'type-graphql';
import { maxDescriptionChars, maxMetadataBytes } from '../credits/spending.service.js';
import { GraphQLCredits, GraphQLJSONObject, GraphQLSafeInt } from '../graphql/scalars/scalars.js';
import type { MicroCredits } from '../platform/credits.js';
import { maxTokens } from '../rates/limits.js';
import { modelDescription, providerDescription } from '../rates/rate.inputs.js';
import { maxUsageAgeDays, maxUsageRecords } from './limits.js';

@InputType({ description: 'What a call to a model took, to be priced by the rate card.' })
export class UsedTokensInput {
  @Field(() => String, { description: providerDescription })
  provider!: string;

  @Field(() => String, { description: modelDescription })
  model!: string;

  @Field(() => GraphQLSafeInt, { description: `Tokens that the model was given, 0 to ${maxTokens}.` })
  inputTokens!: bigint;

  @Field(() => GraphQLSafeInt, { description: `Tokens that the model made, 0 to ${maxTokens}.` })
  outputTokens!: bigint;
}

/** Checked one by one in the service, not by decorators: what is wrong with one record must not fail the others. */
@InputType({ description: 'One call that used credits. Give its credits or its tokens.' })
export class UsageRecordInput {
  @Field(() => ID, { description: 'Whose credits.' })
  accountId!: string;

  @Field(() => GraphQLCredits, { nullable: true, description: 'What it costs: more than 0.' })
  credits?: MicroCredits | null;

  @Field(() => UsedTokensInput, {
    nullable: true,
    description: 'What it took, where the rate card in force at `occurredAt` shall say what it costs.',
  })
  tokens?: UsedTokensInput | null;

  @Field(() => String, {
    nullable: true,
    description: `What for; the customer sees it in the history, which keeps it for good, so it must name nobody. At most ${maxDescriptionChars} characters.`,
  })
  description?: string | null;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: `Anything worth keeping with it, and nothing about a person: it is kept for good. At most ${maxMetadataBytes} bytes of JSON. The series of \`usage\` read model, provider, inputTokens and outputTokens in it; where tokens are priced these are added, and the rate.`,
  })
  metadata?: Record<string, unknown> | null;

  @Field(() => Date, {
    nullable: true,
    description: `When it happened, at most ${maxUsageAgeDays} days ago; left out: now. It is booked now all the same.`,
  })
  occurredAt?: Date | null;

  @Field(() => String, {
    description:
      'Your name for this call, unique in the account, also against debitCredits: recording it again takes nothing more.',
  })
  idempotencyKey!: string;
}

@InputType({ description: 'Calls that used credits.' })
export class RecordUsageInput {
  @Field(() => [UsageRecordInput], {
    description: `1 to ${maxUsageRecords} of them, of any accounts. Those of one account are booked in their order.`,
  })
  records!: UsageRecordInput[];
}
