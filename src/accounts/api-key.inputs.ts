import { IsDate, IsOptional, IsUUID, Length, Matches } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import type { Role } from '../platform/caller.js';
import { ApiKeyRole } from './api-key.types.js';
import { accountIdPattern, maxKeyLifetimeDays, maxKeyNameChars } from './limits.js';

@InputType({ description: 'An API key to create.' })
export class CreateApiKeyInput {
  @Field(() => ApiKeyRole, { description: 'What the key may do.' })
  role!: Role;

  @Field(() => ID, {
    nullable: true,
    description: 'The account a CUSTOMER key belongs to. Leave it out for SERVICE and ADMIN keys.',
  })
  @IsOptional()
  @Matches(accountIdPattern)
  accountId?: string | null;

  @Field(() => String, {
    description: `What people will call it, e.g. "gateway, eu-west": 1 to ${maxKeyNameChars} characters.`,
  })
  @Length(1, maxKeyNameChars)
  name!: string;

  @Field(() => Date, {
    nullable: true,
    description: `When it stops working, at most ${maxKeyLifetimeDays} days ahead. Left out, it never expires.`,
  })
  @IsOptional()
  @IsDate()
  expiresAt?: Date | null;
}

@InputType({ description: 'An API key to revoke.' })
export class RevokeApiKeyInput {
  @Field(() => ID, { description: "The key's `id` (not its prefix)." })
  @IsUUID()
  id!: string;
}
