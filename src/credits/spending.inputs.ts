import { IsDate, IsIn, IsOptional, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { accountIdPattern } from '../accounts/limits.js';
import { GraphQLCredits, GraphQLJSONObject } from '../graphql/scalars/scalars.js';
import type { MicroCredits } from '../platform/credits.js';
import { maxIdempotencyKeyChars } from '../platform/idempotency/idempotency.js';
import { CreditSourceEnum } from './balance.types.js';
import { type CreditSource, creditSources } from './lot.js';
import { maxDescriptionChars, maxMetadataBytes } from './spending.service.js';

export const maxPriority = 100;
export const defaultGrantPriority = 10;
export const defaultGrantSource: CreditSource = 'PROMOTION';
/** Purchased credits come from payments alone. */
const grantableSources = creditSources.filter((source) => source !== 'PURCHASE');

/** Checked in the service, as usage is; decorators are felt on every call to a model. */
@InputType({ description: 'Credits to spend.' })
export class DebitCreditsInput {
  @Field(() => ID, { description: 'Whose credits.' })
  accountId!: string;

  @Field(() => GraphQLCredits, { description: 'How many: more than 0, all or nothing.' })
  credits!: MicroCredits;

  @Field(() => String, {
    nullable: true,
    description: `What for; the customer sees it in the history, which keeps it for good, so it must name nobody. At most ${maxDescriptionChars} characters.`,
  })
  description?: string | null;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: `Anything worth keeping with the debit, e.g. model, provider and tokens, and nothing about a person: it is kept for good. At most ${maxMetadataBytes} bytes of JSON.`,
  })
  metadata?: Record<string, unknown> | null;

  @Field(() => String, {
    description:
      'Your name for this debit, unique in the account: repeating the call with the same key debits nothing more.',
  })
  idempotencyKey!: string;
}

@InputType({ description: 'Credits to give away.' })
export class GrantCreditsInput {
  @Field(() => ID, { description: 'Who gets them.' })
  @Matches(accountIdPattern)
  accountId!: string;

  @Field(() => GraphQLCredits, { description: 'How many: more than 0.' })
  credits!: MicroCredits;

  @Field(() => CreditSourceEnum, {
    nullable: true,
    defaultValue: defaultGrantSource,
    description: 'What kind of credits. PURCHASE is refused: those come from payments alone.',
  })
  @IsOptional()
  @IsIn(grantableSources)
  source?: CreditSource | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: defaultGrantPriority,
    description: `Lower is spent first: 0 to ${maxPriority}. Purchases have 50.`,
  })
  @IsOptional()
  @Min(0)
  @Max(maxPriority)
  priority?: number | null;

  @Field(() => Date, {
    nullable: true,
    description: 'From when on they may be spent; left out, or in the past: at once.',
  })
  @IsOptional()
  @IsDate()
  effectiveAt?: Date | null;

  @Field(() => Date, { nullable: true, description: 'When what is left of them goes; left out: never.' })
  @IsOptional()
  @IsDate()
  expiresAt?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: `Why; the customer sees it in the history, which keeps it for good, so it must name nobody. At most ${maxDescriptionChars} characters.`,
  })
  @IsOptional()
  @MaxLength(maxDescriptionChars)
  note?: string | null;

  @Field(() => String, {
    description:
      'Your name for this grant, unique in the account: repeating the call with the same key grants once.',
  })
  @Length(1, maxIdempotencyKeyChars)
  idempotencyKey!: string;
}
