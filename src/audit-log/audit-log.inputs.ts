import { IsDate, IsOptional, IsUUID, Length } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import type { AuditAction } from './actions.js';
import { AuditActionEnum } from './audit-log.types.js';

/** As the database's accounts_id_check has it. */
const maxAccountIdChars = 64;

@InputType({ description: 'Which entries of the audit log; all that is given must hold.' })
export class AuditLogFilter {
  @Field(() => ID, { nullable: true, description: 'Only what concerns this account.' })
  @IsOptional()
  @Length(1, maxAccountIdChars)
  accountId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only what was done with this API key.' })
  @IsOptional()
  @IsUUID()
  actorKeyId?: string | null;

  @Field(() => AuditActionEnum, { nullable: true, description: 'Only this.' })
  @IsOptional()
  action?: AuditAction | null;

  @Field(() => Date, { nullable: true, description: 'Only what was done at this instant or later.' })
  @IsOptional()
  @IsDate()
  from?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Only what was done before this instant.' })
  @IsOptional()
  @IsDate()
  to?: Date | null;
}
