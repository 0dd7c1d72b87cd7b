import { IsOptional, IsUUID, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { accountIdPattern } from '../accounts/limits.js';
import { GraphQLCredits, GraphQLJSONObject } from '../graphql/scalars/scalars.js';
import type { MicroCredits } from '../platform/credits.js';
import { maxIdempotencyKeyChars } from '../platform/idempotency/idempotency.js';
import { maxDescriptionChars, maxHoldSeconds, maxMetadataBytes } from './spending.service.js';

export const defaultHoldSeconds = 600;

@InputType({ description: 'Credits to set aside for a call whose cost is not known yet.' })
export class HoldCreditsInput {
  @Field(() => ID, { description: 'Whose credits.' })
  @Matches(accountIdPattern)
  accountId!: string;

  @Field(() => GraphQLCredits, { description: 'How many: more than 0, all or nothing.' })
  credits!: MicroCredits;

  @Field(() => Int, {
    nullable: true,
    defaultValue: defaultHoldSeconds,
    description: `After so many seconds what was not captured is available again: 1 to ${maxHoldSeconds}.`,
  })
  @IsOptional()
  @Min(1)
  @Max(maxHoldSeconds)
  expiresInSeconds?: number | null;

  @Field(() => String, {
    description:
      'Your name for this hold, unique in the account: repeating the call with the same key holds nothing more.',
  })
  @Length(1, maxIdempotencyKeyChars)
  idempotencyKey!: string;
}

@InputType({ description: 'What to add to a hold. Give credits, seconds or both.' })
export class ExtendHoldInput {
  @Field(() => ID, { description: 'Whose hold.' })
  @Matches(accountIdPattern)
  accountId!: string;

  @Field(() => ID, { description: 'Which hold.' })
  @IsUUID()
  holdId!: string;

  @Field(() => GraphQLCredits, {
    nullable: true,
    description: 'Credits to set aside besides: more than 0, all or nothing.',
  })
  addCredits?: MicroCredits | null;

  @Field(() => Int, {
    nullable: true,
    description: `Seconds by which it expires later; never more than ${maxHoldSeconds} from now.`,
  })
  @IsOptional()
  @Min(1)
  @Max(maxHoldSeconds)
  addSeconds?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Your name for this extension, unique in the account: repeating the call with the same key extends once. Without it, each call extends.',
  })
  @IsOptional()
  @Length(1, maxIdempotencyKeyChars)
  idempotencyKey?: string | null;
}

@InputType({ description: 'What a call came to.' })
export class CaptureHoldInput {
  @Field(() => ID, { description: 'Whose hold.' })
  @Matches(accountIdPattern)
  accountId!: string;

  @Field(() => ID, { description: 'Which hold.' })
  @IsUUID()
  holdId!: string;

  @Field(() => GraphQLCredits, {
    description:
      'What to charge: more than 0. Beyond what the hold has set aside, other available credits are charged.',
  })
  credits!: MicroCredits;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Charge as debt what the account cannot pay, instead of refusing.',
  })
  allowDebt?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description:
      'Whether this is the last capture: then the rest of the hold is released. With false, as for a stream that is charged as it goes, the hold stays, and captures up to what it has set aside may follow.',
  })
  finalCapture?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: `What for; the customer sees it in the history, which keeps it for good, so it must name nobody. At most ${maxDescriptionChars} characters.`,
  })
  @IsOptional()
  @MaxLength(maxDescriptionChars)
  description?: string | null;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: `Anything worth keeping with the charge, e.g. model, provider and tokens, and nothing about a person: it is kept for good. At most ${maxMetadataBytes} bytes of JSON.`,
  })
  metadata?: Record<string, unknown> | null;

  @Field(() => String, {
    description:
      'Your name for this capture, unique in the account: repeating the call with the same key charges nothing more.',
  })
  @Length(1, maxIdempotencyKeyChars)
  idempotencyKey!: string;
}

@InputType({ description: 'The hold to give back.' })
export class ReleaseHoldInput {
  @Field(() => ID, { description: 'Whose hold.' })
  @Matches(accountIdPattern)
  accountId!: string;

  @Field(() => ID, { description: 'Which hold.' })
  @IsUUID()
  holdId!: string;
}
